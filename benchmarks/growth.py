"""How time and memory grow: with the length of an utterance, the words of a grammar, the labels.

    python -m benchmarks growth [--model M] [--seconds 1 3 6 10 30 60] [--names 10 100 1000 10000]

After the last frame of an utterance: its features through the network's second half (`decode`),
what comes out through the model's decoder (`text`). Then three seconds through grammars of two
slots with so many words in all, without a words head, and through so many labels. Features and
logits are noise: what is read is nothing, how long it takes does not depend on it. Milliseconds of
processor time, one thread, the quickest of several; memory is the most that arrays take meanwhile.
"""

import argparse
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from string import ascii_lowercase
from time import process_time

import numpy as np

from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.text.decoding import make_decoder
from edge_lip.text.grammar import Grammar, GrammarDecoder
from edge_lip.text.label import label
from edge_lip.text.logits import log_softmax
from edge_lip.text.tasks import TASKS
from edge_lip.text.tokens import CHARACTERS

from .arguments import above_zero, at_least_one

CALLS = 3
MOST = 100_000
"""Names that a list may have."""
SHORT = 75
"""Frames of three seconds, by which a grammar is measured."""


def cost(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor time, and MiB."""
    taken = []
    for _ in range(CALLS):
        start = process_time()
        call()
        taken.append(process_time() - start)
    tracemalloc.start()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return 1000 * min(taken), most / 2**20


def noise(*shape: int) -> np.ndarray:
    """Features or logits, float32."""
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def names(count: int) -> list[str]:
    """So many words of four letters, as different as can be."""
    every = ["".join(letters) for letters in product(ascii_lowercase, repeat=4)]
    return every[:: len(every) // count][:count]


def lengths(model: Network, seconds: Sequence[float]) -> None:
    """Print what the end of an utterance costs, by its length."""
    manifest = model.manifest
    decoder = make_decoder(TASKS[manifest.task], manifest.decoding, manifest.classes)
    width = model.encode({name: np.zeros(s, np.float32) for name, s in model.inputs.items()}).shape
    print(f"{'seconds':>8} {'decode':>8} {'text':>8} {'both, a second':>15} {'MiB':>6}")
    for length in seconds:
        features = noise(max(1, round(length * manifest.fps)), *width)
        logits = model.decode(features)
        decode, one = cost(partial(model.decode, features))
        text, other = cost(partial(decoder, logits))
        each = (decode + text) / length
        print(f"{length:8g} {decode:8.1f} {text:8.1f} {each:15.2f} {max(one, other):6.1f}")


def lists(sizes: Sequence[int]) -> None:
    """Print what grammars and lists of labels cost, by their size."""
    tokens = log_softmax(noise(SHORT, len(CHARACTERS)))
    print(f"\n{'names':>8} {'grammar':>8} {'MiB':>6} {'labels':>8} {'MiB':>6}")
    for size in sizes:
        words = names(size)
        grammar = GrammarDecoder(Grammar((tuple(words[::2]), tuple(words[1::2]))))
        text, memory = cost(partial(grammar, tokens))
        some, little = cost(partial(label, noise(size), words))
        print(f"{size:8} {text:8.1f} {memory:6.1f} {some:8.2f} {little:6.1f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks growth", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--model", help="the one that comes with edge-lip")
    parser.add_argument("--seconds", type=above_zero, nargs="+", default=(1, 3, 6, 10, 30, 60))
    parser.add_argument("--names", type=several, nargs="+", default=(10, 100, 1000, 10_000))
    options = parser.parse_args(arguments)
    lengths(open_model(options.model), options.seconds)
    lists(options.names)


def several(text: str) -> int:
    """As many names as there have to be, and are."""
    number = at_least_one(text)
    if not 2 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"has to be 2 to {MOST}, not {number}")
    return number

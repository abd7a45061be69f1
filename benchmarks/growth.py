"""How time and memory grow: with the cameras in one process, the size of pictures, the length of an
utterance, the words of a grammar, the labels.

    python -m benchmarks growth [--model M] [--seconds 1 3 6 10 30 60] [--names 10 100 1000 10000]
                                [--source CLIP] [--heights 240 480 720 1080 2160] [--cameras 1 2 4]

CLIP (a rendered talker's if none) is decoded before. It goes through so many readers at once, each
in a thread of its own: what is resident then is all of the process, the pictures among it. Then its
pictures are scaled to so many rows, the face with them.

After the last frame of an utterance: its features through the network's second half (`decode`),
what comes out through the model's decoder (`text`). Then three seconds through grammars of two
slots with so many words in all, without a words head, and through so many labels. Features and
logits are noise: what is read is nothing, how long it takes does not depend on it. Memory is the
most that arrays take meanwhile.

Milliseconds of processor time, one thread, the quickest of several.
"""

import argparse
import tracemalloc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import product
from string import ascii_lowercase
from time import process_time

import numpy as np

from edge_lip.events import Event
from edge_lip.measuring.clip import USUAL, recorded
from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.runtime.machine import resident_memory
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2
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
    print(f"\n{'seconds':>8} {'decode':>8} {'text':>8} {'both, a second':>15} {'MiB':>6}")
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


def film_of(source: str) -> list[Frame]:
    """The frames of a clip; a talker is filmed first, so that its pictures are a camera's."""
    with recorded(source) as clip, closing(open_source(clip)) as opened:
        return list(opened)


def sizes(model: str | None, film: Sequence[Frame], heights: Sequence[int]) -> None:
    """Print what a frame costs, by the rows of its picture."""
    print(f"\n{'rows':>8} {'columns':>8} {'a frame':>8} {'face':>8} {'crop':>8}")
    for height in heights:
        height_before, width_before = film[0].image.shape[:2]
        width = round(width_before * height / height_before)
        how = cv2.INTER_AREA if height < height_before else cv2.INTER_LINEAR
        best: tuple[float, ...] = ()
        with open_reader(model) as reader:
            reader.stopwatch.clock = process_time
            for _ in range(CALLS):
                taken = 0.0
                for laps in reader.stopwatch.laps.values():
                    laps.clear()
                for frame in film:
                    scaled = replace(
                        frame, image=cv2.resize(frame.image, (width, height), None, 0, 0, how)
                    )
                    start = process_time()
                    reader.push(scaled)
                    taken += process_time() - start
                reader.finish()
                means = reader.stopwatch.means()
                cells = (taken / len(film), means["face"], means["crop"])
                best = min(best or cells, cells)
        print(f"{height:8} {width:8}" + "".join(f" {1000 * cell:8.2f}" for cell in best))


def cameras(model: str | None, film: Sequence[Frame], counts: Sequence[int]) -> None:
    """Print what a frame of each of several readers in one process costs."""

    def read(reader: Reader) -> list[Event]:
        return [event for frame in film for event in reader.push(frame)] + reader.finish()

    print(f"{'cameras':>8} {'a frame':>8} {'MiB':>6}  the same texts")
    readers: list[Reader] = []
    for count in counts:
        readers += [open_reader(model) for _ in range(count - len(readers))]
        taken, texts = [], set()
        with ThreadPoolExecutor(count) as pool:
            for _ in range(CALLS):
                start = process_time()
                told = list(pool.map(read, readers[:count]))
                taken.append((process_time() - start) / (count * len(film)))
                texts |= {tuple((event.kind, event.text) for event in events) for events in told}
        resident = resident_memory()
        memory = "" if resident is None else f"{resident / 2**20:.0f}"
        print(
            f"{count:8} {1000 * min(taken):8.2f} {memory:>6}  {'yes' if len(texts) == 1 else 'NO'}"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks growth", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--model", help="the one that comes with edge-lip")
    parser.add_argument("--seconds", type=above_zero, nargs="+", default=(1, 3, 6, 10, 30, 60))
    parser.add_argument("--names", type=several, nargs="+", default=(10, 100, 1000, 10_000))
    parser.add_argument("--source", default=USUAL, help="a clip; a rendered talker's if none")
    parser.add_argument(
        "--heights", type=at_least_one, nargs="+", default=(240, 480, 720, 1080, 2160)
    )
    parser.add_argument("--cameras", type=at_least_one, nargs="+", default=(1, 2, 4))
    options = parser.parse_args(arguments)
    film = film_of(options.source)
    # First, while nothing else is resident.
    cameras(options.model, film, sorted(options.cameras))
    sizes(options.model, film, options.heights)
    lengths(open_model(options.model), options.seconds)
    lists(options.names)


def several(text: str) -> int:
    """As many names as there have to be, and are."""
    number = at_least_one(text)
    if not 2 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"has to be 2 to {MOST}, not {number}")
    return number

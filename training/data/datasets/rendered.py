"""Clips of people who do not exist: the talker says sentences, or labels, that a model is to read.

Nothing is filmed and nothing stored: a clip is a source that `edge_lip.sources` renders anew, with
the exact times of its words. People to learn from have the seeds 0 to 99,999; those for
validation begin at 500,000, those to evaluate on at 1,000,000: nobody is ever two of these.
"""

from collections.abc import Sequence
from urllib.parse import quote

import numpy as np

from edge_lip.errors import DataError
from edge_lip.sources.talker import Talker
from edge_lip.talker import VERSION

from ..clip import Clip, TimedWord

VALIDATION_SEED, EVALUATION_SEED = 500_000, 1_000_000
EVALUATED = 100
"""Clips to evaluate on."""
EACH = 4
"""Sentences that a person to learn from says: enough that, put together anew from their words
(`training.tasks.sentence.samples`), they make thousands; more would mean fewer people. Slots of
four words are then said whole by everybody. Of labels, which are not put together, it is one."""

Slots = Sequence[Sequence[str]]
"""What is said at each place of a text: a grammar's slots, or one slot of labels."""


def learned_clips(slots: Slots, count: int) -> list[Clip]:
    """`count` clips to learn from; each person is a speaker of their own.

    Raises DataError without slots, UsageError for a text that the talker can't say.
    """
    texts = _texts(slots, count, seed=0)
    each = EACH if len(slots) > 1 else 1
    return [_clip(text, k // each) for k, text in enumerate(texts)]


def validation_clips(slots: Slots, count: int) -> list[Clip]:
    """`count` clips to watch while learning, each of somebody else; for errors see
    `learned_clips`."""
    return _strangers(slots, count, VALIDATION_SEED)


def evaluation_clips(slots: Slots, count: int) -> list[Clip]:
    """`count` clips to evaluate on, each of somebody else; for errors see `learned_clips`."""
    return _strangers(slots, count, EVALUATION_SEED)


def _strangers(slots: Slots, count: int, seed: int) -> list[Clip]:
    return [_clip(text, seed + k) for k, text in enumerate(_texts(slots, count, seed))]


def _texts(slots: Slots, count: int, seed: int) -> list[str]:
    """The first `count` texts of that seed, in which a slot's words occur equally often, but for
    one."""
    if not slots or not all(slots):
        raise DataError(
            "nothing tells what rendered people are to say: that takes a [decoding] grammar, "
            "or labels"
        )
    words = [_shuffled(slot, count, [seed, place]) for place, slot in enumerate(slots)]
    return [" ".join(text) for text in zip(*words, strict=True)]


def _shuffled(slot: Sequence[str], count: int, seed: list[int]) -> list[str]:
    """All of `slot` in random order, then all of it in another, and so on: `count` in all."""
    rng = np.random.default_rng(seed)
    rounds = (rng.permutation(len(slot)) for _ in range(-(-count // len(slot))))
    return [slot[k] for order in rounds for k in order][:count]


def _clip(text: str, seed: int) -> Clip:
    talker = Talker(f"{text}?seed={seed}")
    words = (TimedWord(word.text, word.start, word.end) for word in talker.speech.words)
    speaker = f"rendered-{seed:05d}"
    name = f"{speaker}/{quote(text, safe=' ')}"  # a file can't be called all that a label can
    return Clip(talker.name, name, speaker, text, tuple(words), home=f"talker-{VERSION}")

"""From a text to what the mouth does at every frame, and when each word is said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .mouth import MouthShape
from .pronunciation import pronounced
from .scene import Scene
from .timing import Timed, lead, timed
from .visemes import DIPHTHONGS, PARAMETERS, REST, VISEMES, blend
from .voice import Voice

BETWEEN = "|"
"""Parts utterances in a text."""
PAUSE = 1.5
"""Seconds between two utterances."""
SECONDS, TRAIL = 3.0, 0.2
"""It lasts as long as GRID's clips, or so much longer than its words."""
EARLY = 0.06
"""Seconds by which the mouth leaves its rest before the first sound and is back after the last."""


@dataclass(frozen=True)
class SpokenTime:
    """A word and when it is said, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Speech:
    """What is said, exactly."""

    mouths: tuple[MouthShape, ...]
    """One a frame."""
    words: tuple[SpokenTime, ...]

    @property
    def text(self) -> str:
        """The words."""
        return " ".join(word.text for word in self.words)


def speak(
    text: str,
    scene: Scene,
    seed: int,
    pause: float = PAUSE,
    before: float | None = None,
    after: float | None = None,
) -> Speech:
    """`text` said in `scene`; every `seed` is another take.

    Utterances are parted by `|`, with `pause` seconds of rest between them. `before` and `after`:
    seconds of rest at the start and the end; None for what speakers of GRID leave. Raises
    `UsageError` for characters that nobody can say.
    """
    rng = np.random.default_rng(seed)
    start = lead(rng) if before is None else before
    utterances: list[list[Timed]] = []
    for part in text.split(BETWEEN):
        words = pronounced(part)
        if words:
            utterances.append(timed(words, start, scene.voice.rate, rng))
            start = utterances[-1][-1].end + pause
    end = SECONDS
    if utterances:
        said = utterances[-1][-1].end
        end = max(SECONDS, said + TRAIL) if after is None else said + after
    times = (np.arange(round(end * scene.fps)) + 0.5) / scene.fps
    return Speech(
        tuple(_mouths(utterances, scene.voice, times, rng)),
        tuple(
            SpokenTime(word.text, word.start, word.end) for words in utterances for word in words
        ),
    )


def _mouths(
    utterances: Sequence[Sequence[Timed]],
    voice: Voice,
    times: np.ndarray,
    rng: np.random.Generator,
) -> list[MouthShape]:
    names, spans = shaped(utterances)
    shapes = blend([VISEMES[name] for name in names], spans, times)
    gain = dict.fromkeys(PARAMETERS, 1.0)
    gain["opening"] = voice.strength * rng.uniform(0.92, 1.08)
    gain["width"] = voice.strength
    gain["rounding"] = voice.rounding * rng.uniform(0.94, 1.06)
    least = [-1.0 if name == "width" else 0.0 for name in PARAMETERS]
    shapes = np.clip(shapes * list(gain.values()), least, 1.0)
    return [MouthShape(*values) for values in shapes.tolist()]


def shaped(utterances: Sequence[Sequence[Timed]]) -> tuple[list[str], np.ndarray]:
    """The names of the visemes, rest among them, and from when to when each holds ((N, 2))."""
    names, spans = [REST], [(-np.inf, np.inf)]
    for words in utterances:
        begin, end = words[0].start - EARLY, words[-1].end + EARLY
        spans[-1] = (spans[-1][0], begin)
        for word in words:
            for name, start, stop in _parts(word):
                # A viseme holds for the middle half of its time, rest for all that is left.
                quarter = (stop - start) / 4
                names.append(name)
                spans.append((start + quarter, stop - quarter))
        names.append(REST)
        spans.append((end, np.inf))
    return names, np.array(spans)


def _parts(word: Timed) -> list[tuple[str, float, float]]:
    """The sounds of `word`, with their times; a diphthong is two."""
    parts = []
    start = word.start
    for sound, end in zip(word.sounds, word.ends, strict=True):
        names = DIPHTHONGS.get(sound, (sound,))
        edges = np.linspace(start, end, len(names) + 1).tolist()
        parts += [(name, edges[k], edges[k + 1]) for k, name in enumerate(names)]
        start = end
    return parts

"""Training samples: utterances taken whole, or put together from words of a speaker's clips.

Splicing is what makes letters learnable: a speaker says each of 25 letters some thirty times, but a
letter between other words' movements is seen afresh in every sample. Words of two speakers are
never mixed: no face changes in the middle of a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ...recipes.recipe import Recipe
from ...samples.augment import hold_frames, warp_time
from ...samples.example import Example, Frames, select
from ...samples.inputs import TrainingInputs
from ..task import Batch
from .vocabulary import Vocabulary

UNKNOWN = -1
"""Frame label of clips whose word times nobody measured; the frame-wise loss passes over it."""
ALIKE = 0.9
"""Share of the clips with word times that have to be of as many words for splicing: a few others
are taken whole."""
FEWEST = 5
"""Frames at rest that a sample in which nothing is said is made of."""
LENGTH_STEP = 7
"""Batch lengths walk through their range in steps of this, so that neighbours differ."""


@dataclass(frozen=True)
class SentenceSample:
    """One training example."""

    inputs: Frames
    """(T, ...) float32 each: frames as the network takes them."""
    tokens: np.ndarray
    """(L,) int: the text's characters."""
    words: np.ndarray
    """(T,) int: per frame 0 for silence, otherwise the word's number + 1, or `UNKNOWN`."""


_Takes = list[dict[str, list[tuple[int, int]]]]
"""For each place in a sentence, each word heard there, and (utterance, place) of it."""


@dataclass(frozen=True)
class _Piece:
    """Frames of one utterance, and the word they are of (None: silence)."""

    utterance: int
    frames: np.ndarray
    word: str | None


class SentenceSampler:
    """Draws samples of any length from a set of utterances."""

    def __init__(
        self, utterances: Sequence[Example], recipe: Recipe, vocabulary: Vocabulary
    ) -> None:
        self._utterances = utterances
        self._recipe = recipe
        self._inputs = TrainingInputs(recipe)
        self._vocabulary = vocabulary
        self._takes = self._index()

    def _index(self) -> dict[str, _Takes]:
        """The takes of each speaker, of sentences with as many words as almost all have; none where
        sentences of different shapes have no slots."""
        aligned = [(k, u) for k, u in enumerate(self._utterances) if u.spans]
        shapes = Counter(len(u.words) for _, u in aligned)
        if not shapes or max(shapes.values()) < ALIKE * len(aligned):
            return {}
        (usual, _), *_ = shapes.most_common(1)
        aligned = [(k, u) for k, u in aligned if len(u.words) == usual]
        takes: dict[str, _Takes] = {u.speaker: [{} for _ in u.words] for _, u in aligned}
        for k, utterance in aligned:
            for place, word in enumerate(utterance.words):
                takes[utterance.speaker][place].setdefault(word, []).append((k, place))
        return takes

    def batch(self, rng: np.random.Generator, bases: Iterable[int], epoch: int, step: int) -> Batch:
        """One sample around each of `bases`, all of one length; the length changes with `step`."""
        fit = self._recipe.fit
        length = fit.shortest + (epoch + step * LENGTH_STEP) % (fit.longest - fit.shortest + 1)
        samples = [self.draw(rng, int(base), length) for base in bases]
        longest = max(len(sample.tokens) for sample in samples)
        tokens = np.stack([np.pad(s.tokens, (0, longest - len(s.tokens))) for s in samples])
        words = np.stack([sample.words for sample in samples]).astype(np.int32)
        return Batch([sample.inputs for sample in samples], (tokens, words))

    def draw(self, rng: np.random.Generator, base: int, length: int) -> SentenceSample:
        """A sample of `length` frames around utterance `base`, varied."""
        how = self._recipe.augment
        utterance = self._utterances[base]
        # Where there are none, none are drawn.
        silent = bool(how.silent) and rng.random() < how.silent
        resting = self._rest(rng, base, length) if silent else None
        if resting is not None:
            frames, labels = resting, np.zeros(length, int)
            text: list[str] = []
        elif utterance.spans:
            pieces = self._speech(rng, base)
            frames, labels = self._lay_out(rng, base, pieces, length)
            text = [piece.word for piece in pieces if piece.word]
        else:
            picks = np.linspace(0, len(utterance) - 1, length).round().astype(int)
            frames = np.stack([np.full(length, base), picks], 1)
            labels = np.full(length, UNKNOWN)
            text = list(utterance.words)
        frames = hold_frames(rng, frames, how)
        return SentenceSample(
            self._inputs.vary(rng, select(self._utterances, frames)),
            self._vocabulary.spell(" ".join(text)),
            labels,
        )

    def _rest(self, rng: np.random.Generator, base: int, length: int) -> np.ndarray | None:
        """What is seen of utterance `base` before its first word or after its last, played forwards
        and backwards for `length` frames, so that nothing jumps: (length, 2). None where there is
        next to none."""
        rests = [rest for rest in self._utterances[base].rests if len(rest) >= FEWEST]
        if not rests:
            return None
        rest = rests[rng.integers(len(rests))]
        around = [*rest, *rest[-2:0:-1]]
        start = int(rng.integers(len(around)))
        picks = [around[(start + k) % len(around)] for k in range(length)]
        return np.stack([np.full(length, base), picks], 1)

    def _speech(self, rng: np.random.Generator, base: int) -> list[_Piece]:
        how = self._recipe.augment
        utterance = self._utterances[base]
        chosen = [(base, place) for place in range(len(utterance.words))]
        takes = self._takes.get(utterance.speaker)
        if takes and len(takes) == len(utterance.words) and rng.random() < how.splice:
            chosen = []
            for words in takes:
                same = words[list(words)[rng.integers(len(words))]]
                chosen.append(same[rng.integers(len(same))])
        speed = warp_time(rng, 1000, how.speed) / 1000
        pieces = []
        end_before: float | None = None
        for k, place in chosen:
            source = self._utterances[k]
            start, end = source.spans[place]
            pause = start - end_before if k == base and end_before is not None else 0
            if pause > 0.5:  # a clip's own pauses stay; between words of two clips there is none
                pieces.append(_stretch(k, start - pause, start, max(1, round(pause * speed)), None))
            count = warp_time(rng, max(1, round((end - start) * speed)), how.word_speed)
            pieces.append(_stretch(k, start, end, count, source.words[place]))
            end_before = end if k == base else None
        return pieces

    def _lay_out(
        self, rng: np.random.Generator, base: int, pieces: list[_Piece], length: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Speech with silence before and after, `length` frames in all: (T, 2) and labels (T,)."""
        spoken = np.concatenate(
            [np.stack([np.full(len(p.frames), p.utterance), p.frames], 1) for p in pieces]
        )
        labels = np.concatenate(
            [np.full(len(p.frames), self._vocabulary.frame_class(p.word)) for p in pieces]
        )
        room = length - 2
        if len(spoken) > room:  # too slow for this batch: faster
            keep = np.linspace(0, len(spoken) - 1, room).round().astype(int)
            spoken, labels = spoken[keep], labels[keep]
        before = int(rng.integers(1, length - len(spoken)))
        after = length - len(spoken) - before
        utterance = self._utterances[base]
        first, last = utterance.spans[0][0], utterance.spans[-1][1]
        lead = np.arange(before) + round(first) - before
        tail = np.arange(after) + round(last)
        still = np.concatenate([lead, tail]).clip(0, len(utterance) - 1)
        still = np.stack([np.full(len(still), base), still], 1)
        frames = np.concatenate([still[:before], spoken, still[before:]])
        # Alignments may begin before the first face and end after the last.
        last_frames = [len(self._utterances[k]) - 1 for k in frames[:, 0]]
        frames[:, 1] = np.clip(frames[:, 1], 0, last_frames)
        return frames, np.pad(labels, (before, after))


def _stretch(utterance: int, start: float, end: float, count: int, word: str | None) -> _Piece:
    """`count` frames spread over [start, end)."""
    step = (end - start) / count
    frames = np.floor(start + step * (np.arange(count) + 0.5)).astype(int)
    return _Piece(utterance, frames, word)

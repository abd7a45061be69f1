"""How well lips were read: error rates with the error bars that the set's size leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

import jiwer
import numpy as np

RESAMPLES = 2000


@dataclass(frozen=True)
class Reading:
    """What was read of one clip, and what had been said."""

    clip: str
    speaker: str
    reference: str
    hypothesis: str
    confidence: float
    choices: tuple[tuple[str, float], ...] = ()
    """What it could be and how sure that is, likeliest first, where the model tells labels."""


@dataclass(frozen=True)
class Score:
    """Error rates of a set of readings, as fractions."""

    clips: int
    words: int
    wer: float
    """Word error rate: substituted, deleted and inserted words over words said."""
    low: float
    """95 % interval of the word error rate over other sets of as many clips (bootstrap)."""
    high: float
    cer: float
    """Character error rate, spaces included."""
    exact: float
    """Share of clips read without any error."""
    places: tuple[float, ...]
    """Share of words read wrong (substituted or deleted) by place in the sentence."""


def score(readings: Sequence[Reading]) -> Score:
    """The error rates of `readings`; at least one, each with a reference of at least one word."""
    references = [reading.reference for reading in readings]
    hypotheses = [reading.hypothesis for reading in readings]
    wrong: list[list[bool]] = []
    errors = np.zeros(len(readings))
    for k, chunks in enumerate(jiwer.process_words(references, hypotheses).alignments):
        missed = [False] * len(references[k].split())
        for chunk in chunks:
            if chunk.type == "insert":
                errors[k] += chunk.hyp_end_idx - chunk.hyp_start_idx
            elif chunk.type != "equal":
                for place in range(chunk.ref_start_idx, chunk.ref_end_idx):
                    missed[place] = True
        errors[k] += sum(missed)
        wrong.append(missed)
    said = np.array([len(missed) for missed in wrong])
    picks = np.random.default_rng(0).integers(len(readings), size=(RESAMPLES, len(readings)))
    rates = errors[picks].sum(1) / said[picks].sum(1)
    low, high = np.percentile(rates, (2.5, 97.5))
    return Score(
        clips=len(readings),
        words=int(said.sum()),
        wer=float(errors.sum() / said.sum()),
        low=float(low),
        high=float(high),
        cer=float(jiwer.cer(references, hypotheses)),
        exact=float(np.mean(errors == 0)),
        places=tuple(
            float(np.mean([missed[place] for missed in wrong if len(missed) > place]))
            for place in range(int(said.max()))
        ),
    )


@dataclass(frozen=True)
class Confusion:
    """What was read where each word was said, at one place in a sentence."""

    words: tuple[str, ...]
    counts: np.ndarray
    """(N, N) int: a row a word said, a column a word read."""


def confusions(readings: Sequence[Reading]) -> list[Confusion]:
    """One for each place of sentences that all have as many words; readings of another length are
    passed over, as nobody knows which word was read as which."""
    pairs = [(reading.reference.split(), reading.hypothesis.split()) for reading in readings]
    length = len(pairs[0][0])
    pairs = [(said, read) for said, read in pairs if len(said) == len(read) == length]
    if not pairs:
        return []
    found = []
    for place in range(length):
        at_place = [(said[place], read[place]) for said, read in pairs]
        words = tuple(sorted({word for pair in at_place for word in pair}))
        counts = np.zeros((len(words), len(words)), int)
        for said_word, read_word in at_place:
            counts[words.index(said_word), words.index(read_word)] += 1
        found.append(Confusion(words, counts))
    return found

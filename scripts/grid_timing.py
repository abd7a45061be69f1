"""When GRID's speakers say what: the statistics behind the talker's timing.

    python -m scripts.grid_timing ALIGNMENTS.tsv.gz [--write]

Distils the word times of the GRID corpus (Cooke, Barker, Cunningham and Shao, 2006; CC BY 4.0), a
table `speaker clip start_frame end_frame word` of 25 frames a second, into a few numbers; `--write`
puts them where the talker reads them. Logarithms of durations are taken: their spread is alike for
short words and long ones, and factors of speaker, take and word add up.
"""

import argparse
import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_lip.talker.pronunciation import pronounced
from edge_lip.talker.timing import FILE, inherent
from training.data.silence import is_silence

FRAME = 0.04
"""Seconds."""
SLOTS = 6
PRIOR = 1.0
"""Words by which a sound's usual length outweighs GRID's: 51 words tell 36 sounds badly apart."""

Word = tuple[float, float, str]


def sentences(table: Path) -> dict[tuple[str, str], list[Word]]:
    """Start, end (seconds) and text of the words of each clip, by speaker and clip."""
    clips: dict[tuple[str, str], list[Word]] = defaultdict(list)
    with gzip.open(table, "rt") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            if not is_silence(row["word"]):
                start, end = float(row["start_frame"]) * FRAME, float(row["end_frame"]) * FRAME
                clips[row["speaker"], row["clip"]].append((start, end, row["word"]))
    return {key: words for key, words in clips.items() if len(words) == SLOTS}


def sounds_of(word: str, slot: int) -> tuple[str, ...]:
    """The phonemes of a word in its slot, where "a" is a letter."""
    return pronounced("a one" if (slot, word) == (3, "a") else word)[0][1]


def lengths(means: dict[tuple[int, str], float]) -> tuple[dict[str, float], list[float]]:
    """Of the sounds (seconds) and of the slots (factors), by which words last that long.

    Alternating least squares, each sound held near its usual length.
    """
    sounds = sorted({sound for slot, word in means for sound in sounds_of(word, slot)})
    usual = np.array([inherent(sound) for sound in sounds])
    counts = np.array([[sounds_of(w, s).count(sound) for sound in sounds] for s, w in means])
    slots = np.array([slot for slot, _ in means])
    seconds = np.array(list(means.values()))
    length, factor = usual.copy(), np.ones(SLOTS)
    for _ in range(100):
        said = counts @ length
        factor = np.array(
            [
                seconds[slots == k] @ said[slots == k] / (said[slots == k] ** 2).sum()
                for k in range(SLOTS)
            ]
        )
        factor /= np.exp(np.log(factor).mean())
        rows = counts * factor[slots, None]
        both = np.concatenate([rows, PRIOR * np.eye(len(sounds))])
        length = np.linalg.lstsq(both, np.concatenate([seconds, PRIOR * usual]), rcond=None)[0]
        length = np.maximum(length, 0.03)
    return dict(zip(sounds, length.tolist(), strict=True)), factor.tolist()


def statistics(clips: dict[tuple[str, str], list[Word]]) -> dict:
    """All that the talker's timing needs, in seconds and factors."""
    logs = defaultdict(list)
    for words in clips.values():
        for slot, (start, end, word) in enumerate(words):
            logs[slot, word].append(np.log(max(end - start, FRAME)))
    means = {key: float(np.mean(values)) for key, values in sorted(logs.items())}
    # What is left of a word's log duration belongs to its speaker, its sentence, or itself.
    left = {
        key: np.array(
            [np.log(max(e - s, FRAME)) - means[k, w] for k, (s, e, w) in enumerate(words)]
        )
        for key, words in clips.items()
    }
    speakers = defaultdict(list)
    for (speaker, _), values in left.items():
        speakers[speaker].append(values)
    rates = {speaker: np.concatenate(values).mean() for speaker, values in speakers.items()}
    takes = [(values - rates[speaker]).mean() for (speaker, _), values in left.items()]
    # Less the mean of their sentence, words spread too little, and means for the words' sake.
    own = (
        np.array([values - values.mean() for values in left.values()]).var(0) * SLOTS / (SLOTS - 1)
    )
    take = max(0.0, float(np.var(takes) - own.mean() / SLOTS))
    length, factor = lengths({key: float(np.exp(mean)) for key, mean in means.items()})
    gaps = [
        [after[0] - before[1] for before, after in zip(words, words[1:], strict=False)]
        for words in clips.values()
    ]
    pauses = np.array([gap for row in gaps for gap in row if gap > 0])
    lead = [words[0][0] for words in clips.values()]
    spoken = [words[-1][1] - words[0][0] for words in clips.values()]
    return {
        "clips": len(clips),
        "speakers": len(rates),
        "words": {
            word: round(
                float(np.exp(mean))
                / (factor[slot] * sum(length[s] for s in sounds_of(word, slot))),
                3,
            )
            for (slot, word), mean in means.items()
        },
        "sounds": {sound: round(value, 4) for sound, value in length.items()},
        "slots": [round(value, 3) for value in factor],
        "spread": {
            "speaker": round(float(np.std(list(rates.values()))), 3),
            "take": round(take**0.5, 3),
            "word": [round(value**0.5, 3) for value in own.tolist()],
        },
        "lead": summary(lead),
        "spoken": summary(spoken),
        "pause": {"share": round(len(pauses) / (5 * len(clips)), 4), **summary(pauses)},
    }


def summary(values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """Mean and spread."""
    return {"mean": round(float(np.mean(values)), 3), "spread": round(float(np.std(values)), 3)}


def main() -> None:
    """Print the statistics, or write them."""
    parser = argparse.ArgumentParser(
        "python -m scripts.grid_timing", description="Statistics of GRID's word times."
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    options = parser.parse_args()
    clips = sentences(options.table)
    if not clips:
        sys.exit(f"{options.table} has no sentence of {SLOTS} words")
    text = json.dumps(statistics(clips), indent=1) + "\n"
    if options.write:
        FILE.write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()

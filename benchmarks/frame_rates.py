"""Does time stay time? Word errors of the same clips at other frame rates.

    python benchmarks/frame_rates.py --data path/to/grid [--split val] [--model M] [--clips N]

Fewer frames a second: the clip's own frames nearest to the new moments, with their own times, as a
slower camera would have taken them. More: neighbouring frames blended, which is kinder than a real
camera. Dropped: every tenth frame at random is missing. Jittered: times are off by up to 8 ms.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from edge_lip.opencv import cv2
from edge_lip.reader import open_reader, shipped_model
from edge_lip.sources import Frame, open_source
from training.evaluate import SPLITS, choose_clips, model_recipe
from training.metrics import Reading, score

Change = Callable[[list[Frame], np.random.Generator], list[Frame]]


def at(fps: float) -> Change:
    """Frames at another rate."""

    def change(frames: list[Frame], _: np.random.Generator) -> list[Frame]:
        times = np.array([frame.time for frame in frames])
        moments = np.arange(times[0], times[-1] + 1e-6, 1 / fps)
        if fps < 1 / np.median(np.diff(times)):
            nearest = [int(np.abs(times - moment).argmin()) for moment in moments]
            return [frames[k] for k in dict.fromkeys(nearest)]
        places = np.interp(moments, times, np.arange(len(times)))
        return [
            _between(frames, place, moment) for place, moment in zip(places, moments, strict=True)
        ]

    return change


def dropped(frames: list[Frame], rng: np.random.Generator) -> list[Frame]:
    """A tenth of the frames is missing."""
    return [frame for frame in frames if rng.random() >= 0.1]


def jittered(frames: list[Frame], rng: np.random.Generator) -> list[Frame]:
    """Times that are a little off."""
    return [replace(frame, time=frame.time + rng.uniform(-0.008, 0.008)) for frame in frames]


CASES: dict[str, Change] = {
    "as recorded": lambda frames, _: frames,
    "10 fps": at(10),
    "15 fps": at(15),
    "20 fps": at(20),
    "30 fps": at(30),
    "60 fps": at(60),
    "10 % dropped": dropped,
    "8 ms jitter": jittered,
}


class Changed:
    """Frames as a source."""

    live = False

    def __init__(self, name: str, frames: list[Frame]) -> None:
        self.name, self._frames = name, frames

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._frames)

    def close(self) -> None:
        """Nothing is open."""


def _between(frames: list[Frame], place: float, moment: float) -> Frame:
    before = int(place)
    after = min(before + 1, len(frames) - 1)
    share = place - before
    image = cv2.addWeighted(frames[before].image, 1 - share, frames[after].image, share, 0)
    return Frame(image, float(moment))


def main() -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(description="Word errors at other frame rates.")
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="val")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--clips", type=int, help="only the first so many")
    options = parser.parse_args()
    readings: dict[str, list[Reading]] = {case: [] for case in CASES}
    with open_reader(options.model or shipped_model()) as reader:
        recipe = model_recipe(reader.manifest)
        for clip in choose_clips(options.data, recipe, options.split)[: options.clips]:
            with closing(open_source(clip.source)) as source:
                frames = list(source)
            for case, change in CASES.items():
                changed = change(frames, np.random.default_rng(0))
                events = reader.read(Changed(clip.name, changed))
                text = " ".join(event.text for event in events if event.kind == "final")
                readings[case].append(Reading(clip.name, clip.speaker, clip.text, text, 0.0))
    for case, read in readings.items():
        result = score(read)
        print(
            f"{case:14} WER {result.wer:6.2%} (95 %: {result.low:.1%} to {result.high:.1%}) "
            f"of {result.words} words"
        )


if __name__ == "__main__":
    main()

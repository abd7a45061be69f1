"""Flow against landmarks on every frame: computing, how far the crops are apart, word errors.

    python -m benchmarks tracking --data path/to/grid [--split test] [--model M] [--clips N]
                                  [--moves NAME ...] [--seconds 0.2 0.4 1]

Each clip is read with both, as recorded and with its picture moved as by a head or a held camera.
Computing is processor time of finding and cutting the mouth, in turns in one process. Apart: the
middle of the crop, in picture pixels of a face whose eyes are 66 pixels apart, which is GRID's;
a crop's pixel is 0.63 of those. Then talkers who pause between sentences are read as a camera sees
them, to see where utterances begin and end. `--seconds`: other times between anchors as well.
"""

import argparse
import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time

import numpy as np

from edge_lip.errors import FaceError
from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.model.shipped import shipped_model
from edge_lip.mouth.mouth import Crop, Mouth
from edge_lip.mouth.pose import Pose, Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.flow import FlowPolicy, FlowTracker
from edge_lip.mouth.trackers.landmarks import LandmarkTracker
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.sources.talker import Talker
from edge_lip.system.opencv import cv2
from edge_lip.talker import speak
from edge_lip.talker.speech import PAUSE
from training.data.clip import Clip
from training.evaluation.readings import SPLITS, choose_clips, model_recipe
from training.reports.metrics import Reading, score

from .arguments import at_least_one

FPS = 25
EYES = 66.0
Move = Callable[[float, np.random.Generator], tuple[float, float, float, float]]
"""At a time in seconds: pixels right and down, times larger, degrees turned."""


def _wave(time: float, hertz: float) -> float:
    return math.sin(2 * math.pi * hertz * time)


MOVES: dict[str, Move] = {
    "as recorded": lambda time, rng: (0, 0, 1, 0),
    "swaying": lambda time, rng: (20 * _wave(time, 0.5), 10 * _wave(time, 0.4), 1, 0),
    "hurrying": lambda time, rng: (40 * _wave(time, 1), 10 * _wave(time, 0.4), 1, 0),
    "shaken": lambda time, rng: (*rng.normal(0, 3, 2), 1, 0),
    "coming, going": lambda time, rng: (0, 0, 1.1 + 0.15 * _wave(time, 0.5), 0),
    "leaning": lambda time, rng: (0, 0, 1, 10 * _wave(time, 0.5)),
}
TALKER, TALKERS, MOTIONS = "bin blue at f two now", 12, (1.0, 4.0)
PAUSED = "bin blue at f two now | set red with y five please | lay white in q nine again"


@dataclass
class Counted:
    """Landmarks that count how often they are asked for."""

    tracker: LandmarkTracker
    count: int = 0

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        """See `Tracker.track`."""
        self.count += 1
        return self.tracker.track(image, time)

    def expect(self, pose: Pose) -> None:
        """See `Anchor.expect`."""
        self.tracker.expect(pose)

    def reset(self) -> None:
        """See `Tracker.reset`."""
        self.tracker.reset()


@dataclass
class Tally:
    """What was measured of one way to track."""

    seconds: float = 0.0
    frames: int = 0
    landmarks: int = 0
    apart: list[float] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def row(self, every: "Tally") -> str:
        """Beside `every`, that of landmarks on every frame."""
        cost, whole = self.seconds / self.frames, every.seconds / every.frames
        mean, p95 = np.mean(self.apart), np.percentile(self.apart, 95)
        text = f"{1e3 * cost:7.3f} {cost / whole:6.0%} {self.landmarks / self.frames:9.1%}"
        text += f" {mean:6.2f} {p95:6.2f}"
        if self.readings:
            pairs = zip(self.readings, every.readings, strict=True)
            same = np.mean([one.hypothesis == other.hypothesis for one, other in pairs])
            text += f" {score(self.readings).wer:7.2%} {same:6.0%}"
        return text


class Bench:
    """The ways to track, beside each other."""

    def __init__(self, model: Network, seconds: Sequence[float]) -> None:
        self._model = model
        self._geometry = model.manifest.crop
        found = make_tracker("landmarks")
        assert isinstance(found, LandmarkTracker)
        self._landmarks = Counted(found)
        self._ways: dict[str, Tracker] = {
            "landmarks": self._landmarks,
            "attention": make_tracker("attention"),
        }
        for each in seconds:
            policy = FlowPolicy(anchor_seconds=each)
            self._ways[f"flow {each:g} s"] = FlowTracker(self._landmarks, policy)

    def compare(self, films: Sequence[tuple[list[Frame], Clip | None]]) -> dict[str, Tally]:
        """Track the mouth in each film; read those of a clip."""
        tallies = {way: Tally() for way in self._ways}
        for frames, clip in films:
            exact: list[Crop | None] = []
            for way, tracker in self._ways.items():
                tally = tallies[way]
                asked, start = self._landmarks.count, process_time()
                crops = self._watch(tracker, frames)
                tally.seconds += process_time() - start
                tally.landmarks += self._landmarks.count - asked
                tally.frames += len(frames)
                exact = exact or crops
                tally.apart += _apart(exact, crops)
                if clip:
                    text = self._read(tracker, frames)
                    tally.readings.append(Reading(clip.name, clip.speaker, clip.text, text, 0.0))
        for way, tally in tallies.items():
            if not tally.apart:
                raise FaceError(f"{way}: no face is found in any picture")
        return tallies

    def utterances(self, frames: list[Frame], said: Sequence[tuple[float, float]]) -> list[str]:
        """A line for each way: what a live reader finds of what was `said` from when to when."""
        lines = []
        for way, tracker in self._ways.items():
            reader = Reader(self._model, tracker, partial_every=0.0, live=True)
            found = [(event.start, frame.time) for frame in frames for event in reader.push(frame)]
            if not found:
                lines.append(f"{way:12}   0 of {len(said)}")
                continue
            starts, known = np.array(found).T
            begun = [begin - starts[abs(starts - begin).argmin()] for begin, _ in said]
            after = [min(known[known > end], default=np.inf) - end for _, end in said]
            lines.append(
                f"{way:12} {len(found):3} of {len(said)}; from {np.median(begun):.2f} s before the "
                f"first word (least {min(begun):.2f}), over {np.median(after):.2f} s after the "
                f"last (most {max(after):.2f})"
            )
        return lines

    def _watch(self, tracker: Tracker, frames: Sequence[Frame]) -> list[Crop | None]:
        mouth = Mouth(tracker, self._geometry)
        mouth.reset()
        return [mouth.watch(frame) for frame in frames]

    def _read(self, tracker: Tracker, frames: Sequence[Frame]) -> str:
        reader = Reader(self._model, tracker)
        events = [event for frame in frames for event in reader.push(frame)] + reader.finish()
        return " ".join(event.text for event in events if event.kind == "final")


def _apart(exact: Sequence[Crop | None], crops: Sequence[Crop | None]) -> list[float]:
    pairs = [(a.pose, b.pose) for a, b in zip(exact, crops, strict=True) if a and b]
    return [EYES / a.scale * math.hypot(a.x - b.x, a.y - b.y) for a, b in pairs]


def moved(frames: Sequence[Frame], move: Move) -> list[Frame]:
    """The pictures moved; what was outside repeats the border."""
    rng = np.random.default_rng(0)
    result = []
    for frame in frames:
        right, down, larger, turned = move(frame.time, rng)
        height, width = frame.image.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turned, larger)
        matrix[:, 2] += np.array((right, down))
        size, border = (width, height), cv2.BORDER_REPLICATE
        result.append(
            replace(frame, image=cv2.warpAffine(frame.image, matrix, size, borderMode=border))
        )
    return result


def talker(seed: int, text: str, motion: float) -> Talker:
    """A rendered one whose head moves so many times more than they do."""
    source = Talker(f"{text}?seed={seed}")
    source.scene = replace(source.scene, motion=motion)
    return source


def joined(clips: Sequence[Clip]) -> tuple[list[Frame], list[tuple[float, float]]]:
    """All clips one after the other, and when something is said in them."""
    frames: list[Frame] = []
    said = []
    for clip in clips:
        start = frames[-1].time + 1 / FPS if frames else 0.0
        frames += [replace(frame, time=start + frame.time) for frame in film(clip)]
        said.append((start + clip.words[0].start, start + clip.words[-1].end))
    return frames, said


def said_by(source: Talker) -> list[tuple[float, float]]:
    """When each of a talker's utterances begins and ends."""
    words = source.speech.words
    said = [(words[0].start, words[0].end)]
    for before, word in zip(words, words[1:], strict=False):
        if word.start - before.end < PAUSE / 2:
            said[-1] = (said[-1][0], word.end)
        else:
            said.append((word.start, word.end))
    return said


def film(clip: Clip) -> list[Frame]:
    """Its frames."""
    with closing(open_source(clip.source)) as source:
        return list(source)


def main(arguments: Sequence[str] | None = None) -> None:
    """Watch, read and print."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks tracking", description="Flow against landmarks on every frame."
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--clips", type=at_least_one, help="only the first so many")
    parser.add_argument("--moves", nargs="*", choices=MOVES, default=list(MOVES))
    parser.add_argument("--seconds", nargs="*", type=float, default=[FlowPolicy.anchor_seconds])
    options = parser.parse_args(arguments)
    model = open_model(options.model or shipped_model())
    clips = choose_clips(options.data, model_recipe(model.manifest), options.split)
    clips = clips[: options.clips]
    bench = Bench(model, options.seconds)
    head = f"{'':14} {'':12} {'ms':>7} {'part':>6} {'landmarks':>9} {'apart':>6} {'p95':>6}"
    print(head + f" {'WER':>7} {'same':>6}")
    for name in options.moves:
        films = [(moved(film(clip), MOVES[name]), clip) for clip in clips]
        show(name, bench.compare(films))
    for motion in MOTIONS:
        talkers = [(list(talker(seed, TALKER, motion)), None) for seed in range(TALKERS)]
        show(f"rendered, x{motion:g}", bench.compare(talkers))
    print("\nutterances of all clips, one after the other")
    print(*bench.utterances(*joined(clips)), sep="\n")
    for seed in range(3):
        print(f"utterances of rendered talker {seed}")
        source = talker(seed, PAUSED, 2.0)
        source.speech = speak(PAUSED, source.scene, seed, after=PAUSE)
        print(*bench.utterances(list(source), said_by(source)), sep="\n")


def show(name: str, tallies: dict[str, Tally]) -> None:
    """A line for each way."""
    every = next(iter(tallies.values()))
    for way, tally in tallies.items():
        print(f"{name:14} {way:12} {tally.row(every)}", flush=True)

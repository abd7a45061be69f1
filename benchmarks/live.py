"""Sentences with rests between them, in real time: are all found, how well read, how soon told?

    python -m benchmarks live --data path/to/grid [--split test] [--model M] [--clips N]
                              [--tracker T] [--gaps 1.5 3] [--fast]

Streams of six clips each, with so many seconds of rest between two of them on top of the clips' own
(see `rest.py`), are read as a camera sees them: 25 frames a second, late ones dropped. Utterances
are compared with what was said when, texts with those of the same clips read as files. A text's
delay is counted from the end of the last word, by the alignment, and from the last movement of the
lips, by landmarks on every frame. `--fast` pushes the frames one after the other, and takes the
computing after the last one for the only one.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from edge_lip.model.file import open_model
from edge_lip.model.network import Network
from edge_lip.model.shipped import shipped_model
from edge_lip.mouth.trackers import TRACKERS
from edge_lip.reading.load_shedding import LEVELS, LoadShedding, SheddingPolicy
from edge_lip.reading.observation import Observation
from edge_lip.reading.reader import Reader
from edge_lip.reading.speech_activity import LIPS
from edge_lip.sources.capture import Capture
from edge_lip.sources.frame import Frame
from edge_lip.sources.realtime import Paced
from training.data.clip import Clip
from training.evaluation.readings import SPLITS, choose_clips, model_recipe
from training.reports.metrics import Reading, score

from .arguments import at_least_one
from .rest import CARRY, FPS, Shot, Take, at_rest, lip_speeds, load, show, to_and_fro

CLIPS = 6
"""In a stream."""
MOVING = 0.035
"""Eye distances per second over 80 ms: lips that rest after a sentence are slower in 99.5 % of the
frames of 40 validation clips."""


@dataclass(frozen=True)
class Said:
    """An utterance that a stream holds. Seconds of the stream."""

    clip: Clip
    start: float
    """Of the first word."""
    end: float
    """Of the last."""
    moved: float
    """When the lips moved last for it."""


@dataclass(frozen=True)
class Told:
    """An utterance that the reader found. Seconds of the stream, but for `computing`."""

    kind: str
    text: str
    start: float
    end: float
    at: float
    """When it was told."""
    computing: float
    partials: tuple[float, ...] = ()
    """When its partial texts were told."""


@dataclass
class Stream:
    """Clips with rests between them, as a source."""

    shots: tuple[Shot, ...]
    said: tuple[Said, ...]
    name: str = "stream"
    live: bool = True

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        for number, image in enumerate(show(self.shots)):
            yield Frame(image, number / FPS)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Tally:
    """What became of the utterances."""

    said: int = 0
    found: int = 0
    """By one event, which is about nothing else."""
    missed: int = 0
    """No event is about them."""
    rejected: int = 0
    split: int = 0
    """Several events are."""
    merged: int = 0
    """One event is about several."""
    extra: int = 0
    """Texts when nothing was said."""
    vain: int = 0
    """Rejected events when nothing was said."""
    readings: list[Reading] = field(default_factory=list)
    after_word: list[float] = field(default_factory=list)
    after_move: list[float] = field(default_factory=list)
    lead: list[float] = field(default_factory=list)
    computing: list[float] = field(default_factory=list)
    partials: list[float] = field(default_factory=list)
    """Seconds from one to the next."""

    def add(self, said: Sequence[Said], told: Sequence[Told]) -> None:
        """Count a stream."""
        about = [[k for k, one in enumerate(said) if overlap(one, event)] for event in told]
        for number, one in enumerate(said):
            events = [event for event, those in zip(told, about, strict=True) if number in those]
            alone = len(events) == 1 and sum(those.count(number) for those in about) == 1
            shared = any(number in those and len(those) > 1 for those in about)
            self.said += 1
            self.missed += not events
            self.split += len(events) > 1
            self.merged += shared
            self.rejected += any(event.kind == "rejected" for event in events)
            self.found += alone and not shared
            first = [k for k, those in enumerate(about) if those and those[0] == number]
            text = " ".join(told[k].text for k in first).strip()
            self.readings.append(Reading(one.clip.name, one.clip.speaker, one.clip.text, text, 0.0))
            if alone and not shared:
                (event,) = events
                self.after_word.append(event.at - one.end)
                self.after_move.append(event.at - one.moved)
                self.lead.append(one.start - event.start)
                self.computing.append(event.computing)
                self.partials += np.diff(event.partials).tolist()
        self.extra += sum(e.kind == "final" for e, a in zip(told, about, strict=True) if not a)
        self.vain += sum(e.kind == "rejected" for e, a in zip(told, about, strict=True) if not a)

    def lines(self, hold: float) -> Iterator[str]:
        """For people."""
        yield (
            f"{self.said} utterances: {self.found} found, {self.missed} missed, {self.split} split,"
            f" {self.merged} merged, {self.rejected} rejected; nothing said: {self.extra} texts,"
            f" {self.vain} rejected"
        )
        yield f"word errors {score(self.readings).wer:.2%}"
        yield from (
            f"{what}: median {np.median(times):.3f} s, 95 % {np.percentile(times, 95):.3f}, "
            f"most {max(times):.3f}"
            for what, times in (
                ("begun before the first word", self.lead),
                ("text after the last word", self.after_word),
                ("text after the last movement", self.after_move),
                (f"the same without the {hold:g} s of hold", [t - hold for t in self.after_move]),
                ("of it computing", self.computing),
                ("from one partial text to the next", self.partials),
            )
            if times
        )


def overlap(said: Said, told: Told) -> bool:
    """Whether `told` is about `said`."""
    return told.start < said.end and told.end > said.start


def make_streams(
    takes: Sequence[Take], gaps: tuple[float, float], seed: int = 0, clips: int = CLIPS
) -> list[Stream]:
    """All of `takes`, by chance, with rests of seconds between `gaps`."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(takes)).tolist()
    count = max(1, len(takes) // clips)
    return [
        _stream([takes[k] for k in part.tolist()], gaps, rng)
        for part in np.array_split(order, count)
    ]


def _stream(takes: Sequence[Take], gaps: tuple[float, float], rng: np.random.Generator) -> Stream:
    frames = [round(FPS * rng.uniform(*gaps)) for _ in range(len(takes) + 1)]
    shots, said, start = [], [], 0
    for take, before, after in zip(takes, frames, frames[1:], strict=False):
        # What is before a clip is its own, as long as a head takes to come there, or half of it.
        before = min(before, max(CARRY, before // 2))
        after -= min(after, max(CARRY, after // 2))
        runs = at_rest(take)
        played = take.seen(0.0, take.seconds)
        head = next((run for run in runs if run[0] == played[0]), played[:1])
        tail = next((run for run in runs if run[-1] == played[-1]), played[-1:])
        order = to_and_fro(head, head[0], before + 1)[:0:-1]
        order += tuple(played) + to_and_fro(tail, tail[-1], after + 1, forwards=False)[1:]
        shots.append(Shot(take, order))
        offset = (start + before - played[0]) / FPS
        words = take.clip.words
        said.append(
            Said(
                take.clip,
                offset + words[0].start,
                offset + words[-1].end,
                offset + last_movement(take),
            )
        )
        start += len(order)
    return Stream(tuple(shots), tuple(said))


def last_movement(take: Take) -> float:
    """Seconds from the clip's start to the end of the lips' last movement."""
    (moving,) = np.nonzero(lip_speeds(take) >= MOVING)
    return float(moving[-1] + 1) / FPS if len(moving) else take.clip.words[-1].end


class Clock:
    """An observer that knows how late it is in the stream."""

    def __init__(self, realtime: bool) -> None:
        self._realtime = realtime
        self._frame = 0.0
        self._start = np.inf
        self.dropped = 0

    def __call__(self, seen: Observation) -> None:
        """A frame has been read."""
        self._frame = seen.frame.time
        self.dropped += seen.frame.dropped
        # The frame that was read soonest after its time tells when the stream began.
        self._start = min(self._start, perf_counter() - seen.frame.time)

    def now(self, computing: float) -> float:
        """Seconds of the stream when an event comes that took so long to compute."""
        return perf_counter() - self._start if self._realtime else self._frame + computing


def read_stream(
    stream: Stream, realtime: bool, reader: Callable[[LoadShedding], Reader]
) -> tuple[list[Told], int]:
    """What a reader made for it finds in `stream`, and how many frames were dropped."""
    # Frames that never have to be waited for look like a slow board's.
    load_shedding = LoadShedding(None if realtime else SheddingPolicy(levels=LEVELS[:1]))
    clock = Clock(realtime)
    told: list[Told] = []
    partials: list[tuple[float, float]] = []
    reading = reader(load_shedding)
    reading.observers.append(clock)
    with closing(Capture(Paced(stream)) if realtime else stream) as source:
        for event in reading.read(source):
            at = clock.now(event.latency)
            if event.kind == "partial":
                partials.append((event.start, at))
            elif event.kind in ("final", "rejected"):
                # Of utterances that ended in nothing there are some, too.
                own = tuple(when for start, when in partials if start == event.start)
                times = (event.start, event.end, at, event.latency)
                told.append(Told(event.kind, event.text, *times, own))
                partials = []
    return told, clock.dropped


def file_errors(model: Network, tracker: str | None, takes: Sequence[Take]) -> float:
    """Word error rate of the clips as files."""
    reader = Reader(model, tracker)
    readings = []
    for take in takes:
        reader.reset()
        events = [
            event
            for number, image in enumerate(take.images)
            for event in reader.push(Frame(image, number / FPS))
        ]
        events += reader.finish()
        clip = take.clip
        text = " ".join(event.text for event in events if event.kind == "final")
        readings.append(Reading(clip.name, clip.speaker, clip.text, text, 0.0))
    return score(readings).wer


def main(arguments: Sequence[str] | None = None) -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks live", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--clips", type=at_least_one, help="only the first so many")
    parser.add_argument("--tracker", choices=TRACKERS)
    parser.add_argument("--gaps", type=float, nargs=2, default=(1.5, 3.0), help="seconds of rest")
    parser.add_argument("--threshold", type=float, help="of confidence; the model's")
    parser.add_argument("--fast", action="store_true", help="not in real time")
    options = parser.parse_args(arguments)
    model = open_model(options.model or shipped_model())
    clips = choose_clips(options.data, model_recipe(model.manifest), options.split)
    takes = load(clips[: options.clips])
    print(f"as files: word errors {file_errors(model, options.tracker, takes):.2%}", flush=True)
    tally, dropped, seconds = Tally(), 0, 0.0

    def reader(load_shedding: LoadShedding) -> Reader:
        how: dict[str, Any] = {"load_shedding": load_shedding, "threshold": options.threshold}
        return Reader(model, options.tracker, **how)

    for stream in make_streams(takes, tuple(options.gaps)):
        told, lost = read_stream(stream, not options.fast, reader)
        tally.add(stream.said, told)
        dropped += lost
        seconds += sum(len(shot.order) for shot in stream.shots) / FPS
    print(f"{seconds:.0f} s of streams, {dropped} frames dropped")
    print(*tally.lines(LIPS.hold), sep="\n")

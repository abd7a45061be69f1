"""A clip as a camera would see it: what speech and silence cost, and whether the reader keeps up.

The clip is played as fast as it was recorded, then its last picture is held, and so on. A second
after the clip still counts as speech: its text is made in it.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..reading.observation import Observation
from ..reading.reader import Reader
from ..reading.speech_activity import LIPS
from ..runtime.energy import Meter, find_meter
from ..sources.capture import Capture
from ..sources.frame import Closing, Frame
from ..sources.given import FPS
from ..sources.realtime import Paced
from ..sources.specs import open_source
from .figures import spread

LONGEST: Final = 10.0
"""Seconds of the clip that are played."""
AFTER: Final = 1.0
"""Seconds after the clip that count as speech."""
REST: Final = 4.0
"""Seconds of silence after that."""
IDLE: Final = 2.0
"""Seconds in which a meter is read before anything else is."""


class Rounds(Closing):
    """The clip and its last picture, so many times."""

    live = False

    def __init__(self, clip: str, rounds: int) -> None:
        self.name = clip
        self._rounds = rounds
        self.period = 1 / FPS
        """Seconds between two frames of the clip."""
        self.began = 0.0
        """When the stream's time was 0, by the monotonic clock."""
        self.borders: list[tuple[float, float]] = []
        """Of each round: when its speech begins, and its silence. Seconds of the stream."""
        self.decoding = 0.0
        """Seconds of the processor time of the thread that reads the clip."""

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        start = 0.0
        for _ in range(self._rounds):
            last, count = None, 0
            for frame in self._decoded():
                if frame.time > LONGEST:
                    break
                last, count = replace(frame, time=start + frame.time), count + 1
                self.began = self.began or time.monotonic() - last.time
                yield last
            if last is None:
                return
            if count > 1:
                self.period = (last.time - start) / (count - 1)
            silent = last.time + AFTER
            self.borders.append((start, silent))
            steps = round((AFTER + REST) / self.period)
            for step in range(1, steps + 1):
                yield replace(last, time=last.time + step * self.period)
            start = last.time + (steps + 1) * self.period

    def close(self) -> None:
        """Nothing is open."""

    def _decoded(self) -> Iterator[Frame]:
        with closing(open_source(self.name)) as source:
            frames = iter(source)
            while True:
                before = time.thread_time()
                frame = next(frames, None)
                self.decoding += time.thread_time() - before
                if frame is None:
                    return
                yield frame


@dataclass
class Mark:
    """Once a frame had been read."""

    at: float
    """Seconds of the stream, of the frame."""
    wall: float
    cpu: float
    joules: float | None


@dataclass
class Watcher:
    """Looks on, frame by frame."""

    rounds: Rounds
    meter: Meter | None
    marks: list[Mark] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    dropped: int = 0

    def __call__(self, seen: Observation) -> None:
        """A frame has been read."""
        now = time.monotonic()
        joules = self.meter.joules() if self.meter else None
        self.marks.append(Mark(seen.frame.time, now, time.process_time(), joules))
        self.lags.append(max(0.0, now - self.rounds.began - seen.frame.time))
        self.dropped += seen.frame.dropped

    def parts(self) -> tuple["Part", "Part"]:
        """Speech and silence of all rounds."""
        speech, silence = Part(), Part()
        borders = self.rounds.borders
        ends = [start for start, _ in borders[1:]] + [float("inf")]
        for (start, silent), end in zip(borders, ends, strict=True):
            speech.add([one for one in self.marks if start <= one.at <= silent])
            silence.add([one for one in self.marks if silent <= one.at < end])
        return speech, silence


@dataclass
class Part:
    """What was counted between the first and the last mark of each stretch."""

    wall: float = 0.0
    cpu: float = 0.0
    joules: float = 0.0

    def add(self, stretch: list[Mark]) -> None:
        """Count one; a stretch of one mark has no length."""
        if len(stretch) < 2:
            return
        first, last = stretch[0], stretch[-1]
        self.wall += last.wall - first.wall
        self.cpu += last.cpu - first.cpu
        self.joules += (last.joules or 0.0) - (first.joules or 0.0)

    def share(self) -> float:
        """Of one core; NaN where nothing was counted."""
        return self.cpu / self.wall if self.wall else float("nan")


def measure_live(reader: Reader, clip: str, rounds: int) -> dict[str, Any]:
    """The figures of a `reader` that is warm."""
    meter, name = find_meter()
    idle = _idle(meter)
    stream = Rounds(clip, rounds)
    watcher = Watcher(stream, meter)
    texts: list[float] = []
    counts = {"partial": 0, "final": 0, "rejected": 0}
    level = 0
    reader.observers.append(watcher)
    try:
        with closing(Capture(Paced(stream))) as source:
            for event in reader.stream(source):
                level = max(level, event.level)
                if event.kind in counts:
                    counts[event.kind] += 1
                if event.kind in ("final", "rejected") and watcher.marks:
                    due = stream.began + watcher.marks[-1].at
                    texts.append(max(0.0, time.monotonic() - due))
    finally:
        reader.observers.remove(watcher)
        if meter:
            meter.close()
    speech, silence = watcher.parts()
    watts = {
        "meter": name,
        "idle": round(idle, 3),
        "speech": round(speech.joules / speech.wall, 3) if speech.wall else None,
        "silence": round(silence.joules / silence.wall, 3) if silence.wall else None,
    }
    return {
        "seconds": round(watcher.marks[-1].at, 2) if watcher.marks else 0.0,
        "speech_cpu_ms": _rounded(1000 * speech.share()),
        "silence_cpu_ms": _rounded(1000 * silence.share()),
        "decoding_cpu_ms": _rounded(1000 * stream.decoding / speech.wall if speech.wall else 0.0),
        "speech_core_share": _rounded(speech.share()),
        "silence_core_share": _rounded(silence.share()),
        "frames": len(watcher.lags),
        "dropped": watcher.dropped,
        "late": sum(lag > stream.period for lag in watcher.lags),
        "level": level,
        "partials": counts["partial"],
        "texts": counts["final"],
        "hold_s": LIPS.hold,
        "lag": spread(watcher.lags),
        "text": spread(texts),
        "watts": watts if meter else None,
        "no_meter": None if meter else name,
    }


def _idle(meter: Meter | None) -> float:
    """Watts while nothing is read."""
    if meter is None:
        return 0.0
    before, start = meter.joules(), time.monotonic()
    time.sleep(IDLE)
    return (meter.joules() - before) / (time.monotonic() - start)


def _rounded(value: float) -> float | None:
    return round(value, 4) if value == value else None

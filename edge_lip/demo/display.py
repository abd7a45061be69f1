"""Takes as lines of text or of JSON; what shows them on a screen is in `screen.py`."""

import json
from typing import TextIO

from ..events import Event
from ..reading.observation import Observation
from ..reading.stages import PER_FRAME
from ..system.streams import takes_any
from .take import Take


class Display:
    """Shows takes one after the other, as they are made; this one shows nothing."""

    on_screen = False
    """Whether somebody watches, for whom takes are to go at a talker's pace."""

    def __enter__(self) -> "Display":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""

    def begin(self, said: str, seed: int) -> None:
        """A take begins."""

    def observe(self, observation: Observation) -> None:
        """A frame of it has been read."""

    def __call__(self, event: Event) -> None:
        """The reader tells something."""

    def end(self, take: Take) -> None:
        """It is over."""

    def sum_up(self, takes: int, right: int) -> None:
        """All are over."""


class Lines(Display):
    """Plain lines, for a pipe, a log or a simple terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, said: str, seed: int) -> None:
        self._line(f"a rendered talker speaks (seed {seed})")

    def __call__(self, event: Event) -> None:
        if event.kind == "partial" and event.text:
            self._line(f"{event.end:5.2f} s  {event.text}")

    def end(self, take: Take) -> None:
        self._line(f"read     {read(take)}")
        self._line(f"said     {take.said} ({verdict(take)})")
        self._line(f"time     {'; '.join(times(take))}")

    def sum_up(self, takes: int, right: int) -> None:
        self._line(f"{right} of {takes} read right")

    def _line(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class JsonLines(Display):
    """One object a take; times in milliseconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def end(self, take: Take) -> None:
        entry = {
            "rendered": True,
            "said": take.said,
            "seed": take.seed,
            "text": take.text,
            "confidence": round(take.confidence, 4),
            "right": take.right,
            "latency": round(1000 * take.latency, 3),
            "stages": {stage: round(1000 * time, 3) for stage, time in take.stages.items()},
        }
        escaped = not takes_any(self._stream)
        self._stream.write(json.dumps(entry, sort_keys=True, ensure_ascii=escaped) + "\n")
        self._stream.flush()


def read(take: Take) -> str:
    """What was read, in words."""
    return f"{take.text} ({take.confidence:.0%} sure)" if take.text else "(not understood)"


def verdict(take: Take) -> str:
    """Whether it is what was said, in words."""
    return "read right" if take.right else "not the same"


def times(take: Take) -> tuple[str, str]:
    """Where the time went for each frame and for each text, in words."""
    each: list[str] = []
    texts: list[str] = []
    for stage, seconds in take.stages.items():
        part = each if stage in PER_FRAME else texts
        part.append(f"{'render' if stage == 'read' else stage} {1000 * seconds:.1f}")
    return f"{', '.join(each)} ms a frame", f"{', '.join(texts)} ms a text"

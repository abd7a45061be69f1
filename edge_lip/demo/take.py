"""One text said by one talker, and what was read of it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from ..reading.reader import Reader
from ..sinks import Sink
from ..sources.specs import open_source


@dataclass(frozen=True)
class Take:
    """What was said, and what was read."""

    said: str
    seed: int
    """Of the talker: looks, voice, place and light."""
    text: str
    """What was read; empty where it was not understood, or no face was found."""
    confidence: float
    """0 to 1."""
    latency: float
    """Seconds from the last frame to the text."""
    stages: dict[str, float]
    """Seconds of the mean lap of each stage; those of "read" went into rendering."""

    @property
    def right(self) -> bool:
        """Whether what was read is what was said."""
        return self.text == self.said


def take(reader: Reader, said: str, seed: int, sinks: Sequence[Sink]) -> Take:
    """Let the talker of `seed` say it, and read that; `sinks` get the events meanwhile."""
    reader.stopwatch.laps.clear()
    ends = []
    with closing(open_source(f"talker:{said}?seed={seed}")) as talker:
        for event in reader.stream(talker):
            for sink in sinks:
                sink(event)
            if event.kind in ("final", "rejected"):
                ends.append(event)
    return Take(
        said,
        seed,
        text=" ".join(event.text for event in ends),
        confidence=min((event.confidence for event in ends), default=0.0),
        latency=max((event.latency for event in ends), default=0.0),
        stages=reader.stopwatch.means(),
    )

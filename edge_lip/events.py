"""What the reader tells the world."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from .text.hypothesis import Choice, Hypothesis

EventKind = Literal["partial", "final", "rejected", "no_face", "face", "source", "waiting", "bell"]


@dataclass(frozen=True)
class SpokenWord:
    """A word and when it was said."""

    text: str
    confidence: float
    """0 to 1."""
    start: float
    """Seconds of source time."""
    end: float
    choices: tuple[Choice, ...] = ()
    """Words it could be, likeliest first, itself among them; of final texts alone."""


@dataclass(frozen=True)
class Event:
    """One thing that happened while reading. Times are seconds of source time."""

    kind: EventKind
    """`partial`: text so far, may change; `final`: of a whole utterance, never empty; `rejected`:
    in the place of `final` where nothing was read or the confidence is too low to go by, without
    text; `no_face`: a source ended in which no face was ever found; `face`: something happened to
    it: there is none, it is turned away, the mouth is covered, it is seen again, there is more than
    one; `source`: something happened to a live source (it stalls, is lost, is back), or to what
    computes. Two are not of the reader, and are given to what acts alone (see
    `edge_lip.confirmation`): `waiting`: a text has to be confirmed, and is not told before; `bell`:
    somebody calls."""
    text: str = ""
    """What was said; empty in all but `partial` and `final`."""
    confidence: float = 0.0
    """Of the whole text, 0 to 1."""
    words: tuple[SpokenWord, ...] = ()
    choices: tuple[Choice, ...] = ()
    """What it could be, likeliest first, where the model tells labels."""
    start: float = 0.0
    """When the utterance began."""
    end: float = 0.0
    """When it ended, or has come to so far."""
    latency: float = 0.0
    """Seconds of computing from the moment the end was known (a clip's last frame read, or the
    lips still for long enough) to this event."""
    message: str = ""
    """What happened, in a line for people; of `face` and `source` alone."""
    source: str = ""
    frames: int = 0
    """Frames of the source so far."""
    faces: int = 0
    """Those with a face."""
    dropped: int = 0
    """Frames of a live source that nobody had time to read; not among `frames`."""
    level: int = 0
    """How much is given up to keep up with a live source, see
    `edge_lip.reading.load_shedding.LEVELS`: nothing; 1, landmarks are found less often; 2, partial
    texts made less often; 3, every second frame read; 4, every third."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: confidences to four digits, times to the millisecond."""
        return {key: _plain(key, value) for key, value in asdict(self).items()}


def spoken_words(hypothesis: Hypothesis, start: float, fps: float) -> tuple[SpokenWord, ...]:
    """The words of `hypothesis` in seconds, given the time of its first frame."""
    return tuple(
        SpokenWord(
            word.text,
            word.confidence,
            start + word.start / fps,
            start + word.end / fps,
            word.choices,
        )
        for word in hypothesis.words
    )


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, float):
        return round(float(value), 4 if key in ("confidence", "latency") else 3)
    if isinstance(value, list | tuple):
        return [{name: _plain(name, part) for name, part in item.items()} for item in value]
    return value

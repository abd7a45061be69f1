"""All that was said in a source, in one call."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from ..events import Event, SpokenWord
from ..sources.given import FPS, Given
from .opening import open_reader


@dataclass(frozen=True)
class Transcript:
    """What was said in a source, from its begin to its end."""

    text: str
    """Of all utterances, with a space between them; empty where nothing was understood."""
    confidence: float
    """That all of it is right, 0 to 1: the product of those of the utterances; 0 without text."""
    words: tuple[SpokenWord, ...]
    """Of all utterances; times in seconds of the source."""
    utterances: tuple[Event, ...]
    """Their `final` events, in order."""

    def __str__(self) -> str:
        return self.text


def transcribe(events: Iterable[Event]) -> Transcript:
    """What the `final` ones of `events` say, together."""
    finals = tuple(event for event in events if event.kind == "final")
    text = " ".join(event.text for event in finals if event.text)
    return Transcript(
        text,
        prod(event.confidence for event in finals) if text else 0.0,
        tuple(word for event in finals for word in event.words),
        finals,
    )


def read(
    source: Given, model: str | Path | None = None, *, fps: float = FPS, **options: Any
) -> Transcript:
    """Read a source that has an end, by `model`: all that `open_reader` and `Reader.stream` take.

    `source`: a path, a spec such as `talker:bin blue`, a source, frames, pictures, or an array
    (T, H, W, 3) uint8, BGR. `fps`: of pictures without times. `options`: those of `open_reader`.
    Where there is no face, the transcript is empty. Raises `SourceError` for what can't be read,
    `ModelError` for a model that is not there or damaged.
    """
    with open_reader(model, **options) as reader:
        return transcribe(reader.stream(source, fps))

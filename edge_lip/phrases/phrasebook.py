"""The file of taught phrases: small, bound to what its features were made of, and data alone."""

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import DataError
from ..model.manifest import Manifest
from ..system.arrays import DAMAGED, open_arrays
from ..system.files import replacing
from ..system.identity import folded, tidied
from .appearance import SIZE
from .takes import LENGTH, Take

FORMAT: Final = 2
FEATURES: Final = 1
"""Version of what takes are made of; that of the file only says how they are written."""
NOTHING: Final = ""
"""The text of takes in which nothing is said."""


@dataclass(frozen=True)
class Phrase:
    """A phrase and how it was said."""

    text: str
    takes: tuple[Take, ...]


@dataclass(frozen=True)
class Phrasebook:
    """What somebody has taught."""

    bound_to: str
    """What its features are made of (see `bound_to`)."""
    phrases: tuple[Phrase, ...] = ()
    """By text; one may be `NOTHING`."""
    moved: np.ndarray | None = None
    """(64, 64): the mean over all takes of how features change with the camera's place (see
    `scatter`)."""
    count: int = 0
    """Takes that were ever added to that mean."""

    def with_take(self, text: str, take: Take, moved: np.ndarray) -> "Phrasebook":
        """With one take more of the phrase `text`, and what was seen of the camera's part in it."""
        text = self.named(text)
        there = {phrase.text: phrase for phrase in self.phrases}
        takes = there[text].takes if text in there else ()
        there[text] = Phrase(text, (*takes, take))
        mean = moved if self.moved is None else self.moved + (moved - self.moved) / (self.count + 1)
        phrases = tuple(there[text] for text in sorted(there))
        return replace(self, phrases=phrases, moved=mean, count=self.count + 1)

    def named(self, text: str) -> str:
        """The phrase that `text` is, if in other case, as it is called here; else `text`."""
        names = [one.text for one in self.phrases]
        same = (name for name in names if folded(name) == folded(text))
        return text if text in names else next(same, text)

    def holding(self, take: Take) -> str | None:
        """The phrase that has this very take, as it is kept; None where none has."""
        moments = take.moments.astype(np.float16)
        for phrase in self.phrases:
            if any(np.array_equal(one.moments.astype(np.float16), moments) for one in phrase.takes):
                return phrase.text
        return None

    def without(self, text: str, number: int | None = None) -> "Phrasebook":
        """Without the phrase `text`, or its take of that number, from 1; raises DataError where
        there is none."""
        text = self.named(text)
        takes = next((one.takes for one in self.phrases if one.text == text), None)
        if takes is None:
            names = ", ".join(phrase.text for phrase in self.phrases) or "none"
            raise DataError(f"no phrase {text!r} was taught; there are: {names}")
        if number is not None and not 1 <= number <= len(takes):
            raise DataError(f"{text!r} has no take {number}: there are {len(takes)}")
        left = takes[: number - 1] + takes[number:] if number is not None else ()
        phrases = (
            replace(one, takes=left) if one.text == text else one
            for one in self.phrases
            if one.text != text or left
        )
        return replace(self, phrases=tuple(phrases))

    def merged(self, others: "Iterable[Phrasebook]") -> "Phrasebook":
        """With the takes of other books; raises DataError where one is of other features."""
        book = self
        for other in others:
            if other.bound_to != self.bound_to:
                raise DataError("these phrases were taught with another model: teach them again")
            for phrase in other.phrases:
                for take in phrase.takes:
                    assert other.moved is not None
                    book = book.with_take(phrase.text, take, other.moved)
        return book


def bound_to(manifest: Manifest) -> str:
    """SHA-256 of all that shapes a take's features: the crop, its pixels and their rate, and the
    version of what is made of them."""
    settings = {
        "format": FEATURES,
        "crop": asdict(manifest.crop),
        "pixels": manifest.pixels,
        "fps": manifest.fps,
        "features": [SIZE, LENGTH],
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def save(book: Phrasebook, path: Path) -> None:
    """Write `book`, all at once; raises EdgeLipError where nothing can be written."""
    head = {
        "format": FORMAT,
        "bound_to": book.bound_to,
        "count": book.count,
        "phrases": [[phrase.text, len(phrase.takes)] for phrase in book.phrases],
    }
    takes = [take for phrase in book.phrases for take in phrase.takes]
    arrays: dict[str, Any] = {
        "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8),
        "takes": np.array([take.moments for take in takes], np.float16).reshape(-1, LENGTH, SIZE),
        "durations": np.array([take.duration for take in takes], np.float32),
        "moved": (np.zeros((SIZE, SIZE)) if book.moved is None else book.moved).astype(np.float32),
    }
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())


def load(path: Path, manifest: Manifest | None = None) -> Phrasebook:
    """The book in the file `path`, taught with crops as the model of `manifest` has them.

    Raises DataError where it is not there, damaged, of a newer version or of other features.
    """
    try:
        with open_arrays(path) as file:
            head = json.loads(bytes(file["head"]))
            takes, moved = file["takes"].astype(np.float32), file["moved"]
            unknown = np.full(len(takes), np.nan, np.float32)  # format 1 has none
            durations = file.get("durations", unknown)
        if head["format"] > FORMAT:
            raise DataError(f"{path} is of a newer version: pip install -U edge-lip")
        names = [(tidied(str(text)), int(count)) for text, count in head["phrases"]]
        if sum(count for _, count in names) != len(takes) or takes.shape[1:] != (LENGTH, SIZE):
            raise ValueError("its takes are not those it lists")
        if durations.shape != (len(takes),) or (durations <= 0).any():
            raise ValueError("its takes have no durations")
        if not np.isfinite(takes).all() or moved.shape != (SIZE, SIZE):
            raise ValueError("its takes are no numbers")
    except FileNotFoundError:
        raise DataError(f"there is no {path}: edge-lip teach {path} makes one") from None
    except DAMAGED as error:
        raise DataError(f"{path} is no file of phrases, or damaged ({error})") from None
    if manifest is not None and head["bound_to"] != bound_to(manifest):
        raise DataError(f"{path} was taught with another model: teach it again with this one")
    every = (Take(take, float(count)) for take, count in zip(takes, durations, strict=True))
    phrases: dict[str, Phrase] = {}
    for text, count in names:
        there = phrases[text].takes if text in phrases else ()
        phrases[text] = Phrase(text, (*there, *islice(every, count)))
    return Phrasebook(str(head["bound_to"]), tuple(phrases.values()), moved, int(head["count"]))

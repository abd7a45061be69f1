"""MIRACL-VC1: ten words and ten phrases, ten times each, by fifteen speakers, in colour and depth.

Rekik, Ben-Hamadou, Mahdi: "A new visual speech recognition approach for RGB-D cameras", ICIAR 2014.
640x480 pictures at 15 per second, in `F01/words/03/07/color_001.jpg`, `depth_001.jpg`, ...: speaker
(F01 to M08), kind, item (01 to 10), take (01 to 10).
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from edge_lip.errors import DataError
from edge_lip.sources.rgbd import numbered_pictures
from edge_lip.system.say import Say, ignore
from edge_lip.text.classes import some

from ..clip import Clip, home_of

LABELS: dict[str, tuple[str, ...]] = {
    "words": (
        "Begin",
        "Choose",
        "Connection",
        "Navigation",
        "Next",
        "Previous",
        "Start",
        "Stop",
        "Hello",
        "Web",
    ),
    "phrases": (
        "Stop navigation",
        "Excuse me",
        "I am sorry",
        "Thank you",
        "Good bye",
        "I love this game",
        "Nice to meet you",
        "You are welcome",
        "How are you?",
        "Have a good time",
    ),
}
"""What is said in the item folders 01 to 10, as published."""
_ITEMS = tuple(f"{number:02d}" for number in range(1, 11))
_SPEAKER = re.compile(r"[FM]\d\d")


def read_words(root: Path, say: Say = ignore) -> list[Clip]:
    """The clips of words alone; see `read_miracl`."""
    return read_miracl(root, say, ("words",))


def read_phrases(root: Path, say: Say = ignore) -> list[Clip]:
    """The clips of phrases alone; see `read_miracl`."""
    return read_miracl(root, say, ("phrases",))


def read_miracl(root: Path, say: Say = ignore, kinds: Sequence[str] = tuple(LABELS)) -> list[Clip]:
    """The clips under `root`, or under a folder in it that holds F01 and the others, by name.

    Each is a folder of pictures, called `F01/words/03/07`. What is odd is told to `say`: numbers
    that are missing, depth without colour, an item or take that is empty or not of the corpus.
    Raises DataError where `root` has no such layout.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds F01, F02, ... M08")
    speakers = _speakers(root) or [
        speaker for folder in _folders(root) for speaker in _speakers(folder)
    ]
    clips = [clip for speaker in speakers for kind in kinds for clip in _clips(speaker, kind, say)]
    if not clips:
        wanted = " or ".join(kinds)
        raise DataError(
            f"no MIRACL-VC1 clips under {root}: expected F01/{wanted}/01/01/color_*.jpg"
        )
    return clips


def _speakers(folder: Path) -> list[Path]:
    return [path for path in _folders(folder) if _SPEAKER.fullmatch(path.name)]


def _clips(speaker: Path, kind: str, say: Say) -> Iterator[Clip]:
    home = home_of(speaker.parent)
    items = {path.name: path for path in _folders(speaker / kind)}
    for name in items:
        if name.isdecimal() and name not in _ITEMS:
            say(f"{speaker.name}/{kind}/{name} is not of the corpus (01 to 10): skipped")
    for item, label in zip(_ITEMS, LABELS[kind], strict=True):
        if item not in items:
            continue
        takes = [path for path in _folders(items[item]) if path.name.isdecimal()]
        if not takes:
            say(f"{speaker.name}/{kind}/{item} ({label}) holds no take")
        for take in takes:
            name = f"{speaker.name}/{kind}/{item}/{take.name}"
            if _usable(take, name, say):
                yield Clip(str(take), name, speaker.name, label, take=take.name, home=home)


def _usable(folder: Path, name: str, say: Say) -> bool:
    """Whether there is a colour picture; tells what is missing beside it."""
    pictures = numbered_pictures(folder)
    color, depth = pictures.color, pictures.depth
    if not color:
        say(f"{name} holds no colour picture: skipped")
        return False
    if alone := [file for number, file in depth.items() if number not in color]:
        say(f"{name}: {some(alone, 3)} without a colour picture: not used")
    every = range(min(chain(color, depth)), max(chain(color, depth)) + 1)
    if missing := [f"{number:03d}" for number in every if number not in color | depth]:
        say(f"{name}: frames missing: {some(missing)} (there are {len(color)})")
    return True


def _folders(folder: Path) -> list[Path]:
    """The folders in `folder`, by name; none where it does not exist."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(folder / entry.name for entry in entries if entry.is_dir())

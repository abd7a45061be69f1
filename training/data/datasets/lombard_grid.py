"""Lombard GRID: a hundred of GRID's sentences from each of 54 talkers, half of them in loud noise.

Alghamdi, Maddock, Marxer, Barker, Brown: "A corpus of audio-visual Lombard speech with frontal and
profile views", J. Acoust. Soc. Am. 143(6), 2018 (CC BY 4.0). `front/s2_l_bbim3a.mov`: speaker (s2
to s55, who are not GRID's), `l` for Lombard or `p` for plain speech, sentence as GRID spells it.
`alignment/s2_l_bbim3a.json` has the phones of the sound. `side/` is not read: faces are found from
the front.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edge_lip.errors import DataError
from edge_lip.sources.labelled import tell_others
from edge_lip.sources.video import VIDEO_SUFFIXES
from edge_lip.system.say import Say, ignore
from edge_lip.text.classes import some

from ..clip import Clip, TimedWord, home_of
from ..silence import is_silence
from .grid import sentence

FOLDERS = ("{part}", "lombardgrid/{part}", "lombardgrid_{part}/lombardgrid/{part}")
"""Where the corpus has a part of it: itself, and around it, as its archives unpack."""
VIDEO, ALIGNMENT = "front", "alignment"
TAKES = {"l": "lombard", "p": "plain"}
_NAME = re.compile(r"(s\d+)_([lp])_(\w+)")
FIRST, INSIDE, LAST, ALONE = "BIES"
"""Place of a phone in its word, which stands behind it: `B_B`, `IH_I`, `N_E`; `EY_S`. Silences have
none."""


def read_lombard_grid(root: Path, say: Say = ignore) -> list[Clip]:
    """The clips under `root` from the front, by name: `s2/s2_l_bbim3a`; takes are `lombard` and
    `plain`.

    What is no clip is told to `say` and passed over. Clips of whose words the times are not known
    are told and used: their sentences are in their names. Raises DataError where there is no clip.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds front/ and alignment/")
    home = home_of(root)
    clips: dict[str, Clip] = {}
    untimed = []
    alignments = {path.stem.lower(): path for path in _inside(root, ALIGNMENT, (".json",))}
    tell_others([path.name for path in _inside(root, VIDEO) if not _is_video(path)], say)
    for path in filter(_is_video, _inside(root, VIDEO)):
        stem = path.stem.lower()
        try:
            speaker, kind, text = _meaning(stem)
        except DataError as error:
            say(f"not used, {path.name}: {error}")
            continue
        name = f"{speaker}/{stem}"
        if name in clips:
            say(f"not used, {path.name}: {clips[name].path.name} has the same name")
            continue
        words = _words(alignments.pop(stem, None), text)
        if not words:
            untimed.append(stem)
        clips[name] = Clip(str(path), name, speaker, text, words, TAKES[kind], home)
    if not clips:
        raise DataError(f"no Lombard GRID clips under {root}: expected front/s2_l_bbim3a.mov")
    if untimed:
        say(
            f"{len(untimed)} of {len(clips)} clips are without times of their words, used all the "
            f"same: {some(untimed)}"
        )
    if alignments:
        say(f"{len(alignments)} alignments of no clip, not used: {some(sorted(alignments))}")
    return [clips[name] for name in sorted(clips)]


def word_times(phones: Any, text: str) -> tuple[TimedWord, ...]:
    """The words of `text` with their times, in seconds, from what an alignment says of phones: a
    list of tables with `phone`, `offset` and `duration`, or a table with that list in it.

    Only where each phone says where in a word it is, and they make as many words as `text` has;
    otherwise none: a guess would teach words that nobody says there.
    """
    if isinstance(phones, dict) and len(phones) == 1:
        (phones,) = phones.values()
    try:
        spans = _spans(phones)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ()
    words = text.split()
    if len(spans) != len(words):
        return ()
    return tuple(TimedWord(word, *span) for word, span in zip(words, spans, strict=True))


def _spans(phones: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Start and end of each word; raises ValueError where the phones make none, or out of order."""
    spans: list[tuple[float, float]] = []
    start: float | None = None
    now = 0.0
    for entry in phones:
        phone, _, place = str(entry["phone"]).rpartition("_")
        begins, lasts = float(entry["offset"]), float(entry["duration"])
        if not (now <= begins + 1e-6 and lasts >= 0 and begins + lasts < math.inf):
            raise ValueError("times that don't follow each other")
        now = begins + lasts
        if not phone or is_silence(phone):
            if start is not None:
                raise ValueError("a silence inside a word")
            continue
        if place not in (FIRST, INSIDE, LAST, ALONE) or (start is None) != (place in FIRST + ALONE):
            raise ValueError("phones that make no words")
        start = begins if start is None else start
        if place in LAST + ALONE:
            spans.append((start, now))
            start = None
    if start is not None:
        raise ValueError("a word without an end")
    return spans


def _inside(root: Path, part: str, suffixes: Sequence[str] = ()) -> Iterator[Path]:
    """The files of a part of the corpus, with these suffixes or with any."""
    for pattern in FOLDERS:
        for path in sorted((root / pattern.format(part=part)).glob("*")):
            right = path.suffix.lower() in suffixes or not suffixes
            if right and path.is_file() and not path.name.startswith("."):
                yield path


def _is_video(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES


def _meaning(stem: str) -> tuple[str, str, str]:
    """Speaker, kind of speech and sentence of a clip; raises DataError where it is none."""
    match = _NAME.fullmatch(stem)
    if not match:
        raise DataError(f"{stem!r} is no name of a Lombard GRID clip (like s2_l_bbim3a)")
    speaker, kind, code = match.groups()
    return speaker, kind, sentence(code)


def _words(alignment: Path | None, text: str) -> tuple[TimedWord, ...]:
    """The words with their times; none where no alignment tells them."""
    if alignment is None:
        return ()
    try:
        return word_times(json.loads(alignment.read_bytes()), text)
    except (OSError, ValueError, RecursionError):
        return ()

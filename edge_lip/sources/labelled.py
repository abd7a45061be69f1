"""Labelled clips in a folder: a folder per label, or a table.

`clips/<label>/*.mp4`, a take being a video file or a folder of pictures; or `labels.csv` with the
columns `clip` (a path, from the table on), `label` or `sentence`, and maybe `speaker` and `take`.
Where there is a table it alone counts.
"""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ..errors import DataError
from ..system.identity import folded, tidied
from ..system.say import Say
from ..system.textfile import read_text
from .pictures import PICTURE_SUFFIXES
from .video import VIDEO_SUFFIXES

TABLE = "labels.csv"
COLUMNS = ("clip", "label")
"""The first line of a table as it is written."""
CLIPS = "clips"
DELIMITERS = ",;\t"
SEPARATOR = "sep="
"""What a spreadsheet may write before everything else, and behind it the delimiter."""
APOSTROPHES = str.maketrans("\u2019\u02bc\uff07", "'''")
"""What word processors make of the one that sentences are spelled with."""


@dataclass(frozen=True)
class LabelledClip:
    """A clip and what it says."""

    path: Path
    """A video file, or a folder of pictures."""
    text: str
    """The label, or the sentence."""
    speaker: str = ""
    take: str = ""


def labelled_clips(
    root: Path, say: Say, suffixes: Sequence[str] = VIDEO_SUFFIXES
) -> tuple[Path, list[LabelledClip]]:
    """The clips under `root`, which may be the folder `clips` itself, and the folder they are in.
    `suffixes`: of the files that are takes in a folder of a label.

    Texts are tidied. What can't be used is told to `say`: an empty label folder, files that are no
    videos by their suffix, a row without label or file, a clip listed twice. Raises DataError where
    nothing usable is left.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds {CLIPS}/ or {TABLE}")
    if (root / TABLE).is_file():
        base, clips = root, _table(root / TABLE, say)
        beside = root / CLIPS
        listed = {folded(str(clip.path)) for clip in clips}
        others = list(_folders(beside, _unsaid, suffixes)) if beside.is_dir() else []
        unlisted = [one for one in others if folded(os.path.abspath(one.path)) not in listed]
        if unlisted:
            say(f"{CLIPS}/ has clips of which {TABLE} has no usable row, not used: {len(unlisted)}")
        expected = f"{TABLE} lists none that is there"
    else:
        base = root / CLIPS if (root / CLIPS).is_dir() else root
        clips = list(_folders(base, say, suffixes))
        expected = f"expected {CLIPS}/<label>/*.mp4, or {TABLE}"
    if not clips:
        raise DataError(f"no labelled clips under {root}: {expected}")
    return base, clips


def _folders(base: Path, say: Say, suffixes: Sequence[str]) -> Iterator[LabelledClip]:
    """The clips of the label folders in `base`."""
    loose = [path.name for path in _visible(base) if path.suffix.lower() in suffixes]
    if loose:
        say(f"not used, in no folder of a label: {loose[0]}" + _more(loose))
    strange = []
    for folder in sorted(path for path in _visible(base) if path.is_dir()):
        label, empty = tidied(_spelled(folder.name)), True
        for path in _visible(folder):
            if path.is_dir() and not _holds_pictures(path):
                say(f"{folder.name}/{path.name} is a folder without pictures: skipped")
            elif not label:
                strange.append(f"{folder.name}/{path.name}")
            elif path.is_dir() or path.suffix.lower() in suffixes:
                empty = False
                take = path.name if path.is_dir() else path.stem
                yield LabelledClip(path, label, take=take)
            else:
                strange.append(f"{folder.name}/{path.name}")
        if empty:
            say(f"label {folder.name!r} has no clip: skipped")
    tell_others(strange, say, suffixes)


def _spelled(name: str) -> str:
    """What a folder's name says, whatever the locale takes its bytes for."""
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        return name


def tell_others(names: Sequence[str], say: Say, suffixes: Sequence[str] = VIDEO_SUFFIXES) -> None:
    """Tell of files that lie among clips and are none by their suffix."""
    if names:
        say(f"not used, no clip by the suffix ({' '.join(suffixes)}): {names[0]}" + _more(names))


def _more(names: Sequence[str]) -> str:
    """How many there are beside the first."""
    return f" and {len(names) - 1} more" if len(names) > 1 else ""


def _unsaid(line: str) -> None:
    """A `Say` of what does not matter."""


def _table(path: Path, say: Say) -> list[LabelledClip]:
    """The clips that a table lists."""
    clips: dict[Path, LabelledClip] = {}
    disputed: set[Path] = set()
    for where, row in _rows(path):
        name = row.get("clip", "")
        sentence = row.get("sentence", "").lower().translate(APOSTROPHES)
        text = tidied(row.get("label", "")) or tidied(sentence)
        file = find_clip(path.parent, name)
        if not name:
            say(f"{where}: names no clip: skipped")
            continue
        if not file:
            say(f"{where}: {name} does not exist: skipped")
            continue
        known = clips.get(file)
        if None in row:
            say(f"{where}: {name} has more fields than there are columns: skipped; quote its text")
        elif not text:
            say(f"{where}: {name} has no label: skipped")
        elif known and known.text == text:
            say(f"{where}: {name} is listed twice: counted once")
        elif known:
            say(f"{where}: {name} is both {known.text!r} and {text!r}: skipped")
            disputed.add(file)
        else:
            speaker, take = tidied(row.get("speaker", "")), tidied(row.get("take", ""))
            clips[file] = LabelledClip(file, text, speaker, take)
    return [clip for file, clip in clips.items() if file not in disputed]


def find_clip(base: Path, name: str) -> Path | None:
    """The file or folder that a list in the folder `base` calls `name`: also where it parts folders
    by backslashes, leaves the suffix out, or spells them in another case; None where there is none,
    or more than one."""
    exact = Path(os.path.abspath(base / name))
    if exact.exists() or not name:
        return exact
    *folders, last = name.replace("\\", "/").split("/")
    if folders[:1] == [""]:  # from the root of some file system on
        return None
    found = [Path(os.path.abspath(base))]
    for part in folders:
        if part == "..":
            found = [folder.parent for folder in found]
        elif part not in ("", "."):
            found = [path for folder in found for path in _called(folder, part) if path.is_dir()]
    matches = [path for folder in found for path in _called(folder, last)] or [
        path for folder in found for path in _called(folder, last, stem=True) if _is_clip(path)
    ]
    return matches[0] if len(matches) == 1 else None


def _called(folder: Path, name: str, stem: bool = False) -> list[Path]:
    """What in `folder` has that name, or stem, for people: that very one, or all but for case."""
    exact = folder / name
    if not stem and exact.exists():
        return [exact]
    try:
        there = list(folder.iterdir())
    except OSError:
        return []
    return [one for one in there if folded(one.stem if stem else one.name) == folded(name)]


def _is_clip(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES


def _rows(path: Path) -> Iterator[tuple[str, dict[str | None, str]]]:
    """Each row by its columns' names, fields too many by None, and where it stands; empty lines are
    passed over."""
    text = read_text(path, DataError)
    try:
        first, _, rest = text.partition("\n")
        before = first.strip().lower().startswith(SEPARATOR)
        head = rest.partition("\n")[0] if before else first
        delimiter = max(DELIMITERS, key=head.count)
        reader = csv.reader(
            StringIO(rest if before else text),
            delimiter=delimiter,
            skipinitialspace=True,
            strict=True,
        )
        columns = [tidied(column).lower() for column in next(reader, [])]
        if "clip" not in columns or not {"label", "sentence"} & set(columns):
            raise DataError(
                f"{path} needs a first line with the columns clip and label (or sentence)"
            )
        for row in reader:
            fields = [field.strip() for field in row]
            if any(fields):
                found: dict[str | None, str] = dict(zip(columns, fields, strict=False))
                if any(fields[len(columns) :]):
                    found[None] = delimiter.join(fields[len(columns) :])
                yield f"{path.name}:{reader.line_num + before}", found
    except csv.Error as error:
        raise DataError(
            f"{path} can't be read as a table, from line {reader.line_num + before} on: {error}"
        ) from None


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _holds_pictures(folder: Path) -> bool:
    return any(path.suffix.lower() in PICTURE_SUFFIXES for path in folder.iterdir())

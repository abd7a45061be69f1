"""Labelled clips in a folder: a folder per label, or a table.

`clips/<label>/*.mp4`, a take being a video file or a folder of pictures; or `labels.csv` with the
columns `clip` (a path, from the table on), `label` or `sentence`, and maybe `speaker` and `take`.
Where there is a table it alone counts.
"""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ..errors import DataError
from .pictures import PICTURE_SUFFIXES
from .video import VIDEO_SUFFIXES

TABLE = "labels.csv"
COLUMNS = ("clip", "label")
"""The first line of a table as it is written."""
CLIPS = "clips"
DELIMITERS = ",;\t"
Say = Callable[[str], object]


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

    What can't be used is told to `say`: an empty label folder, a row without label or file, a clip
    listed twice. Raises DataError where nothing usable is left.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds {CLIPS}/ or {TABLE}")
    if (root / TABLE).is_file():
        base, clips = root, _table(root / TABLE, say)
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
    for folder in sorted(path for path in _visible(base) if path.is_dir()):
        empty = True
        for path in _visible(folder):
            if path.is_dir() and not _holds_pictures(path):
                say(f"{folder.name}/{path.name} is a folder without pictures: skipped")
            elif path.is_dir() or path.suffix.lower() in suffixes:
                empty = False
                take = path.name if path.is_dir() else path.stem
                yield LabelledClip(path, folder.name, take=take)
        if empty:
            say(f"label {folder.name!r} has no clip: skipped")


def _table(path: Path, say: Say) -> list[LabelledClip]:
    """The clips that a table lists."""
    clips: dict[Path, LabelledClip] = {}
    disputed: set[Path] = set()
    for where, row in _rows(path):
        name = row.get("clip", "")
        file = Path(os.path.abspath(path.parent / name))
        text = row.get("label", "") or " ".join(row.get("sentence", "").lower().split())
        known = clips.get(file)
        if not name:
            say(f"{where}: names no clip: skipped")
        elif not file.exists():
            say(f"{where}: {name} does not exist: skipped")
        elif not text:
            say(f"{where}: {name} has no label: skipped")
        elif known and known.text == text:
            say(f"{where}: {name} is listed twice: counted once")
        elif known:
            say(f"{where}: {name} is both {known.text!r} and {text!r}: skipped")
            disputed.add(file)
        else:
            speaker, take = row.get("speaker", ""), row.get("take", "")
            clips[file] = LabelledClip(file, text, speaker, take)
    return [clip for file, clip in clips.items() if file not in disputed]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row by its columns' names, and where it stands; empty lines are passed over."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        columns = [column.strip().lower() for column in next(reader, [])]
        if "clip" not in columns or not {"label", "sentence"} & set(columns):
            raise DataError(
                f"{path} needs a first line with the columns clip and label (or sentence)"
            )
        for row in reader:
            if any(row):
                fields = (field.strip() for field in row)
                yield f"{path.name}:{reader.line_num}", dict(zip(columns, fields, strict=False))
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8 text: save it as CSV in UTF-8") from None
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} can't be read as a table: {error}") from None


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _holds_pictures(folder: Path) -> bool:
    return any(path.suffix.lower() in PICTURE_SUFFIXES for path in folder.iterdir())

"""Anybody's labelled clips: a folder per label, or a table.

`clips/<label>/*.mp4`, a take being a video file or a folder of pictures; or `labels.csv` with the
columns `clip` (a path, from the table on), `label` or `sentence`, and maybe `speaker` and `take`.
Where there is a table it alone counts.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

from edge_lip.errors import DataError
from edge_lip.sources.pictures import PICTURE_SUFFIXES
from edge_lip.sources.video import VIDEO_SUFFIXES

from ..clip import Clip, Say, home_of, ignore

TABLE = "labels.csv"
CLIPS = "clips"
DELIMITERS = ",;\t"


def read_folder(root: Path, say: Say = ignore) -> list[Clip]:
    """The clips under `root`, which may be the folder `clips` itself, by name.

    A clip is called by its path without suffix, or with it where two would be called the same.
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
        clips = list(_labelled(base, say))
        expected = f"expected {CLIPS}/<label>/*.mp4, or {TABLE}"
    if not clips:
        raise DataError(f"no labelled clips under {root}: {expected}")
    return sorted(_named(base, clips), key=lambda clip: clip.name)


def _labelled(base: Path, say: Say) -> Iterator[Clip]:
    """The clips of the label folders in `base`, not yet named."""
    for folder in sorted(path for path in _visible(base) if path.is_dir()):
        empty = True
        for path in _visible(folder):
            if path.is_dir() and not _holds_pictures(path):
                say(f"{folder.name}/{path.name} is a folder without pictures: skipped")
            elif path.is_dir() or path.suffix.lower() in VIDEO_SUFFIXES:
                empty = False
                take = path.name if path.is_dir() else path.stem
                yield Clip(str(path), "", "", folder.name, take=take)
        if empty:
            say(f"label {folder.name!r} has no clip: skipped")


def _table(path: Path, say: Say) -> list[Clip]:
    """The clips that a table lists, not yet named."""
    clips: dict[Path, Clip] = {}
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
            clips[file] = Clip(str(file), "", speaker, text, take=take)
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


def _named(base: Path, clips: list[Clip]) -> Iterator[Clip]:
    """The same clips with their names, and the dataset's."""
    home = home_of(base)
    whole = [_path_within(base, clip.path) for clip in clips]
    short = [
        str(Path(path).with_suffix("")) if clip.path.is_file() else path
        for path, clip in zip(whole, clips, strict=True)
    ]
    taken = Counter(short) + Counter(set(whole))
    for clip, name, path in zip(clips, short, whole, strict=True):
        # Of a folder both are the same, which is no clash.
        clash = taken[name] > (2 if name == path else 1)
        yield replace(clip, name=path if clash else name, home=home)


def _path_within(base: Path, path: Path) -> str:
    """`path` from `base` on; all of it, without the root, where it lies elsewhere."""
    whole = Path(os.path.abspath(path))
    start = os.path.abspath(base)
    return (whole.relative_to(start if whole.is_relative_to(start) else whole.anchor)).as_posix()


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _holds_pictures(folder: Path) -> bool:
    return any(path.suffix.lower() in PICTURE_SUFFIXES for path in folder.iterdir())

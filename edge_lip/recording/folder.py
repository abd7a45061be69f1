"""The folder of recordings: takes as `edge-lip teach --data` reads them, and a list of all."""

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ..errors import DataError, EdgeLipError
from ..mouth.geometry import CropGeometry
from ..mouth.kept import SUFFIX as CROPS
from ..mouth.kept import save_crops
from ..sources.labelled import CLIPS, TABLE
from ..sources.labelled import COLUMNS as TABLE_COLUMNS
from ..system.files import replacing
from .film import SUFFIX as FILM
from .film import save_film
from .plan import Wanted
from .take import Take

LIST: Final = "recordings.json"
VERSION: Final = 1
LONGEST: Final = 100
"""Bytes of a folder's name; systems take 255, and paths of Windows 260 in all."""
FORBIDDEN: Final = frozenset('/\\:*?"<>|')
"""Characters that some file system has no names with: memory cards go from one to another."""
RESERVED: Final = frozenset({"con", "prn", "aux", "nul"})


@dataclass(frozen=True)
class Recording:
    """One take that was kept."""

    file: str
    """From the folder on, with slashes."""
    phrase: str
    """Its label; `NOTHING` where none is said."""
    asked: str
    """What the person was asked for."""
    when: str
    """ISO 8601, with the zone."""
    source: str
    """Name of the camera or recording."""
    frames: int
    """Pictures, or mouth crops, in the file."""
    fps: float
    size: tuple[int, int]
    """Width and height of the pictures as they were seen, pixels."""
    problems: tuple[str, ...]
    """What was wrong with it, a line each."""


class Folder:
    """A folder of recordings, there or not yet."""

    def __init__(self, path: Path, geometry: CropGeometry, video: bool = True) -> None:
        """Go on in the folder `path`, and make it if need be: what is listed there and not deleted
        counts as recorded. Without `video` takes are kept as mouth crops of `geometry`, without
        pictures of the face.

        Raises DataError for a list that is damaged or of a newer version and for a folder with a
        table of somebody else's, EdgeLipError where nothing can be written.
        """
        self.path = path
        self._geometry = geometry
        self.video = video
        """Whether takes are kept as videos."""
        listed = _load(path / LIST)
        if not (path / LIST).exists() and (path / TABLE).exists():
            raise DataError(f"{path / TABLE} is not of edge-lip record: give another folder")
        self.recordings = [one for one in listed if (path / one.file).is_file()]
        """All takes that are kept, in the order in which they were recorded."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EdgeLipError(f"can't make the folder {path}: {error.strerror or error}") from None
        self._list()

    def counts(self) -> Counter[str]:
        """How many takes there are of each phrase."""
        return Counter(one.phrase for one in self.recordings)

    def keep(self, take: Take, wanted: Wanted, problems: Sequence[str], when: str) -> str:
        """Write `take` and list it, and return its file from the folder on; raises EdgeLipError
        where it can't be written, or not whole.
        Nothing that is there is written over."""
        file = self._free(folder_name(wanted.phrase))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EdgeLipError(f"can't write {file}: {error.strerror or error}") from None
        if self.video:
            frames = save_film(file, take)
        else:
            save_crops(file, self._geometry, take.crops)
            frames = len(take.crops)
        recording = Recording(
            file.relative_to(self.path).as_posix(),
            wanted.phrase,
            wanted.asked,
            when,
            take.source,
            frames,
            take.fps,
            take.seen[0].size,
            tuple(problems),
        )
        self.recordings.append(recording)
        self._list()
        return recording.file

    def _free(self, name: str) -> Path:
        """A file of the next number in the phrase's folder."""
        folder = self.path / CLIPS / name
        there = {file.stem for file in folder.iterdir()} if folder.is_dir() else set()
        number = 1
        while f"{number:02}" in there:
            number += 1
        return folder / f"{number:02}{FILM if self.video else CROPS}"

    def _list(self) -> None:
        takes = [asdict(one) for one in self.recordings]
        content = json.dumps({"version": VERSION, "takes": takes}, indent=1, ensure_ascii=False)
        with replacing(self.path / LIST) as temporary:
            temporary.write_text(content + "\n", encoding="utf-8")
        # A folder cannot be called like every phrase; where there is a table, it alone counts.
        table = self.path / TABLE
        if table.exists() or any(folder_name(one.phrase) != one.phrase for one in self.recordings):
            with replacing(table) as temporary:
                temporary.write_bytes(_table(self.recordings).encode())


def folder_name(phrase: str) -> str:
    """What the folder of a phrase is called: the phrase, where file systems have such names, else
    something that looks like it, and is its own."""
    plain = "".join("_" if one in FORBIDDEN else one for one in phrase).strip(". ")
    if plain == phrase and len(phrase.encode()) <= LONGEST and phrase.casefold() not in RESERVED:
        return phrase
    from hashlib import sha256

    begin = plain.encode()[: LONGEST // 2].decode(errors="ignore")
    return f"{begin}-{sha256(phrase.encode()).hexdigest()[:8]}"


def _table(recordings: Sequence[Recording]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(TABLE_COLUMNS)
    writer.writerows((one.file, one.phrase) for one in recordings)
    return text.getvalue()


def _load(path: Path) -> list[Recording]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] > VERSION:
            raise DataError(f"{path} is of a newer version: pip install -U edge-lip")
        return [_recording(one) for one in content["takes"]]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise DataError(f"can't read {path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no list of recordings, or damaged ({error})") from None


def _recording(content: dict[str, Any]) -> Recording:
    width, height = content["size"]
    return Recording(**{**content, "size": (width, height), "problems": tuple(content["problems"])})

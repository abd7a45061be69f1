"""GRID from its public archive, or from its zip files, into the folder that the reader takes.

One speaker after another, and each appears whole: `s1/*.mpg`, then `alignments/s1/*.align`. What is
there already is passed over, so the same call goes on where another one stopped.
"""

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from edge_lip.errors import DataError, EdgeLipError, FetchError, UsageError
from edge_lip.system.fetch import Remote, fetch, is_whole, md5_of
from edge_lip.system.textfile import read_lines
from edge_lip.text.classes import some

from ..jobs.progress import Progress
from .datasets.grid import ALIKE, alignments_of, videos
from .zenodo import files_of

URL: Final = "https://zenodo.org/api/records/3625687"
"""The record's description (see `training.data.zenodo`)."""
CREDIT: Final = (
    "GRID audiovisual sentence corpus (Cooke, Barker, Cunningham, Shao, 2006; Zenodo record "
    "3625687), CC BY 4.0: name it wherever a model, a figure or a picture of it goes"
)
SPEAKERS: Final = tuple(f"s{number}" for number in range(1, 35) if number != 21)
"""Everybody of whom there is video."""
ALL: Final = "all"
ALIGNMENTS: Final = "alignments.zip"
ARCHIVES: Final = "archives"
"""Folder, beside the speakers', of what is being fetched. Videos leave it once they are unpacked;
the alignments, a few megabytes of everybody, stay for the next speakers."""
CHECKSUMS: Final = "md5sums.txt"
"""File beside zip files that somebody has fetched: MD5 and name a line, as `md5sum` prints them."""


@dataclass(frozen=True)
class Holding:
    """What there is of a speaker."""

    speaker: str
    clips: int
    timed: int
    """Those with the times of their words."""


def wanted_speakers(text: str) -> tuple[str, ...]:
    """The speakers that `text` names: `s1,s2`, or `all`.

    Raises `UsageError` for one who is none.
    """
    if text == ALL:
        return SPEAKERS
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if strange := [name for name in names if name not in SPEAKERS]:
        why = "of s21 the archive has no video" if strange == ["s21"] else "there are s1 to s34"
        raise UsageError(f"no speaker is called {', '.join(strange)}: {why}")
    if not names:
        raise UsageError(f"whose clips? Say s1,s2 or {ALL}")
    return names


def fetch_grid(
    folder: Path, speakers: Sequence[str], url: str, progress: Progress
) -> list[Holding]:
    """Fetch what `folder` lacks of these speakers from the record described at `url`.

    Raises `FetchError` where the record or one of its files can't be had or is not what it should
    be, and `EdgeLipError` where nothing can be written.
    """
    lacking = [name for name in speakers if not _has_videos(folder, name)]
    untimed = [name for name in speakers if not _has_times(folder, name)]
    if not lacking and not untimed:
        return holdings(folder, speakers)
    try:
        files = files_of(url)
    except FetchError as error:
        raise FetchError(f"{error}; --from takes zip files that are here already") from error
    names = [*(f"{name}.zip" for name in lacking), *([ALIGNMENTS] if untimed else [])]
    if missing := [name for name in names if name not in files]:
        raise FetchError(f"{url} has no {some(missing)}")

    def provide(name: str) -> Path:
        path = folder / ARCHIVES / name
        _fetch(files[name], path, progress)
        return path

    with _tidied(folder):
        _unpack_all(folder, speakers, provide, progress, ours=True)
    return holdings(folder, speakers)


def unpack_grid(
    folder: Path, speakers: Sequence[str], source: Path, progress: Progress
) -> list[Holding]:
    """Unpack what `folder` lacks of these speakers from zip files in the folder `source`, which
    stay; of `all` speakers those whose file is there.

    They are verified where `md5sums.txt` lies beside them. Raises `DataError` where a file is not
    there, `FetchError` where one is damaged, `EdgeLipError` where nothing can be written.
    """
    if not source.is_dir():
        raise DataError(f"{source} is not a folder: give the one that holds s1.zip and the others")
    if tuple(speakers) == SPEAKERS:
        there = [name for name in speakers if (source / f"{name}.zip").is_file()]
        speakers = there or speakers
    sums = _checksums(source / CHECKSUMS)
    lacking = [name for name in speakers if not _has_videos(folder, name)]
    if missing := [name for name in lacking if not (source / f"{name}.zip").is_file()]:
        raise DataError(f"{source} has no {some([f'{name}.zip' for name in missing])}")

    def provide(name: str) -> Path | None:
        path = source / name
        if name == ALIGNMENTS and not path.is_file():
            return None
        if name in sums and md5_of(path) != sums[name]:
            raise FetchError(f"{path} does not have the MD5 of {CHECKSUMS}: fetch it again")
        return path

    _unpack_all(folder, speakers, provide, progress, ours=False)
    return holdings(folder, speakers)


def holdings(folder: Path, speakers: Iterable[str]) -> list[Holding]:
    """What `folder` has of these speakers."""
    found = []
    for name in speakers:
        clips = [path.stem for path in videos(folder, name)]
        alignments = alignments_of(folder, name)
        timed = sum(stem.lower() in alignments for stem in clips)
        found.append(Holding(name, len(clips), timed))
    return found


def _has_videos(folder: Path, speaker: str) -> bool:
    return any(True for _ in videos(folder, speaker))


def _has_times(folder: Path, speaker: str) -> bool:
    alignments = alignments_of(folder, speaker)
    return any(path.stem.lower() in alignments for path in videos(folder, speaker))


def _fetch(file: Remote, path: Path, progress: Progress) -> None:
    if is_whole(path, file):
        return
    progress.say(f"fetching {file.name}, {file.size / 1e6:,.1f} MB")
    progress.start(file.name, file.size, "B")
    fetch(file, path, progress.tick, progress.say)


@contextmanager
def _tidied(folder: Path) -> Iterator[None]:
    """Afterwards there is no empty folder of archives."""
    try:
        yield
    finally:
        archives = folder / ARCHIVES
        if archives.is_dir() and not any(archives.iterdir()):
            archives.rmdir()


def _unpack_all(
    folder: Path,
    speakers: Iterable[str],
    provide: Callable[[str], Path | None],
    progress: Progress,
    ours: bool,
) -> None:
    """Every speaker's clips, and their alignments. `provide` gives the path of an archive, or none
    where it is not there; `ours`: videos' archives are deleted once they are unpacked, and any that
    turns out to be none."""
    for speaker in speakers:
        if _has_videos(folder, speaker):
            progress.say(f"{speaker}: clips are there already")
        elif path := provide(f"{speaker}.zip"):
            with _archive(path, ours) as archive:
                clips = _members(archive, ".mpg", progress.say)
                named = {place.name: info for place, info in clips}
                _unpack(archive, named, folder / speaker, progress)
            if ours:
                path.unlink(missing_ok=True)
        if _has_times(folder, speaker):
            continue
        if path := provide(ALIGNMENTS):
            with _archive(path, ours) as archive:
                _unpack_alignments(archive, folder, speaker, progress)
        else:
            progress.say(f"{speaker}: no {ALIGNMENTS}, so nobody knows when words are said")


def _unpack_alignments(
    archive: zipfile.ZipFile, folder: Path, speaker: str, progress: Progress
) -> None:
    """A speaker's alignments, found by the names of the clips: others who have used the archive say
    that some people's are in a folder of another name, and those of a few in none."""
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for place, info in _members(archive, ".align", progress.say):
        folders.setdefault(place.parent.name, {})[place.name] = info
    names = {f"{path.stem}.align" for path in videos(folder, speaker)}
    counts = {name: len(names & files.keys()) for name, files in folders.items()}
    best = max(counts, key=lambda name: (counts[name], name == speaker))
    if counts[best] < ALIKE * len(names):
        progress.say(f"{speaker}: {ALIGNMENTS} has none of these clips")
        return
    if best != speaker:
        progress.say(f"{speaker}: the names of the clips are those of {best} in {ALIGNMENTS}")
    _unpack(archive, folders[best], folder / "alignments" / speaker, progress)


@contextmanager
def _archive(path: Path, ours: bool) -> Iterator[zipfile.ZipFile]:
    """The zip file at `path`, to read; raises `FetchError` where it is damaged or none."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        if ours:
            path.unlink(missing_ok=True)
        then = "deleted; the same command fetches it anew" if ours else "fetch it again"
        raise FetchError(f"{path} is not a whole zip file ({error}): {then}") from error
    except OSError as error:
        raise EdgeLipError(f"can't read {path}: {error.strerror or error}") from error


def _members(
    archive: zipfile.ZipFile, suffix: str, say: Callable[[str], object]
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The files with this suffix, and where they say they are; raises `FetchError` without any.
    One that would lie outside is told and passed over, what other systems leave is passed over."""
    found = []
    for info in archive.infolist():
        place = PurePosixPath(info.filename.replace("\\", "/"))
        if info.is_dir() or place.suffix.lower() != suffix or place.name.startswith("."):
            continue
        if place.is_absolute() or ".." in place.parts or ":" in info.filename:
            say(f"{archive.filename}: {info.filename!r} would lie elsewhere, passed over")
            continue
        found.append((place, info))
    if not found:
        raise FetchError(f"{archive.filename} holds no {suffix} files")
    return found


def _unpack(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    folder: Path,
    progress: Progress,
) -> None:
    """Write members, by the names that they get, to the new folder `folder`, which appears whole.

    Raises `EdgeLipError` where it can't be written, or something else is there.
    """
    temporary = folder.with_name(f".{folder.name}.unpacking")
    progress.start(f"unpacking {folder.name}", len(members))
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        for name, info in members.items():
            with archive.open(info) as content, open(temporary / name, "wb") as out:
                shutil.copyfileobj(content, out)
            progress.tick()
        temporary.replace(folder)
    except OSError as error:
        then = ": move it away first" if folder.exists() else ""
        raise EdgeLipError(f"can't write {folder}: {error.strerror or error}{then}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _checksums(file: Path) -> dict[str, str]:
    """MD5 by name; none where there is no such file."""
    if not file.is_file():
        return {}
    rows = (line.split(maxsplit=1) for line in read_lines(file, DataError))
    return {
        PurePosixPath(row[1].strip().removeprefix("*")).name: row[0].lower()
        for row in rows
        if len(row) == 2
    }

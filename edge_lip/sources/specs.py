"""From the words a person types to a source."""

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import SourceError, UsageError
from ..system.specs import join, number, read, split
from . import SOURCES, STDIN, URL, SourceEntry, orientation
from .capture import Capture
from .frame import Closing
from .health import Policy
from .pictures import PICTURE_SUFFIXES, PICTURES_FPS, Pictures
from .realtime import Paced
from .rgbd import RECORDING_FPS, Recording, numbered_pictures
from .url import is_url
from .video import VIDEO_SUFFIXES, Video

KEYS = {"fps": number(1, 1000)}
"""The settings that a path has beside those of `orientation`."""


def expand(spec: str | Path) -> list[str]:
    """List the single sources that `spec` stands for: a folder of clips is each of its clips, with
    the settings of the folder.

    Raises `SourceError` for a folder that holds neither clips nor pictures.
    """
    entry, name, typed = _parts(spec)
    folder = Path(name)
    if entry or not folder.is_dir():
        return [str(spec)]
    clips = _inside(folder, VIDEO_SUFFIXES)
    if clips:
        return [join(str(clip), typed) for clip in clips]
    if _inside(folder, PICTURE_SUFFIXES):
        return [str(spec)]
    raise SourceError(
        f"{folder} holds no clip ({' '.join(VIDEO_SUFFIXES)}) "
        f"and no picture ({' '.join(PICTURE_SUFFIXES)})"
    )


def open_source(
    spec: str | Path,
    fps: float | None = None,
    realtime: bool = False,
    rotate: int | str | None = None,
    flip: str | None = None,
) -> Closing:
    """Open a video file (`clip.mp4`), a folder of pictures (`frames/`), a camera (`camera:0`,
    `camera:csi`), an address (`rtsp://...`), standard input (`-`), raw frames (`raw:-?size=...`)
    or a rendered talker (`talker:bin blue at f two now`). A `Path` is taken for nothing else.

    A folder with `color_001.jpg` and so on is a recording of a colour-and-depth camera. `fps`: so
    many pictures of a recording make a second, whatever it says itself (of a folder, None is 25, or
    15 in such a recording); a camera is asked for so many. `realtime`: a recorded source is played
    as if a camera saw it now. `rotate`: clockwise by 90, 180 or 270 degrees; `flip`, after that:
    "horizontal" or "vertical". `fps`, `rotate` and `flip` may also stand behind a `?` in `spec`,
    where it is no address.

    Live sources are read in a thread (see `Capture`). A `with` block closes it. Raises
    `SourceError` when the source is missing or can't be read, `UsageError` when `spec` can't be
    understood, or for a setting that it does not have.
    """
    try:
        str(spec).encode()
    except UnicodeEncodeError:  # OpenCV would end the whole process
        name = os.fsencode(spec).decode(errors="backslashreplace")
        raise SourceError(
            f"{name} has a name that is no text here: rename it, or set LANG=C.UTF-8"
        ) from None
    entry, name, typed = _parts(spec)
    given = {"rotate": rotate, "flip": flip}
    asked = {key: str(value) for key, value in given.items() if value is not None}
    if twice := typed.keys() & (asked.keys() | ({"fps"} if fps else set())):
        raise UsageError(f"{spec} has its {min(twice)} already: say it once")
    turn = {key: typed.pop(key) for key in orientation.KEYS if key in typed} | asked
    turned = orientation.turned_by(read(orientation.KEYS, turn, "a source"))

    def open_again() -> Closing:
        return turned(_open(entry, name, typed, fps))

    source = open_again()
    if source.live and realtime:
        source.close()
        raise UsageError(f"{source.name} is live as it is: --realtime is for recordings")
    if entry and entry.outside and source.live:
        if entry.again is None:
            return Capture(source)
        return Capture(source, open_again, Policy(slowest=entry.again))
    return Capture(Paced(source)) if realtime else source


def _parts(spec: str | Path) -> tuple[SourceEntry | None, str, dict[str, str]]:
    """Entry (None: a path), what is opened, and the settings behind it."""
    if isinstance(spec, Path):
        return None, str(spec), {}
    entry, argument = find_source(spec)
    # Question marks belong to addresses, and may be in the names of files.
    if entry is URL or (entry is None and Path(argument).exists()):
        return entry, argument, {}
    return entry, *split(argument)


def _open(
    entry: SourceEntry | None, name: str, typed: Mapping[str, str], fps: float | None
) -> Closing:
    if entry is None:
        settings = read(KEYS, typed, "a recording")
        return _open_path(Path(name), settings.get("fps", fps))
    source: Closing
    if entry is URL:
        source = entry.load()(name, fps=fps)
    else:
        rate = {} if fps is None else {"fps": f"{fps:g}"}
        source = entry.load()(join(name, {**typed, **rate}))
    return source


def _open_path(path: Path, fps: float | None) -> Closing:
    if not path.exists():
        raise SourceError(f"{path} does not exist: give a video file, a folder or camera:N")
    if not path.is_dir():
        return Video(path, fps)
    if expand(path) != [str(path)]:
        raise SourceError(f"{path} is a folder of clips: open them one by one")
    recording = numbered_pictures(path)
    if recording.color:
        return Recording(path, recording, RECORDING_FPS if fps is None else fps)
    return Pictures(path, _inside(path, PICTURE_SUFFIXES), PICTURES_FPS if fps is None else fps)


def find_source(spec: str) -> tuple[SourceEntry | None, str]:
    """The entry of `spec` and what its source is made from; no entry for a path."""
    if spec == "-" or spec.startswith("-?"):
        return STDIN, spec
    if is_url(spec):
        return URL, spec
    name, _ = split(spec)
    if name.lower().endswith(VIDEO_SUFFIXES) and Path(name).is_file():
        return None, spec  # a clip whose name begins like another kind
    for prefix, entry in SOURCES.items():
        if spec.startswith(prefix):
            return entry, spec.removeprefix(prefix)
    return None, spec


def _inside(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    found = (path for path in folder.iterdir() if path.suffix.lower() in suffixes)
    return sorted((path for path in found if not path.name.startswith(".")), key=_natural)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort key by which 2.png comes before 10.png."""
    runs: list[str] = []
    for char in path.name:
        if runs and char.isdecimal() == runs[-1][-1].isdecimal():
            runs[-1] += char
        else:
            runs.append(char)
    return [(int(run), "") if run.isdecimal() else (0, run) for run in runs]

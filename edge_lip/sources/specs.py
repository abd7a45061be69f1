"""From the words a person types to a source."""

from functools import partial
from pathlib import Path

from ..errors import SourceError
from . import SOURCES, STDIN, URL, SourceEntry
from .capture import Capture
from .frame import Closing
from .health import Policy
from .pictures import PICTURE_SUFFIXES, PICTURES_FPS, Pictures
from .realtime import Paced
from .rgbd import RECORDING_FPS, Recording, numbered_pictures
from .url import is_url
from .video import VIDEO_SUFFIXES, Video


def expand(spec: str) -> list[str]:
    """List the single sources that `spec` stands for: a folder of clips is each of its clips.

    Raises `SourceError` for a folder that holds neither clips nor pictures.
    """
    folder = Path(spec)
    if find_source(spec)[0] or not folder.is_dir():
        return [spec]
    clips = _inside(folder, VIDEO_SUFFIXES)
    if clips:
        return [str(clip) for clip in clips]
    if _inside(folder, PICTURE_SUFFIXES):
        return [spec]
    raise SourceError(
        f"{spec} holds no clip ({' '.join(VIDEO_SUFFIXES)}) "
        f"and no picture ({' '.join(PICTURE_SUFFIXES)})"
    )


def open_source(spec: str, fps: float | None = None, realtime: bool = False) -> Closing:
    """Open a video file (`clip.mp4`), a folder of pictures (`frames/`), a camera (`camera:0`,
    `camera:csi`), an address (`rtsp://...`), standard input (`-`), raw frames (`raw:-?size=...`)
    or a rendered talker (`talker:bin blue at f two now`).

    A folder with `color_001.jpg` and so on is a recording of a colour-and-depth camera. `fps` says
    how fast the pictures of a folder follow each other (None: 25, or 15 in such a recording); all
    others know it themselves. `realtime`: a recorded source is played as if a camera saw it now.
    Live sources are read in a thread (see `Capture`). A `with` block closes it. Raises
    `SourceError` when the source is missing or can't be read, `UsageError` when `spec` can't be
    understood.
    """
    entry, argument = find_source(spec)
    if entry is None:
        source = _open_path(spec, fps)
    else:
        open_again = partial(entry.load(), argument)
        source = open_again()
        if entry.outside and source.live:
            if entry.again is None:
                return Capture(source)
            return Capture(source, open_again, Policy(slowest=entry.again))
    return Capture(Paced(source)) if realtime else source


def _open_path(spec: str, fps: float | None) -> Closing:
    path = Path(spec)
    if not path.exists():
        raise SourceError(f"{spec} does not exist: give a video file, a folder or camera:N")
    if not path.is_dir():
        return Video(path)
    if expand(spec) != [spec]:
        raise SourceError(f"{spec} is a folder of clips: open them one by one")
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

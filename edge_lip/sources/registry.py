"""From the words a person types to a source."""

from collections.abc import Callable
from pathlib import Path

from ..errors import SourceError
from .camera import Camera
from .frame import Source
from .numbered import numbered_pictures
from .pictures import PICTURE_SUFFIXES, PICTURES_FPS, Pictures
from .rgbd import RECORDING_FPS, Recording
from .video import VIDEO_SUFFIXES, Video


def _talker(spec: str) -> Source:
    # A device that reads a camera has no use for the renderer.
    from .talker import Talker

    return Talker(spec)


KINDS: dict[str, Callable[[str], Source]] = {"camera": Camera, "talker": _talker}
"""Sources named `kind:argument`; everything else is a path."""


def expand(spec: str) -> list[str]:
    """List the single sources that `spec` stands for: a folder of clips is each of its clips.

    Raises `SourceError` for a folder that holds neither clips nor pictures.
    """
    folder = Path(spec)
    if _kind(spec) or not folder.is_dir():
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


def open_source(spec: str, fps: float | None = None) -> Source:
    """Open a video file (`clip.mp4`), a folder of pictures (`frames/`), a camera (`camera:0`) or a
    rendered talker (`talker:bin blue at f two now`).

    A folder with `color_001.jpg` and so on is a recording of a colour-and-depth camera. `fps` says
    how fast the pictures of a folder follow each other (None: 25, or 15 in such a recording); all
    others know it themselves. Raises `SourceError` when the source is missing or can't be read.
    """
    kind = _kind(spec)
    if kind:
        return KINDS[kind](spec.removeprefix(f"{kind}:"))
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


def _kind(spec: str) -> str | None:
    kind, colon, _ = spec.partition(":")
    return kind if colon and kind in KINDS else None


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

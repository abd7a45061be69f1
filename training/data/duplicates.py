"""The same video twice under two names: on both sides of a split it makes accuracy a lie."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from edge_lip.system.say import Say
from edge_lip.text.classes import some

from .clip import Clip


def without_copies(clips: Sequence[Clip], kept: Sequence[Clip], say: Say) -> list[Clip]:
    """`clips` but for video files that are byte for byte one of `kept`, which are told to `say`."""
    sizes = {id(clip): _size(clip.path) for clip in (*clips, *kept)}
    shared = {sizes[id(clip)] for clip in clips} & {sizes[id(clip)] for clip in kept} - {0}
    contents = {_digest(clip.path) for clip in kept if sizes[id(clip)] in shared}
    copies = [
        clip for clip in clips if sizes[id(clip)] in shared and _digest(clip.path) in contents
    ]
    if copies:
        say(f"the same video as one of test, not trained on: {some([c.name for c in copies])}")
    dropped = {clip.name for clip in copies}
    return [clip for clip in clips if clip.name not in dropped]


def _size(path: Path) -> int:
    """Bytes of a video; 0 of what has no content to compare, folders of pictures among it."""
    return path.stat().st_size if path.is_file() else 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Anybody's labelled clips: a folder per label, or a table (see `edge_lip.sources.labelled`)."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from edge_lip.sources.labelled import labelled_clips
from edge_lip.system.say import Say, ignore

from ..clip import Clip, home_of


def read_folder(root: Path, say: Say = ignore) -> list[Clip]:
    """The clips under `root`, which may be the folder `clips` itself, by name.

    A clip is called by its path without suffix, or with it where two would be called the same.
    What can't be used is told to `say`. Raises DataError where nothing usable is left.
    """
    base, found = labelled_clips(root, say)
    clips = [Clip(str(one.path), "", one.speaker, one.text, take=one.take) for one in found]
    return sorted(_named(base, clips), key=lambda clip: clip.name)


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

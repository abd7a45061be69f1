"""A labelled video, whatever corpus it comes from."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TimedWord:
    """A word and when it is said."""

    text: str
    start: float
    """Seconds from the clip's first frame."""
    end: float


@dataclass(frozen=True)
class Clip:
    """A labelled video."""

    source: str
    """What `edge_lip.sources.specs.open_source` opens: a video file, a folder of pictures, a
    talker."""
    name: str
    """Unique within the dataset, and a path within a folder: `speaker/file stem`."""
    speaker: str
    """Empty where nobody said who it is."""
    text: str
    """What is said: a sentence, its words separated by single spaces, or a label."""
    words: tuple[TimedWord, ...] = ()
    """The same with times; empty where nobody measured them."""
    take: str = ""
    """Which of a speaker's repetitions of this text; empty where they are not told apart."""
    home: str = ""
    """Tells datasets apart in which other clips have the same names (see `home_of`)."""

    @property
    def path(self) -> Path:
        """The file or folder; nothing is there where the source is neither."""
        return Path(self.source)


def home_of(root: Path) -> str:
    """Eight hexadecimal digits for the dataset in the folder `root`."""
    return hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:8]

"""GRID: 1,000 six-word sentences from each of 34 talkers, with word timings.

Cooke, Barker, Cunningham, Shao: "An audio-visual corpus for speech perception and automatic speech
recognition", J. Acoust. Soc. Am. 120(5), 2006 (Zenodo record 3625687, CC BY 4.0).
"""

import math
from collections.abc import Iterable
from pathlib import Path

from edge_lip.errors import DataError
from edge_lip.sources.video import VIDEO_SUFFIXES

from ..clip import Clip, Say, TimedWord, ignore

FPS = 25.0
UNITS_PER_FRAME = 1000
SILENCES = frozenset({"sil", "sp"})
VIDEO_FOLDERS = ("{speaker}", "{speaker}/video", "video/{speaker}", "{speaker}/video/mpg_6000")
ALIGNMENT_FOLDERS = ("alignments/{speaker}", "align/{speaker}", "{speaker}/align")
"""Where the corpus and its common re-packagings keep a speaker's files."""

SLOTS: tuple[tuple[str, ...], ...] = (
    ("bin", "lay", "place", "set"),
    ("blue", "green", "red", "white"),
    ("at", "by", "in", "with"),
    tuple("abcdefghijklmnopqrstuvxyz"),
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    ("again", "now", "please", "soon"),
)
"""Command, colour, preposition, letter (no w), digit, adverb."""
DIGITS = dict(zip("z123456789", SLOTS[4], strict=True))


def sentence(stem: str) -> str:
    """What a clip of that name says: `bbaf2n` is "bin blue at f two now"."""
    if len(stem) != len(SLOTS):
        raise DataError(f"{stem!r} is no name of a GRID clip (six characters, like bbaf2n)")
    words = []
    for slot, key in zip(SLOTS, stem, strict=True):
        # A z is zero among the digits, but itself among the letters.
        keys = DIGITS if slot is SLOTS[4] else {word[0]: word for word in slot}
        if key not in keys:
            raise DataError(f"{stem!r} is no name of a GRID clip: {key!r} fits no word of its slot")
        words.append(keys[key])
    return " ".join(words)


def read_alignment(path: Path) -> tuple[TimedWord, ...]:
    """Word timings of an `.align` file (`start end word`, 1000 units a frame), without silences."""
    words = []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        fields = line.split()
        if not fields:
            continue
        try:
            start, end, word = fields
            times = [float(unit) / UNITS_PER_FRAME / FPS for unit in (start, end)]
            if not 0 <= times[0] <= times[1] < math.inf:
                raise ValueError
        except ValueError:
            raise DataError(f"{path}:{number}: not 'start end word': {line.strip()!r}") from None
        if word not in SILENCES:
            words.append(TimedWord(word, *times))
    return tuple(words)


def read_grid(root: Path, say: Say = ignore, names: Iterable[str] | None = None) -> list[Clip]:
    """The clips under `root`, sorted by name; only those in `names` ("bbaf2n" or "s1/bbaf2n"). What
    is no clip, or says nothing that can be read, is told to `say` and passed over.

    Raises DataError where `root` has no GRID layout or a wanted clip is not there.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds s1/ and alignments/")
    speakers = _speakers(root)
    clips = {clip.name: clip for speaker in speakers for clip in _speaker(root, speaker, say)}
    if not clips:
        raise DataError(f"no GRID clips under {root}: expected s1/*.mpg (or .mp4) like the corpus")
    if names is None:
        return [clips[name] for name in sorted(clips)]
    by_stem: dict[str, list[Clip]] = {}
    for clip in clips.values():
        by_stem.setdefault(clip.path.stem, []).append(clip)
    chosen = []
    for name in names:
        found = [clips[name]] if name in clips else by_stem.get(name, [])
        if len(found) != 1:
            count = "no clip" if not found else f"{len(found)} clips (say which speaker: s1/{name})"
            raise DataError(f"{root} has {count} called {name!r}")
        chosen += found
    return chosen


def _speakers(root: Path) -> list[str]:
    folders = [p for base in (root, root / "video") if base.is_dir() for p in base.iterdir()]
    names = {p.name for p in folders if p.is_dir() and p.name[:1] == "s" and p.name[1:].isdigit()}
    return sorted(names, key=lambda name: int(name[1:]))


def videos(root: Path, speaker: str) -> Iterable[Path]:
    """The video files of a speaker under `root`, wherever they may lie."""
    for pattern in VIDEO_FOLDERS:
        for path in sorted((root / pattern.format(speaker=speaker)).glob("*")):
            if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith("."):
                yield path


def _speaker(root: Path, speaker: str, say: Say) -> Iterable[Clip]:
    for path in videos(root, speaker):
        alignment = alignment_of(root, speaker, path.stem)
        try:
            words = read_alignment(alignment) if alignment else ()
            text = " ".join(w.text for w in words) if words else sentence(path.stem)
        except DataError as error:
            say(f"not used, {speaker}/{path.name}: {error}")
            continue
        yield Clip(str(path), f"{speaker}/{path.stem}", speaker, text, words)


def alignment_of(root: Path, speaker: str, stem: str) -> Path | None:
    """The file with the word timings of a speaker's clip, if there is one."""
    for pattern in ALIGNMENT_FOLDERS:
        path = root / pattern.format(speaker=speaker) / f"{stem}.align"
        if path.is_file():
            return path
    return None

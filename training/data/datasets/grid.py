"""GRID: 1,000 six-word sentences from each of 34 talkers, with word timings.

Cooke, Barker, Cunningham, Shao: "An audio-visual corpus for speech perception and automatic speech
recognition", J. Acoust. Soc. Am. 120(5), 2006 (Zenodo record 3625687, CC BY 4.0).
"""

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from edge_lip.errors import DataError
from edge_lip.sources.labelled import tell_others
from edge_lip.sources.video import VIDEO_SUFFIXES
from edge_lip.system.identity import tidied
from edge_lip.system.say import Say, ignore
from edge_lip.system.textfile import read_lines
from edge_lip.text.classes import some

from ..clip import Clip, TimedWord
from ..silence import is_silence, is_unknown

FPS = 25.0
UNITS_PER_FRAME = 1000
UNITS = (1 / UNITS_PER_FRAME / FPS, 1.0)
"""Seconds of what alignments count in: the corpus', and seconds."""
SHORTEST, LONGEST = 0.03, 2.5
"""Seconds of a word, on average over a sentence: where it is less or more the unit is another."""
ALIGNMENT = ".align"
ALIKE = 0.5
"""Share of a speaker's clips that have to be in a folder of alignments that is theirs. Two people
have said one sentence in 64 in the same words."""
SHOWN = 8
"""Alignments of which it is told what is wrong; of others, how many there are."""
_VARIANT = re.compile(r"\(\d+\)$")
"""Behind a word: which way of saying it the aligner has heard."""
VIDEO_FOLDERS = ("{speaker}", "{speaker}/video", "video/{speaker}", "{speaker}/video/mpg_6000")
ALIGNMENT_FOLDERS = (
    "alignments/{speaker}",
    "align/{speaker}",
    "{speaker}/align",
    "{speaker}/alignments",
    "{speaker}",
)
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
    """Word timings of an `.align` file (`start end word`, 1000 units a frame, or seconds), in their
    order, in lower case and without silences.

    Raises DataError, with the place, for what is none: no word at all, words at the same time,
    times in another unit.
    """
    spans = [
        _span(line, f"{path}:{number}")
        for number, line in enumerate(read_lines(path, DataError), 1)
        if line.split()
    ]
    words = sorted((one for one in spans if not is_silence(one.text)), key=lambda one: one.start)
    if not words:
        raise DataError(f"{path}: holds no word")
    mean = fmean(one.end - one.start for one in words)
    unit = next((unit for unit in UNITS if SHORTEST <= mean * unit <= LONGEST), None)
    if unit is None:
        raise DataError(
            f"{path}: a word lasts {mean:g} on average: give times in 1000ths of a frame of "
            f"{FPS:g} a second, or in seconds"
        )
    for before, after in pairwise(words):
        if (before.end - after.start) * unit > 1 / FPS:
            raise DataError(f"{path}: {after.text!r} begins before {before.text!r} has ended")
    return tuple(TimedWord(one.text, one.start * unit, one.end * unit) for one in words)


def _span(line: str, where: str) -> TimedWord:
    """A line of an alignment, in whatever unit it is; raises DataError where it is none."""
    start, end, word, *more = [*line.split(), "", ""]
    if not any(more):
        with suppress(ValueError):
            first, last = float(start), float(end)
            if 0 <= first <= last < math.inf:
                return TimedWord(_VARIANT.sub("", tidied(word)).lower(), first, last)
    raise DataError(f"{where}: not 'start end word': {line.strip()!r}")


def timed(words: Sequence[TimedWord], text: str) -> tuple[TimedWord, ...]:
    """`words` where they are those of `text`; the aligner may not have known some of them, or have
    taken a noise for one. Raises DataError where they are others."""
    said = text.split()
    known = [word for word in words if not is_unknown(word.text)]
    for those in (known, words):
        if len(those) == len(said) and all(
            is_unknown(word.text) or word.text == one for word, one in zip(those, said, strict=True)
        ):
            return tuple(replace(word, text=one) for word, one in zip(those, said, strict=True))
    raise DataError(f"says {' '.join(word.text for word in words)!r}, the clip's name {text!r}")


def read_grid(root: Path, say: Say = ignore, names: Iterable[str] | None = None) -> list[Clip]:
    """The clips under `root`, sorted by name; only those in `names` ("bbaf2n" or "s1/bbaf2n"). What
    is no clip, or says nothing that can be read, is told to `say` and passed over. So are word
    times that can't be those of a clip; clips without are told and used by their names.

    Raises DataError where `root` has no GRID layout or a wanted clip is not there.
    """
    if not root.is_dir():
        raise DataError(f"{root} is not a folder: give the one that holds s1/ and alignments/")
    speakers, beside = _speakers(root), _Found()
    clips = {
        clip.name: clip for speaker in speakers for clip in _speaker(root, speaker, say, beside)
    }
    beside.tell(root, speakers, say)
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
    return (path for path in _files(root, speaker) if path.suffix.lower() in VIDEO_SUFFIXES)


def _files(root: Path, speaker: str) -> Iterable[Path]:
    """All files in the folders of a speaker's videos."""
    for pattern in VIDEO_FOLDERS:
        for path in sorted((root / pattern.format(speaker=speaker)).glob("*")):
            if not path.name.startswith(".") and not path.is_dir():
                yield path


@dataclass
class _Found:
    """What was found beside the clips that are used."""

    untimed: list[str] = field(default_factory=list)
    """Of each speaker who has such: how many clips are without an alignment."""
    unused: list[str] = field(default_factory=list)
    """The same of alignments without a clip."""
    strange: list[str] = field(default_factory=list)
    """Files that are neither, by speaker and name."""
    odd: list[str] = field(default_factory=list)
    """Alignments that can't be used, and why."""

    def tell(self, root: Path, speakers: Sequence[str], say: Say) -> None:
        """All of it, in a line each."""
        tell_others(self.strange, say)
        for line in self.odd[:SHOWN]:
            say(line)
        if len(self.odd) > SHOWN:
            say(f"word times not used: {len(self.odd) - SHOWN} alignments more")
        if self.untimed:
            say(
                f"no alignment for {some(self.untimed)}: words of these are not spliced, and the "
                "word head does not learn from them"
            )
        owned = {root / place for name in speakers for place in _places(name)}
        others = []
        for folder in sorted({root / "alignments", root / "align"}):
            for other in sorted(folder.iterdir()) if folder.is_dir() else ():
                if other.is_dir() and other not in owned and (count := len(_aligned(other))):
                    others.append(f"{count} in {other.relative_to(root)}")
        if self.unused:
            say(f"alignments without a clip, not used: {some(self.unused)}")
        if others:
            say(f"alignments of nobody here, not used: {some(others)}")


def _speaker(root: Path, speaker: str, say: Say, found: _Found) -> Iterable[Clip]:
    """The clips of a speaker; what else is there goes into `found`."""
    paths: dict[str, Path] = {}
    for path in _files(root, speaker):
        if path.suffix.lower() not in VIDEO_SUFFIXES:
            if path.suffix.lower() != ALIGNMENT:
                found.strange.append(f"{speaker}/{path.name}")
        elif path.stem in paths:
            say(f"not used, {speaker}/{path.name}: {paths[path.stem].name} has the same name")
        else:
            paths[path.stem] = path
    alignments = alignments_of(root, speaker)
    theirs = [stem for stem in paths if stem.lower() in alignments]
    if theirs and len(theirs) < ALIKE * min(len(paths), len(alignments)):
        found.odd.append(
            f"word times not used: {len(alignments)} alignments of {speaker}, of which "
            f"{len(theirs)} are called like one of the {len(paths)} clips: they are somebody else's"
        )
        theirs, alignments = [], {}
    for stem, path in paths.items():
        alignment = alignments.pop(stem.lower(), None)
        words: tuple[TimedWord, ...] = ()
        text, problem = "", ""
        try:
            text = sentence(stem.lower())
        except DataError as error:
            problem = str(error)
        if alignment:
            try:
                words = read_alignment(alignment)
                words = timed(words, text or _spelled(words))
            except DataError as error:
                words, problem = (), str(error)
                if text:
                    found.odd.append(f"word times not used, {speaker}/{path.name}: {error}")
        text = text or " ".join(word.text for word in words)
        if text:
            yield Clip(str(path), f"{speaker}/{stem}", speaker, text, words)
        else:
            say(f"not used, {speaker}/{path.name}: {problem}")
    if missing := len(paths) - len(theirs):
        found.untimed.append(
            f"{missing} of {len(paths)} clips of {speaker}{_elsewhere(root, speaker, paths)}"
        )
    if alignments:
        found.unused.append(f"{len(alignments)} of {speaker}")


def _spelled(words: Sequence[TimedWord]) -> str:
    """What an alignment says, whose clip's name says nothing; raises DataError where it does not
    say all of it."""
    if any(is_unknown(word.text) for word in words):
        raise DataError("its alignment has a word that the aligner did not know")
    return " ".join(word.text for word in words)


def _elsewhere(root: Path, speaker: str, clips: Iterable[str]) -> str:
    """A remark where a folder of another name has alignments called like a speaker's clips."""
    stems = {stem.lower() for stem in clips}
    patterns = ("*", "alignments/*", "align/*", f"*/{speaker}")
    others = {other for pattern in patterns for other in root.glob(pattern)}
    for other in sorted(other for other in others if other.is_dir()):
        place = other.relative_to(root).as_posix()
        if place not in _places(speaker) and (
            len(stems & _aligned(other).keys()) >= ALIKE * len(stems)
        ):
            theirs = ALIGNMENT_FOLDERS[0].format(speaker=speaker)
            return f" (those in {place} are called like them: if they are theirs, move to {theirs})"
    return ""


def alignments_of(root: Path, speaker: str) -> dict[str, Path]:
    """The files with word timings of a speaker's clips, by the clips' names in lower case."""
    found: dict[str, Path] = {}
    for place in reversed(_places(speaker)):
        found |= _aligned(root / place)
    return found


def _aligned(folder: Path) -> dict[str, Path]:
    """The alignments in a folder, by their names in lower case."""
    return {
        path.stem.lower(): path
        for path in folder.glob("*")
        if path.suffix.lower() == ALIGNMENT and not path.name.startswith(".") and path.is_file()
    }


def _places(speaker: str) -> list[str]:
    return [pattern.format(speaker=speaker) for pattern in ALIGNMENT_FOLDERS]

"""Which clips are learned from, validated on and tested on.

Whole clips, never frames of one; by group (speaker, take) where the question is how well others
are read. Where chance decides it is the clip's name that is drawn by, so that a clip stays where it
is when others are added.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_lip.errors import DataError
from edge_lip.sources.video import VIDEO_SUFFIXES
from edge_lip.system.identity import folded
from edge_lip.system.say import Say, ignore
from edge_lip.system.textfile import read_lines
from edge_lip.text.classes import some
from edge_lip.text.tasks import TASKS

from ..recipes.recipe import RENDERED, DataSection, Recipe
from .clip import Clip
from .datasets import read_dataset
from .datasets.rendered import EVALUATED, evaluation_clips, validation_clips
from .duplicates import without_copies

FORMERLY = "val.txt"
"""The list of clips to test on, as older versions called it; many datasets have it so."""


@dataclass(frozen=True)
class Split:
    """The clips of a recipe, by what is done with them."""

    train: tuple[Clip, ...]
    validation: tuple[Clip, ...]
    """Not learned but read on the way: curves, decoder weights, confidence."""
    test: tuple[Clip, ...]
    """Never trained nor tuned on."""


Splitter = Callable[[Path, Sequence[Clip], Recipe, Say], Split]
"""Sorts the clips of a dataset's folder. Clips for validation may be drawn from train later."""


def split_clips(root: Path, recipe: Recipe, say: Say = ignore) -> Split:
    """The recipe's clips under `root`; what is odd about them is told to `say`. Those to train on
    are without the rendered ones, which a recipe may have in addition or alone.

    Raises DataError where they are not there or can't be split as the recipe wants.
    """
    data = recipe.data
    if data.dataset == RENDERED:
        slots = recipe.decoding.grammar
        validation = validation_clips(slots, data.validation)
        return Split((), tuple(validation), tuple(evaluation_clips(slots, EVALUATED)))
    clips = read_dataset(data.dataset, root, say)
    if data.speakers:
        clips = [clip for clip in clips if clip.speaker in data.speakers]
        if not clips:
            raise DataError(f"{root} has no clip of speakers {', '.join(data.speakers)}")
    split = SPLITTERS[data.by](root, clips, recipe, say)
    train = without_copies(_at_most(split.train, data.most), split.test, say)
    if not train:
        raise DataError(f"{root}: no clip to train on; all are for test or validation")
    closed = TASKS[recipe.task].closed
    if closed:
        _report_labels(train, split.test, say)
    if split.validation:
        return Split(
            tuple(train), tuple(without_copies(split.validation, split.test, say)), split.test
        )
    draw = _draw_evenly if closed else _draw
    held = set(draw(train, data.validation))
    return Split(
        tuple(clip for clip in train if clip.name not in held),
        tuple(clip for clip in train if clip.name in held),
        split.test,
    )


def find_test_list(root: Path, name: str = DataSection.test) -> Path:
    """The file under `root` that names the clips to test on; the one of older versions where it is
    the usual one that is not there."""
    file, old = root / name, root / FORMERLY
    return old if name == DataSection.test and old.is_file() and not file.is_file() else file


def _by_list(root: Path, clips: Sequence[Clip], recipe: Recipe, say: Say) -> Split:
    """Two files name the clips; every clip that `test` does not name is trained on without one."""
    data = recipe.data
    files = root / data.train, find_test_list(root, data.test)
    if not any(file.is_file() for file in files):
        raise DataError(
            f"{root} has no list of clips to test on: write {data.test} (a name a line; empty to "
            'train on all), or say by = "share" or "speaker" in the recipe\'s [data]'
        )
    train, test = (_listed(file, root, clips, say) for file in files)
    for file, found in zip(files, (train, test), strict=True):
        if (names := _lines(file)) and not found:
            raise DataError(
                f"{file} names no clip of {root}: it has {names[0]}, clips are called like "
                f"{clips[0].name}"
            )
    kept = {clip.name for clip in test}
    if both := [clip.name for clip in train if clip.name in kept]:
        say(f"in both {files[0].name} and {files[1].name}, not trained on: {some(both)}")
    if not _lines(files[0]):
        train = list(clips)
    train = [clip for clip in train if clip.name not in kept]
    if not train:
        raise DataError(f"{root}: no clip to train on; {files[1].name} names all of them")
    if neither := [c.name for c in clips if c.name not in kept | {one.name for one in train}]:
        say(f"in neither {files[0].name} nor {files[1].name}, not used: {some(neither)}")
    return Split(tuple(train), (), tuple(test))


def _by_group(root: Path, clips: Sequence[Clip], recipe: Recipe, say: Say) -> Split:
    """All clips of a speaker, or of a take, are on one side; but for those of a list of clips to
    test on, if there is one: they are tested on, whoever speaks."""
    data = recipe.data
    groups = sorted({getattr(clip, data.by) for clip in clips} - {""})
    if not groups:
        raise DataError(
            f'{root}: no clip has a {data.by}: give labels.csv such a column, or say by = "share"'
        )
    if unknown := sorted({*data.test_groups, *data.validation_groups} - {*groups}):
        raise DataError(f"{root} has no {data.by} {some(unknown)}; there are: {some(groups, 40)}")
    listed = {clip.name for clip in _listed(find_test_list(root, data.test), root, clips, say)}
    if not data.test_groups and not listed:
        raise DataError(
            f'by = "{data.by}" needs test_groups, those to test on, or a list {data.test} of '
            f"clips; there are: {some(groups, 40)}"
        )
    parts: dict[str, list[Clip]] = {"train": [], "validation": [], "test": [], "nobody": []}
    place = dict.fromkeys(data.validation_groups, "validation") | dict.fromkeys(
        data.test_groups, "test"
    )
    for clip in clips:
        group = getattr(clip, data.by)
        side = place.get(group, "train") if group else "nobody"
        parts["test" if side == "train" and clip.name in listed else side].append(clip)
    if nobody := [clip.name for clip in parts.pop("nobody")]:
        say(f"without a {data.by}, on no side: {some(nobody)}")
    return Split(**{name: tuple(part) for name, part in parts.items()})


def _by_share(root: Path, clips: Sequence[Clip], recipe: Recipe, say: Say) -> Split:
    """The same share of every label's clips; of sentences, of all clips; or so many clips of every
    speaker."""
    each = recipe.data.test_each
    if each:
        groups = _by_speaker(clips)
        if few := [group[0].speaker or "nobody" for group in groups if len(group) <= each]:
            say(f"no more than {each} clips, all but one tested on: {some(few)}")
    else:
        groups = _by_label(clips) if TASKS[recipe.task].closed else [list(clips)]
    kept = set()
    for group in groups:
        count = each or round(recipe.data.test_share * len(group))
        count = min(max(count, 1), len(group) - 1)
        kept |= {clip.name for clip in _shuffled(group)[:count]}
    train = tuple(clip for clip in clips if clip.name not in kept)
    return Split(train, (), tuple(clip for clip in clips if clip.name in kept))


SPLITTERS: dict[str, Splitter] = {
    "list": _by_list,
    "speaker": _by_group,
    "take": _by_group,
    "share": _by_share,
}
"""What tells train from test, by the recipe's word for it."""


def _draw(clips: Sequence[Clip], count: int) -> list[str]:
    """Names of `count` clips."""
    order = np.random.default_rng(0).permutation(len(clips))
    return [clips[int(k)].name for k in order[:count]]


def _draw_evenly(clips: Sequence[Clip], count: int) -> list[str]:
    """Names of `count` clips, as many of every label, leaving each at least one."""
    ranked = [
        (rank, _lot(label[0].text), clip.name)
        for label in _by_label(clips)
        for rank, clip in enumerate(_shuffled(label)[:-1])
    ]
    return [name for *_, name in sorted(ranked)[:count]]


def _at_most(clips: Sequence[Clip], most: int) -> Sequence[Clip]:
    """So many clips of each speaker, drawn by their names; all where `most` is 0."""
    if not most:
        return clips
    kept = {clip.name for own in _by_speaker(clips) for clip in _shuffled(own)[:most]}
    return [clip for clip in clips if clip.name in kept]


def _by_label(clips: Iterable[Clip]) -> list[list[Clip]]:
    labels: dict[str, list[Clip]] = {}
    for clip in clips:
        labels.setdefault(clip.text, []).append(clip)
    return list(labels.values())


def _by_speaker(clips: Iterable[Clip]) -> list[list[Clip]]:
    speakers: dict[str, list[Clip]] = {}
    for clip in clips:
        speakers.setdefault(clip.speaker, []).append(clip)
    return list(speakers.values())


def _shuffled(clips: Iterable[Clip]) -> list[Clip]:
    return sorted(clips, key=lambda clip: _lot(clip.name))


def _lot(name: str) -> str:
    """What a name draws: the same whatever else is drawn."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()


def _report_labels(learned: Sequence[Clip], tested: Sequence[Clip], say: Say) -> None:
    counts, texts = Counter(clip.text for clip in learned), {clip.text for clip in tested}
    cases = Counter(folded(label) for label in {*counts, *texts})
    if alike := sorted(label for label in {*counts, *texts} if cases[folded(label)] > 1):
        say(f"labels that differ in nothing but case, learned as so many: {some(alike)}")
    if once := sorted(label for label in counts if counts[label] == 1 and label not in texts):
        say(f"labels with one clip, learned but never tested: {some(once)}")
    if never := sorted(texts - set(counts)):
        say(
            f"labels of test that no clip is left to learn from, read wrong for sure: {some(never)}"
        )


def _names(clip: Clip, root: Path) -> set[str]:
    """What a list may call a clip: its name, its file's, or the path from the root on."""
    path = clip.path
    inside = {path.relative_to(root).as_posix()} if path.is_relative_to(root) else set()
    return {clip.name, path.stem} | inside


def _listed(file: Path, root: Path, clips: Sequence[Clip], say: Say) -> list[Clip]:
    """The clips that a list names; names that are nobody's, several clips' or there twice are
    told."""
    names = _lines(file)
    exact: dict[str, list[Clip]] = {}
    alike: dict[str, list[Clip]] = {}
    for clip in clips:
        for name in _names(clip, root):
            exact.setdefault(name, []).append(clip)
        alike.setdefault(_parts(clip.source)[-1], []).append(clip)
    found = {name: exact.get(name) or _alike(name, root, alike) for name in names}
    if missing := [name for name in found if not found[name]]:
        say(f"{file.name}: names that match no clip: {len(missing)}, the first {missing[0]}")
    if several := [name for name in found if len(found[name]) > 1]:
        say(f"{file.name}: names of more than one clip, all of them taken: {some(several)}")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        say(f"{file.name}: names that are there more than once: {some(twice)}")
    chosen = {clip.name for own in found.values() for clip in own}
    return [clip for clip in clips if clip.name in chosen]


def _alike(name: str, root: Path, clips: Mapping[str, Sequence[Clip]]) -> list[Clip]:
    """The clips, by their stems, that a list may mean which was written elsewhere: `name` has
    backslashes, no suffix, another case, more folders or fewer."""
    wanted = _parts(name)

    def meant(clip: Clip) -> bool:
        paths = [_parts(one) for one in _names(clip, root)]
        return folded(clip.speaker) in wanted[:-1] or any(
            path[-len(wanted) :] == wanted or wanted[-len(path) :] == path
            for path in paths
            if min(len(path), len(wanted)) > 1 or len(wanted) == 1
        )

    return [clip for clip in clips.get(wanted[-1], ()) if meant(clip)]


def _parts(path: str) -> list[str]:
    """Folders and stem of a path, as they are compared."""
    parts = [folded(part) for part in path.replace("\\", "/").split("/")]
    *folders, name = [part for part in parts if part not in ("", ".")] or [""]
    stem, dot, suffix = name.rpartition(".")
    return [*folders, stem if dot + suffix in VIDEO_SUFFIXES else name]


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        return []
    return [line.strip() for line in read_lines(file, DataError) if line.strip()]

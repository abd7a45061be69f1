"""What a network sees in practice, to quantize by: stacks of crops, or windows of them, from
wherever there are some."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import DataError, EdgeLipError, ModelError
from edge_lip.frontend.inputs import Inputs, clip_inputs
from edge_lip.frontend.lips import lip_shape
from edge_lip.frontend.timegrid import Moment
from edge_lip.model.manifest import Manifest, Window
from edge_lip.model.network import STACK, WINDOW
from edge_lip.model.window import cut_windows
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Mouth
from edge_lip.mouth.trackers import make_tracker
from edge_lip.sources.specs import open_source
from edge_lip.sources.video import VIDEO_SUFFIXES
from edge_lip.system.arrays import open_arrays
from edge_lip.system.schema import build
from training.trained.trained import Arrays

from .arrays import read_stacks

STACKS: Final = 200
"""How many are drawn: with more the ranges of the activations hardly grow."""
MOST_BYTES: Final = 256e6
"""Of all of them: a window of a colour network has megabytes."""
ARRAYS: Final = (".npz", ".npy")


@dataclass(frozen=True)
class Calibration:
    """Inputs of a network, and where they are from."""

    inputs: Arrays
    """Float32: stacks (N, h, w, n); of a network that is one graph, windows (N, frames, h, w, n);
    and whatever else it takes."""
    figures: dict[str, Any]
    """For the manifest: their number, the kind of source, and how much of it was seen."""


def calibrate(
    source: Path,
    manifest: Manifest,
    count: int = STACKS,
    seed: int = 0,
    names: Sequence[str] = (STACK,),
) -> Calibration:
    """Draw the inputs `names` at `count` moments from `source`, the same ones every time.

    `source` is an array file of stacks or clips (see `read_stacks`), a crop cache, a dataset that
    the model's recipe can read (then only clips it was trained on are taken), a video, or a folder
    with videos anywhere below. The stacks come from as many clips as possible. Clips that can't be
    used are passed over. Raises `DataError` or `ModelError` when nothing usable is there.
    """
    count = min(count, max(1, int(MOST_BYTES / _input_bytes(manifest))))
    if source.suffix.lower() in ARRAYS and not _holds_crops(source):
        if tuple(names) != (STACK,) and not manifest.window:
            raise ModelError(
                f"{source} holds stacks, the model takes {', '.join(names)}: give clips"
            )
        return _from_array(read_stacks(source), manifest, count, seed)
    if not source.exists():
        raise DataError(f"{source} does not exist: give videos, crops or stacks to calibrate by")
    kind, clips = _find_clips(source, manifest)
    rng = np.random.default_rng(seed)
    order = [clips[k] for k in rng.permutation(len(clips))]
    drawn: list[Inputs] = []
    used, frames = 0, 0
    cut = _Cutter(manifest, names)
    for k, clip in enumerate(order):
        # What is still wanted, spread evenly over the clips that are left.
        share = -(-(count - len(drawn)) // (len(order) - k))
        if share <= 0:
            break
        try:
            moments = list(cut.inputs(clip))
        except EdgeLipError:
            continue
        if not moments:
            continue
        found = _windows(moments, manifest.window) if manifest.window else moments
        used, frames = used + 1, frames + len(moments)
        picks = rng.choice(len(found), min(share, len(found)), replace=False)
        drawn += [found[pick] for pick in sorted(picks)]
    if not drawn:
        raise DataError(f"none of the {len(clips)} clips in {source} shows a mouth to calibrate by")
    figures = {
        "source": kind,
        "stacks": len(drawn),
        "clips": used,
        "clips_there": len(clips),
        "frames_seen": frames,
        "seed": seed,
    }
    return Calibration({name: np.stack([one[name] for one in drawn]) for name in drawn[0]}, figures)


def _windows(moments: Sequence[Inputs], how: Window) -> list[Inputs]:
    """What a network that is one graph takes of a clip."""
    crops = np.stack([one[STACK] for one in moments])
    return [{WINDOW: window} for window in cut_windows(crops, how)[1]]


def _from_array(stacks: np.ndarray, manifest: Manifest, count: int, seed: int) -> Calibration:
    """Stacks, or clips as others train on: their frames, where the network takes one at a time."""
    if stacks.ndim == 5 and not manifest.window:
        stacks = stacks.reshape(-1, *stacks.shape[2:])
    there = len(stacks)
    picks = np.random.default_rng(seed).choice(there, min(count, there), replace=False)
    figures = {"source": "array", "stacks": len(picks), "stacks_there": there, "seed": seed}
    name = WINDOW if manifest.window else STACK
    return Calibration({name: stacks[np.sort(picks)]}, figures)


def _input_bytes(manifest: Manifest) -> int:
    """Of one stack or window."""
    frames = manifest.window.frames if manifest.window else 1
    return 4 * frames * manifest.crop.height * manifest.crop.width * manifest.channels


def _holds_crops(path: Path) -> bool:
    """Whether it is one clip of a crop cache, an `.npz`."""
    try:
        with open_arrays(path) as file:
            return "images" in file and "times" in file
    except (OSError, ValueError, EOFError, AttributeError, TypeError):
        return False  # an `.npy`; else `read_stacks` says what is wrong with it


def _find_clips(source: Path, manifest: Manifest) -> tuple[str, Sequence[Path]]:
    """The kind of source, and its clips in a steady order."""
    if not source.is_dir():
        return ("crops" if source.suffix == ".npz" else "video"), [source]
    if caches := _caches(source):
        fitting = [folder for folder in caches if _fits(folder, manifest)]
        if not fitting:
            raise DataError(f"the crops in {source} are cut in another way than the model's")
        return "crops", sorted(path for folder in fitting for path in folder.rglob("*.npz"))
    if clips := _dataset(source, manifest):
        return "dataset", clips
    videos = sorted(p for p in source.rglob("*") if p.suffix.lower() in VIDEO_SUFFIXES)
    if videos:
        return "videos", videos
    return "pictures", [source]


def _caches(folder: Path) -> list[Path]:
    """Folders of a crop cache: `folder` itself, or those in it."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    return [path for path in candidates if (path / "settings.json").is_file()]


def _settings(folder: Path) -> dict[str, Any]:
    try:
        settings = json.loads((folder / "settings.json").read_text())
        return settings if isinstance(settings, dict) else {}
    except (OSError, ValueError):
        return {}


def _fits(folder: Path, manifest: Manifest) -> bool:
    settings = _settings(folder)
    try:
        geometry = build(CropGeometry, settings.get("geometry", {}), str(folder), DataError)
    except DataError:
        return False
    same = geometry == manifest.crop
    return same and settings.get("tracker") == manifest.tracker


def _dataset(source: Path, manifest: Manifest) -> list[Path]:
    """The clips of a dataset that the model learned from; empty where `source` is not one."""
    from training.evaluation.readings import choose_clips, model_recipe

    try:
        clips = choose_clips(source, model_recipe(manifest), "train")
    except EdgeLipError:
        return []
    return sorted(clip.path for clip in clips)


class _Cutter:
    """A network's inputs of a clip as a reader on a device would make them."""

    def __init__(self, manifest: Manifest, names: Sequence[str]) -> None:
        self._names = names
        self._geometry = manifest.crop
        self._manifest = manifest
        self._mouth: Mouth | None = None

    def inputs(self, clip: Path) -> Iterator[Inputs]:
        """Of each moment. Raises `EdgeLipError` for a clip that can't be read."""
        crops = self._cached(clip) if clip.suffix == ".npz" else self._watched(clip)
        yield from clip_inputs(crops, self._manifest, self._names)

    def _watched(self, clip: Path) -> Iterator[Moment]:
        if self._mouth is None:  # may have to fetch face models
            self._mouth = Mouth(make_tracker(self._manifest.tracker), self._geometry)
        self._mouth.reset()
        with closing(open_source(str(clip))) as source:
            for frame in source:
                if crop := self._mouth.watch(frame):
                    yield Moment(crop.image, crop.time, lip_shape(crop.pose))

    def _cached(self, clip: Path) -> Iterator[Moment]:
        """Cached crops without the margin that augmentation has around them."""
        from training.data.crop_cache import load_crops, seen

        crops = load_crops(clip)
        height, width = self._geometry.height, self._geometry.width
        rows, columns = crops.images.shape[-2] - height, crops.images.shape[-1] - width
        if rows < 0 or columns < 0 or rows % 2 or columns % 2:
            raise DataError(f"{clip} holds crops of another size than the model's")
        top, left = rows // 2, columns // 2
        inner = crops.images[..., top : top + height, left : left + width]
        yield from seen(replace(crops, images=inner))

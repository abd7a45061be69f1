"""The crop cache: every clip's mouth, cut once, in parallel, ready for many epochs.

One `.npz` a clip, under a folder named after everything that shapes a crop, so that crops of other
settings are never mixed in. A run that was stopped goes on where it was; a clip that can't be used
is listed with its reason and the rest go on.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence, Set
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from edge_lip.errors import DataError, EdgeLipError
from edge_lip.frontend.lips import lip_shapes, points_of
from edge_lip.frontend.timegrid import Moment
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Mouth
from edge_lip.mouth.trackers import make_tracker
from edge_lip.sources.specs import open_source
from edge_lip.system.arrays import open_arrays
from edge_lip.system.files import replacing

from ..jobs.engine import LOCAL, Engine
from .clip import Clip

VERSION = 1
"""Of what crops look like beyond their settings: raise it when tracking or smoothing changes."""
MIN_FACES = 0.8
"""A clip with a face in fewer of its frames teaches the wrong thing."""


@dataclass(frozen=True)
class CropSettings:
    """Everything that shapes a cached crop."""

    geometry: CropGeometry
    """The model's crop, without the margin."""
    margin: int = 8
    """Pixels around the crop that augmentation may shift into view."""
    tracker: str = "landmarks"
    shape: bool = False
    """Whether the mouth's shape is wanted beside the picture."""

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that name these settings."""
        settings = asdict(self)
        for plane in ("depth", "colour"):  # crops from before there were these stay what they are
            if not settings["geometry"][plane]:
                del settings["geometry"][plane]
        if not self.shape:
            del settings["shape"]
        text = json.dumps({"version": VERSION, **settings}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Crops:
    """A clip's mouth."""

    images: np.ndarray
    """(T, [2,] height + 2 margin, width + 2 margin) uint8; with depth, grey and depth."""
    times: np.ndarray
    """(T,) float64 seconds."""
    lips: np.ndarray
    """(T, 40, 2) float32 lip points in picture pixels; (T, 0, 2) from trackers without."""
    chins: np.ndarray
    """(T, 2) float32, the chin's lowest point; (T, 0) from trackers without, and in older files of
    settings without `shape`."""
    poses: np.ndarray
    """(T, 4) float32: x, y, scale, angle (see `Pose`)."""


def seen(crops: Crops) -> Iterator[Moment]:
    """Each crop with its time and, from trackers with landmarks, the lips' shape."""
    known = crops.lips.size and crops.chins.size
    points = points_of(crops.lips, crops.chins) if known else None
    shapes = [None] * len(crops.images) if points is None else lip_shapes(points, crops.poses)
    for image, time, shape in zip(crops.images, crops.times, shapes, strict=True):
        yield Moment(image, float(time), shape)


@dataclass(frozen=True)
class Skipped:
    """A clip that is not in the cache, and why."""

    clip: str
    reason: str


def crop_path(root: Path, settings: CropSettings, clip: Clip) -> Path:
    """Where the crops of `clip` are, or will be."""
    return root / settings.key / clip.home / f"{clip.name}.npz"


def is_fresh(made: Path, source: Path) -> bool:
    """Whether `made` is there and not older than `source`: a clip may be recorded again under its
    name."""
    return made.exists() and not (source.exists() and source.stat().st_mtime > made.stat().st_mtime)


def load_crops(path: Path) -> Crops:
    """The crops of one clip. Raises DataError for a file that is not whole."""
    try:
        with open_arrays(path) as file:
            arrays = {name: file[name] for name in Crops.__dataclass_fields__ if name in file}
            return Crops(**{"chins": np.zeros((len(file["times"]), 0)), **arrays})
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise DataError(f"{path}: not a crop file ({error}); delete it and run again") from None


def build_cache(
    clips: Sequence[Clip],
    root: Path,
    settings: CropSettings,
    engine: Engine = LOCAL,
    progress: Any = None,
) -> list[Skipped]:
    """Cut what is not there yet; give the clips that can't be, and write them to `skipped.tsv`.

    `engine` cuts them; `progress` is called with the number of clips done, for a bar.
    """
    missing = [clip for clip in clips if not is_fresh(crop_path(root, settings, clip), clip.path)]
    if progress:
        progress(len(clips) - len(missing))
    if missing:
        # Fetches face models once, here, rather than in every worker at the same moment.
        make_tracker(settings.tracker)
    skipped = list(_cut_all(missing, root, settings, engine, progress))
    skipped.sort(key=lambda one: one.clip)
    _write_reports(root / settings.key, settings, {clip.name for clip in clips}, skipped)
    return skipped


def _write_reports(
    folder: Path, settings: CropSettings, names: Set[str], skipped: Sequence[Skipped]
) -> None:
    """`settings.json` and `skipped.tsv`, which keeps what it says of clips not among `names`."""
    report = folder / "skipped.tsv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = report.read_text("utf-8", "surrogateescape").splitlines() if report.exists() else []
        lines = [line for line in lines if line.partition("\t")[0] not in names]
        lines += [f"{one.clip}\t{one.reason}" for one in skipped]
        with replacing(report) as temporary:
            text = "".join(f"{line}\n" for line in sorted(lines))
            temporary.write_text(text, "utf-8", "surrogateescape")  # names that are no text
        with replacing(folder / "settings.json") as temporary:
            temporary.write_text(json.dumps(asdict(settings), indent=2) + "\n")
    except OSError as error:
        raise DataError(f"can't write to {folder}: {error.strerror}") from None


def _cut_all(
    clips: Sequence[Clip], root: Path, settings: CropSettings, engine: Engine, progress: Any
) -> Iterator[Skipped]:
    work = partial(_cut, root=root, settings=settings)
    for clip, reason in engine.each(work, clips, lambda clip: clip.source):
        if reason:
            yield Skipped(clip.name, reason)
        if progress:
            progress(1)


@lru_cache(maxsize=1)
def _mouth(settings: CropSettings) -> Mouth:
    """Once in every worker."""
    import cv2

    cv2.setNumThreads(1)  # one process a core is faster than threads within each
    return Mouth(make_tracker(settings.tracker), settings.geometry.grown(settings.margin))


def _cut(clip: Clip, root: Path, settings: CropSettings) -> str | None:
    """Cut one clip in a worker; gives why it could not be."""
    try:
        crops = cut_clip(clip.source, _mouth(settings))
    except EdgeLipError as error:
        return str(error)
    target = crop_path(root, settings, clip)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"can't write {target}: {error.strerror}") from None
    with replacing(target) as temporary:
        np.savez(temporary, **vars(crops))
    return None


def cut_clip(source: str, mouth: Mouth) -> Crops:
    """The crops of what `open_source` opens. Raises SourceError or DataError where there is too
    little to use."""
    mouth.reset()
    frames, crops = 0, []
    with closing(open_source(source)) as opened:
        for frame in opened:
            frames += 1
            crop = mouth.watch(frame)
            if crop is not None:
                crops.append(crop)
    if frames == 0 or len(crops) < MIN_FACES * frames:
        raise DataError(f"a face in only {len(crops)} of {frames} frames")
    return Crops(
        images=np.stack([crop.image for crop in crops]),
        times=np.array([crop.time for crop in crops]),
        lips=np.stack(
            [np.zeros((0, 2)) if c.pose.lips is None else c.pose.lips for c in crops]
        ).astype(np.float32),
        chins=np.stack([np.zeros(0) if c.pose.chin is None else c.pose.chin for c in crops]).astype(
            np.float32
        ),
        poses=np.array(
            [(c.pose.x, c.pose.y, c.pose.scale, c.pose.angle) for c in crops], np.float32
        ),
    )

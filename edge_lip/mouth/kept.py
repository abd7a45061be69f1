"""Mouth crops kept in a file, in the place of the pictures they were cut from."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import DataError
from ..system.arrays import DAMAGED, open_arrays
from ..system.files import replacing
from .geometry import CropGeometry
from .mouth import Crop
from .pose import Pose

SUFFIX: Final = ".npz"
FORMAT: Final = 1
NUMBERS: Final = ("x", "y", "scale", "angle", "eye_x", "eye_y", "score", "yaw")
"""What is kept of a pose beside lips and chin (see `Pose`)."""


@dataclass(frozen=True)
class Kept:
    """The crops of one clip."""

    geometry: CropGeometry
    crops: tuple[Crop, ...]
    """At least one; their times grow."""


def save_crops(path: Path, geometry: CropGeometry, crops: Sequence[Crop]) -> None:
    """Write `crops`, of which there is one at least, all at once; raises EdgeLipError where nothing
    can be written.

    Arrays of the file, T being the number of crops: `crops` (T, ...) uint8 as in `Crop.image`,
    `times` (T,) float64 seconds, `first` (T,) bool, `poses` (T, 8) float64 (see `NUMBERS`), and
    where the tracker has landmarks `lips` (T, 40, 2) and `chin` (T, 2) float32, picture pixels.
    """
    poses = [crop.pose for crop in crops]
    head = json.dumps({"format": FORMAT, "geometry": asdict(geometry), "fine": poses[0].fine})
    arrays: dict[str, Any] = {
        "head": np.frombuffer(head.encode(), np.uint8),
        "crops": np.stack([crop.image for crop in crops]),
        "times": np.array([crop.time for crop in crops]),
        "first": np.array([crop.first for crop in crops]),
        "poses": np.array(
            [(p.x, p.y, p.scale, p.angle, *p.eyes, p.score, p.yaw) for p in poses], np.float64
        ),
    }
    for name in ("lips", "chin"):
        points = [getattr(pose, name) for pose in poses]
        if all(one is not None for one in points):
            arrays[name] = np.array(points, np.float32)
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())


def load_crops(path: Path) -> Kept:
    """The crops in the file `path`; raises DataError where it is none of these files, damaged, or
    of a newer version."""
    try:
        with open_arrays(path) as file:
            head = json.loads(bytes(file["head"]))
            if head["format"] > FORMAT:
                raise DataError(f"{path} is of a newer version: pip install -U edge-lip")
            arrays = {name: file[name] for name in file.files}
        geometry = CropGeometry(**head["geometry"])
        crops = arrays["crops"]
        planes = (3 if geometry.colour else 1) + geometry.depth
        shape = (geometry.height, geometry.width)
        if crops.dtype != np.uint8 or crops.shape[1:] not in (
            (planes, *shape),
            *([shape] if planes == 1 else []),
        ):
            raise ValueError("its crops are not of the size it says")
        fine = bool(head.get("fine"))
        rows = zip(
            crops,
            arrays["times"].tolist(),
            arrays["poses"].tolist(),
            arrays["first"].tolist(),
            arrays.get("lips", [None] * len(crops)),
            arrays.get("chin", [None] * len(crops)),
            strict=True,
        )
        kept = tuple(
            Crop(image, time, _pose(numbers, lips, chin, fine), first)
            for image, time, numbers, first, lips, chin in rows
        )
        if not kept or any(a.time >= b.time for a, b in zip(kept, kept[1:], strict=False)):
            raise ValueError("its times do not grow")
    except DAMAGED as error:
        raise DataError(f"{path} is no file of mouth crops, or damaged ({error})") from None
    return Kept(geometry, kept)


def _pose(
    numbers: Sequence[float], lips: np.ndarray | None, chin: np.ndarray | None, fine: bool
) -> Pose:
    x, y, scale, angle, eye_x, eye_y, score, yaw = numbers
    return Pose(x, y, scale, angle, (eye_x, eye_y), score, lips, chin, fine, yaw)

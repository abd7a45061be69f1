"""The mouth in a stream of frames: one path for training and device."""

from typing import TYPE_CHECKING

from ..errors import UsageError
from .crop import CLIP, CropGeometry, crop_mouth, normalize, outline, visible
from .mouth import Crop, Mouth
from .pixels import PIXELS, Pixels, pixels
from .pose import FaceCounter, Pose, Tracker

if TYPE_CHECKING:
    from .landmarks import LandmarkTracker

__all__ = [
    "CLIP",
    "PIXELS",
    "TRACKERS",
    "Crop",
    "CropGeometry",
    "FaceCounter",
    "Mouth",
    "Pixels",
    "Pose",
    "Tracker",
    "crop_mouth",
    "make_tracker",
    "normalize",
    "on_device",
    "outline",
    "pixels",
    "visible",
]


def _landmarks(threads: int) -> "LandmarkTracker":
    from .facemodels import locate
    from .landmarks import LandmarkTracker

    models = locate()
    return LandmarkTracker(models.detector, models.landmarks, threads)


def _flow(threads: int) -> Tracker:
    from .flow import FlowTracker

    return FlowTracker(_landmarks(threads))


def _haar(threads: int) -> Tracker:
    from .haar import HaarTracker

    return HaarTracker()


TRACKERS = {"landmarks": _landmarks, "flow": _flow, "haar": _haar}


def on_device(name: str) -> str:
    """The tracker that finds the same as the one a model learned with, `name`, for less; mostly
    that one itself."""
    return {"landmarks": "flow"}.get(name, name)


def make_tracker(name: str = "landmarks", threads: int = 1) -> Tracker:
    """The tracker called `name`; face models it needs are fetched on first use.

    Raises UsageError for an unknown name, FetchError or FaceError where it can't be had.
    """
    if name not in TRACKERS:
        raise UsageError(f"no tracker is called {name!r}; there are: {', '.join(TRACKERS)}")
    return TRACKERS[name](threads)

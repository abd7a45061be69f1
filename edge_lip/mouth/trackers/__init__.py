"""What finds the mouth in a picture, by name."""

from typing import TYPE_CHECKING

from ...errors import UsageError
from ..pose import Tracker

if TYPE_CHECKING:
    from .landmarks import LandmarkTracker


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

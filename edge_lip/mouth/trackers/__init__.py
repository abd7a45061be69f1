"""What finds the mouth in a picture, by name."""

from typing import TYPE_CHECKING

from ...registry import Entry, find

if TYPE_CHECKING:
    from ..pose import Tracker

TRACKERS = {
    "attention": Entry(
        "edge_lip.mouth.trackers.attention:open_attention",
        "468 points of the face, those of the lips looked at twice",
    ),
    "landmarks": Entry(
        "edge_lip.mouth.trackers.landmarks:open_landmarks", "468 points of the face"
    ),
    "flow": Entry("edge_lip.mouth.trackers.flow:open_flow", "these now and then, followed between"),
    "haar": Entry(
        "edge_lip.mouth.trackers.haar:open_haar", "a box around the face, without face models"
    ),
}
"""Each is made from the number of threads that its networks may take."""


def on_device(name: str, shape: bool = False) -> str:
    """The tracker that finds the same as the one a model learned with, `name`, for less; mostly
    that one itself.

    `shape`: whether the model takes the mouth's shape. Between landmarks, flow moves all of it
    alike: good enough to cut a picture by, but on 106 clips of six people a model with lips had
    36.5 % of the words wrong so, and 30.8 with landmarks in every frame.
    """
    return name if shape else {"landmarks": "flow"}.get(name, name)


def make_tracker(name: str = "landmarks", threads: int = 1) -> "Tracker":
    """The tracker called `name`; face models it needs are fetched on first use.

    Raises UsageError for an unknown name, FetchError or FaceError where it can't be had.
    """
    tracker: Tracker = find(TRACKERS, name, "no tracker is called").load()(threads)
    return tracker

"""Everything that can be wrong with a take, seen in a rendered person who does it."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.fakes import FACELESS, GEOMETRY, FakeTracker, film, picture

from edge_lip.mouth.geometry import CropArea
from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers import make_tracker
from edge_lip.recording.checks import CHECKS, problems
from edge_lip.recording.take import Take, Watcher
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source


class Seen(FakeTracker):
    """A mouth that is found otherwise than the fake one."""

    def __init__(self, speech: list[tuple[float, float]], **otherwise: float) -> None:
        super().__init__(speech)
        self._otherwise = otherwise

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        pose = super().track(image, time)
        return pose and replace(pose, **self._otherwise)  # type: ignore[arg-type]


def frames(seconds: float = 3.0, fps: float = 25.0) -> list[Frame]:
    return [Frame(picture(40), index / fps) for index in range(round(seconds * fps))]


def wrong(
    images: list[Frame],
    tracker: FakeTracker,
    prompted: float | None = None,
    nothing: bool = False,
) -> tuple[str, ...]:
    watcher = Watcher(tracker, GEOMETRY)
    seen = tuple(watcher.watch(frame) for frame in images)
    return problems(Take(seen, prompted, watcher.thresholds, "film"), nothing)


SAID = [(1.0, 2.0)]


def faceless(count: int) -> list[Frame]:
    """A film without a face in the last `count` pictures."""
    whole = frames()
    return whole[:-count] + [Frame(FACELESS, one.time) for one in whole[-count:]]


CASES = {
    "good": (frames(), FakeTracker(SAID), None, ""),
    "no face": (faceless(75), FakeTracker(SAID), None, "no face: "),
    "face lost": (faceless(20), FakeTracker(SAID), None, "there is no face in 27% of"),
    "dark": (
        [Frame(one.image // 10, one.time) for one in frames()],
        FakeTracker(SAID),
        None,
        "too dark",
    ),
    "slow": (frames(fps=10.0), FakeTracker(SAID), None, "10 pictures a second are too few"),
    "far": (frames(), Seen(SAID, scale=25.0), None, "too far: 25 pixels"),
    "turned": (frames(), Seen(SAID, yaw=math.radians(50)), None, "the head is turned away"),
    "early": (frames(), FakeTracker(SAID), 1.5, "before it was time"),
    "prompted in time": (frames(), FakeTracker(SAID), 0.9, ""),
    "cut at the beginning": (frames(), FakeTracker([(0.0, 1.0)]), None, "at the beginning"),
    "cut at the end": (frames(), FakeTracker([(2.0, 3.0)]), None, "at the end"),
    "still": (frames(), FakeTracker([]), None, "not seen to speak"),
    "a smile": (frames(), FakeTracker([(1.0, 1.1)]), None, "not seen to speak"),
}


@pytest.mark.parametrize("case", CASES)
def test_each_problem_is_told_alone(case: str) -> None:
    images, tracker, prompted, says = CASES[case]
    found = wrong(images, tracker, prompted)
    if says:
        (line,) = found
        assert says in line and "\n" not in line
    else:
        assert found == ()


def test_a_covered_mouth_is_told() -> None:
    hand = np.random.default_rng(0).integers(1, 255, FACELESS.shape).astype(np.uint8)
    images = [Frame(hand, one.time) if one.time >= 2.2 else one for one in frames()]
    assert any("covered" in line for line in wrong(images, FakeTracker(SAID)))


def test_one_picture_is_a_take() -> None:
    assert wrong(frames()[:1], FakeTracker(SAID)) == (CHECKS["still"].find(one_picture()),)


def one_picture() -> Take:
    watcher = Watcher(FakeTracker(SAID), GEOMETRY)
    return Take((watcher.watch(film(1)[0]),), None, watcher.thresholds, "film")


def test_takes_of_nothing_are_only_to_be_seen() -> None:
    assert wrong(frames(), FakeTracker([(0.0, 3.0)]), 1.0, nothing=True) == ()
    assert wrong(frames(), Seen(SAID, scale=20.0), nothing=True)[0].startswith("too far")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("", ""),
        ("&brightness=0.5", ""),
        ("&brightness=0.12", "too dark"),
        ("&eyes=28", "too far"),
        ("&fps=8", "too few"),
    ],
)
def test_a_rendered_person_who_is_seen_well_or_badly(
    face_models: object, settings: str, says: str
) -> None:
    watcher = Watcher(make_tracker("flow"), CropArea().in_planes())
    with open_source(f"talker:good morning?seed=4{settings}") as source:
        seen = tuple(watcher.watch(frame) for frame in source)
    found = problems(Take(seen, None, watcher.thresholds, source.name))
    assert any(says in line for line in found) if says else found == ()


def test_real_clips_have_no_problem(face_models: object, grid: Path) -> None:
    watcher = Watcher(make_tracker("flow"), CropArea().in_planes())
    for clip in sorted((grid / "s4").glob("*.mp4"))[:2]:
        watcher.reset()
        with open_source(str(clip)) as source:
            seen = tuple(watcher.watch(frame) for frame in source)
        assert problems(Take(seen, None, watcher.thresholds, clip.name)) == ()

"""What is told of the face, and that nothing is read where it can't be."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, numbers

from edge_lip.events import Event
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Crop, Mouth
from edge_lip.mouth.pose import FaceCounter, Pose
from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.reading.reader import Reader
from edge_lip.reading.visibility import TOLD, Visibility
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2

Change = Callable[[int, Pose], Pose]


class Seen(FakeTracker):
    """The mouth in the middle, changed from picture to picture; so many faces."""

    def __init__(self, change: Change | None = None, people: int = 1) -> None:
        super().__init__()
        self._change, self._people, self._number = change, people, -1

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        self._number += 1
        pose = super().track(image, time)
        return self._change(self._number, pose) if pose and self._change else pose

    def faces(self, image: np.ndarray) -> int:
        return self._people if self._number >= 50 else 1


def read(frames: list[Frame], tracker: FakeTracker, live: bool = False) -> list[Event]:
    reader = Reader(FakeModel(), tracker, DECODER, partial_every=0)
    return list(reader.read(FakeSource(frames, live=live)))


def told(events: list[Event]) -> list[str]:
    return [event.message for event in events if event.kind == "face"]


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if event.kind == "final"]


def test_a_face_in_every_frame_is_nothing_to_tell() -> None:
    assert [event.kind for event in read(film(90), FakeTracker())] == ["final"]


@pytest.mark.parametrize(
    ("degrees", "readable"), [(30, True), (-40, True), (50, False), (-60, False)]
)
def test_a_face_that_is_turned_away_is_told_and_not_read(degrees: float, readable: bool) -> None:
    def turn(number: int, pose: Pose) -> Pose:
        return replace(pose, yaw=np.radians(degrees)) if 30 <= number < 60 else pose

    events = read(film(90), Seen(turn))
    if readable:
        assert texts(events) == [numbers(0, 89)] and not told(events)
    else:
        assert texts(events) == [numbers(0, 29), numbers(60, 89)]
        assert told(events) == [TOLD["turned"], TOLD["seen"]]


def test_a_glance_aside_is_not_told_and_ends_nothing() -> None:
    events = read(film(90), Seen(lambda n, p: replace(p, yaw=1.2) if 40 <= n < 46 else p))
    assert len(texts(events)) == 1 and not told(events)


def test_another_face_ends_the_utterance() -> None:
    def jump(number: int, pose: Pose) -> Pose:
        away = 1.2 * pose.scale if number >= 40 else 0.0
        return replace(pose, eyes=(pose.eyes[0] + away, pose.eyes[1]))

    first, second = (event.text for event in read(film(80), Seen(jump)))
    assert first == numbers(0, 39) and len(second.split()) == 40


def test_a_second_face_is_told_once_and_the_first_one_read() -> None:
    events = read(film(90) + film(60, start=3.6), Seen(people=2))
    assert told(events) == ["2 faces: the one that was there first is read"]
    assert len(texts(events)) == 1


def test_nobody_before_a_camera_is_told() -> None:
    nobody = [Frame(np.zeros((160, 160, 3), np.uint8), n / 25) for n in range(50)]
    assert told(read(nobody, FakeTracker(), live=True)) == [TOLD["lost"]]
    assert [event.kind for event in read(nobody, FakeTracker())] == ["no_face"]


def covered(image: np.ndarray, pose: Pose) -> np.ndarray:
    """A hand before the mouth: a patch of the colour of skin, with the shadows of fingers."""
    x, y, scale = pose.x, pose.y, pose.scale
    skin = image[int(pose.eyes[1] - 0.5 * scale), int(pose.eyes[0])].tolist()
    hand = np.full_like(image, skin)
    for finger in range(5):
        height = int(y + (0.25 * finger - 0.4) * scale)
        ends = (int(x - scale), height), (int(x + scale), height + 4)
        cv2.line(hand, *ends, [level * 0.6 for level in skin], 2)
    mask = np.zeros(image.shape[:2], np.uint8)
    size = int(0.75 * scale), int(0.5 * scale)
    cv2.ellipse(mask, (int(x), int(y + 0.1 * scale)), size, 0, 0, 360, 255, -1)
    return np.where(mask[..., np.newaxis] > 0, hand, image)


def watched(spec: str, hand: Callable[[int], bool]) -> tuple[list[str], list[bool]]:
    """What is told, and which frames can be read."""
    mouth, watch = Mouth(make_tracker("flow"), CropGeometry()), Visibility()
    lines: list[str] = []
    readable = []
    crop: Crop | None = None
    for number, frame in enumerate(open_source(spec)):
        if hand(number):
            assert crop is not None
            frame = replace(frame, image=covered(frame.image, crop.pose))
        crop = mouth.watch(frame) or crop
        lines += watch.watch(crop, frame.time)
        readable.append(watch.readable)
    return lines, readable


def test_a_hand_before_the_mouth(speaker: str, face_models: FaceModels) -> None:
    lines, readable = watched(speaker, lambda number: False)
    assert all(readable) and not lines
    lines, readable = watched(speaker, lambda number: 25 <= number < 50)
    assert lines == [TOLD["covered"], TOLD["seen"]]
    # The place of the mouth, which the hand has drawn away, is found again within half a second.
    assert all(readable[:25]) and not any(readable[25:50]) and all(readable[63:])


def test_a_broken_beginning_is_not_what_a_mouth_looks_like(face_models: FaceModels) -> None:
    """Some recordings begin so, and all that follows is unlike it."""
    frames = list(open_source("talker:bin blue at f two now?seed=3"))
    mouth, watch = Mouth(make_tracker("landmarks"), CropGeometry()), Visibility()
    first = mouth.watch(frames[0])
    assert first is not None
    noise = np.random.default_rng(0).integers(0, 256, first.image.shape, np.uint8)
    for number, frame in enumerate(frames):
        crop = mouth.watch(frame)
        assert crop is not None
        assert not watch.watch(replace(crop, image=noise) if number < 10 else crop, frame.time)
        assert watch.readable


def test_people_are_counted(face_models: FaceModels) -> None:
    one, other = (next(iter(open_source(f"talker:soon?seed={seed}"))).image for seed in (1, 2))
    for name in ("landmarks", "flow"):
        tracker = make_tracker(name)
        assert isinstance(tracker, FaceCounter)
        assert tracker.faces(one) == 1
        assert tracker.faces(np.hstack([one, other])) == 2
        assert tracker.faces(np.zeros_like(one)) == 0

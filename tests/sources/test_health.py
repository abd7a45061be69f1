"""What is told about a live source, by a clock that the test sets."""

import numpy as np
import pytest
from support.live import picture

from edge_lip.sources.health import Policy, Watch

POLICY = Policy(first=5, stall=2, freeze=5, slow=0)
COUNTING = Policy(slow=12, count=5)


@pytest.fixture
def watch() -> Watch:
    return Watch("camera:0", POLICY, 100.0)


def texts(notices: object) -> list[str]:
    return [notice.text for notice in notices]  # type: ignore[attr-defined]


def test_a_steady_camera_is_not_worth_a_word(watch: Watch) -> None:
    rng = np.random.default_rng(0)
    for index in range(300):
        image = rng.integers(0, 255, (48, 64, 3)).astype(np.uint8)
        assert watch.frame(image, 100 + index / 30) == []
        assert watch.idle(100 + index / 30 + 0.03) == []


def test_silence_is_told_once_and_its_end_too(watch: Watch) -> None:
    watch.frame(picture(1), 101)
    assert watch.idle(102.9) == []
    assert texts(watch.idle(103)) == ["camera:0 has given no picture for 2 s"]
    assert watch.idle(104) == []
    assert texts(watch.frame(picture(2), 111)) == ["camera:0 is back after 10 s"]
    assert watch.frame(picture(3), 111.03) == []
    assert texts(watch.idle(113.1)) == ["camera:0 has given no picture for 2 s"]


def test_the_first_frame_may_take_longer(watch: Watch) -> None:
    assert watch.idle(104.9) == []
    assert texts(watch.idle(105)) == ["camera:0 has given no picture for 5 s"]


def test_a_loss_is_told_by_others_its_end_here(watch: Watch) -> None:
    watch.frame(picture(1), 101)
    watch.lost()
    assert watch.idle(120) == []
    assert texts(watch.frame(picture(1), 121)) == ["camera:0 is back after 20 s"]


def test_the_same_picture_for_long_is_told_once(watch: Watch) -> None:
    face = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
    told = [watch.frame(face, 100 + index / 10) for index in range(100)]
    assert texts(sum(told, [])) == [
        "camera:0 has shown the same for 5 s: frozen, or its lens is covered"
    ]
    assert told[50]
    assert texts(watch.frame(picture(8), 110)) == ["camera:0 shows something new again"]
    assert watch.frame(picture(9), 111) == []


@pytest.mark.parametrize("colour", [(0, 0, 0), (0, 135, 0), (16, 16, 16)], ids=str)
def test_pictures_with_nothing_in_them_are_named(
    watch: Watch, colour: tuple[int, int, int]
) -> None:
    """Black, and what a driver makes of a buffer that nobody has written to."""
    empty = np.full((48, 64, 3), colour, np.uint8)
    told = [watch.frame(empty, 100 + index / 10) for index in range(100)]
    assert texts(sum(told, [])) == [
        "camera:0 has shown the same for 5 s: all of one colour, so there is no signal or its lens "
        "is covered"
    ]


def test_one_pixel_is_a_difference(watch: Watch) -> None:
    image = picture(7)
    for index in range(100):
        image = image.copy()
        image[1, 1, 1] = index % 2
        assert watch.frame(image, 100 + index / 10) == []


def test_what_was_still_before_a_gap_begins_anew_after_it(watch: Watch) -> None:
    for index in range(40):
        assert watch.frame(picture(7), 100 + index / 10) == []
    watch.idle(106)
    assert texts(watch.frame(picture(7), 107)) == ["camera:0 is back after 3 s"]
    assert watch.frame(picture(7), 108) == []
    assert texts(watch.frame(picture(7), 112)) != []


def test_another_size_is_another_picture(watch: Watch) -> None:
    watch.frame(picture(7), 100)
    assert watch.frame(np.full((24, 32, 3), 7, np.uint8), 105) == []


def beat(watch: Watch, start: float, seconds: float, fps: float, dropped: int = 0) -> list[str]:
    """What is told of so many different frames a second."""
    told = []
    for index in range(round(seconds * fps)):
        now = start + index / fps
        told += texts(watch.frame(picture(index % 200), now, dropped) + watch.idle(now))
    return told


def test_a_camera_that_becomes_slow_is_told_once_and_so_is_its_end() -> None:
    watch = Watch("camera:0", COUNTING, 100.0)
    assert beat(watch, 100, 20, 25) == []
    assert beat(watch, 120, 30, 7) == [
        "camera:0 gives 7 pictures a second: too few to read well; is it dark?"
    ]
    assert beat(watch, 150, 20, 13) == []
    assert beat(watch, 170, 20, 25) == ["camera:0 gives 25 pictures a second again"]
    assert beat(watch, 190, 20, 7, dropped=3) == []  # the source gives 28: nobody had time for them


def test_a_slow_camera_is_no_gap() -> None:
    watch = Watch("camera:0", COUNTING, 100.0)
    (notice,) = (n for k in range(60) for n in watch.frame(picture(k), 100 + k / 8))
    assert not notice.gap


def test_a_stall_is_not_counted_as_slowness() -> None:
    watch = Watch("camera:0", COUNTING, 100.0)
    for start in (100, 108, 116):
        assert "pictures a second" not in " ".join(beat(watch, start, 4, 25))

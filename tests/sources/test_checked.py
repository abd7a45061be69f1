"""Recordings whose pictures can be read, and show nothing."""

from pathlib import Path

import numpy as np
import pytest
from support.films import make_video

from edge_lip.errors import SourceError
from edge_lip.sources.checked import checked
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source


def film(*images: np.ndarray, fps: float = 25) -> list[Frame]:
    return [Frame(image, index / fps) for index, image in enumerate(images)]


BLACK = np.zeros((48, 64, 3), np.uint8)
STILL = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)


@pytest.mark.parametrize(
    ("image", "told"),
    [(BLACK, "nothing but one colour"), (STILL, "one and the same picture")],
    ids=["black", "still"],
)
def test_a_recording_of_one_picture_is_named(image: np.ndarray, told: str) -> None:
    seen: list[Frame] = []
    with pytest.raises(SourceError, match=f"clip shows {told} in all of its 20 frames"):
        seen.extend(checked(film(*[image.copy() for _ in range(20)]), "clip"))
    assert len(seen) == 20


def test_one_pixel_in_one_picture_is_enough() -> None:
    images = [STILL.copy() for _ in range(20)]
    images[19][7, 9, 1] += 1
    assert len(list(checked(film(*images), "clip"))) == 20


@pytest.mark.parametrize(
    ("still", "told"),
    [
        ((0, 30), "clip stands still from 0.0 to 1.2 s: the camera"),
        ((10, 40), "clip stands still from 0.4 to 1.6 s: the camera"),
        ((70, 100), "clip stands still from 2.8 s on: the camera"),
        ((10, 30), ""),
    ],
)
def test_a_recording_that_stands_still_for_a_while_says_so(
    still: tuple[int, int], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    images = [np.full_like(BLACK, index) for index in range(100)]
    for index in range(*still):
        images[index] = images[still[0]]
    assert len(list(checked(film(*images), "clip"))) == 100
    assert caplog.text.count("\n") == bool(told) and told in caplog.text


def test_one_picture_is_not_the_same_all_the_time() -> None:
    assert len(list(checked(film(BLACK), "clip"))) == 1
    assert list(checked([], "clip")) == []


@pytest.mark.parametrize("fps", [0.5, 1, 1.9])
def test_too_slow_a_recording_is_refused_before_its_first_frame(fps: float) -> None:
    images = [np.full_like(BLACK, index) for index in range(6)]
    with pytest.raises(SourceError, match=rf"clip has {fps:g} frames a second"):
        next(checked(film(*images, fps=fps), "clip"))


def test_a_gap_at_the_beginning_is_not_slow() -> None:
    times = [0.0, 3.0, 3.04, 3.08, 3.12]
    frames = [Frame(np.full_like(BLACK, index), time) for index, time in enumerate(times)]
    assert list(checked(frames, "clip")) == frames


def test_each_kind_of_recording_is_looked_at(tmp_path: Path) -> None:
    import cv2

    folder = tmp_path / "pictures"
    depth = tmp_path / "depth"
    for one in (folder, depth):
        one.mkdir()
    for index in range(4):
        cv2.imwrite(str(folder / f"{index}.png"), BLACK)
        cv2.imwrite(str(depth / f"color_{index}.png"), BLACK)
    (tmp_path / "raw").write_bytes(bytes(4 * 64 * 48))
    make_video(tmp_path / "slow.avi", fps=1, codec="MJPG")
    for spec in (folder, depth, f"raw:{tmp_path / 'raw'}?size=64x48&format=gray"):
        with open_source(spec) as source, pytest.raises(SourceError, match="but one colour"):
            list(source)
    with open_source(tmp_path / "slow.avi") as source, pytest.raises(SourceError, match="1 frames"):
        list(source)

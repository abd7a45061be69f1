"""Recordings of colour-and-depth cameras, whole and damaged."""

import logging
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_lip.errors import SourceError
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import expand, open_source


def record(folder: Path, numbers: range = range(1, 11), suffix: str = "png") -> Path:
    """Colour pictures as bright as their number, depth pictures 10 times as deep."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        image = np.full((6, 8, 3), number % 256, np.uint8)
        depth = np.full((6, 8), 10 * number, np.uint16)
        cv2.imwrite(str(folder / f"color_{number:03d}.{suffix}"), image)
        cv2.imwrite(str(folder / f"depth_{number:03d}.png"), depth)
    return folder


def frames(folder: Path, fps: float | None = None) -> list[Frame]:
    return list(open_source(str(folder), fps))


def test_colour_and_depth_at_the_published_rate(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    (folder / "calib.txt").touch()
    assert expand(str(folder)) == [str(folder)]
    film = frames(folder)
    assert [frame.image[0, 0, 0] for frame in film] == list(range(1, 11))
    assert [frame.time for frame in film] == pytest.approx(np.arange(10) / 15)
    for number, frame in enumerate(film, 1):
        assert frame.depth is not None
        assert frame.depth.dtype == np.uint16 and frame.depth.shape == (6, 8)
        assert (frame.depth == 10 * number).all()


def test_another_rate_may_be_said(tmp_path: Path) -> None:
    film = frames(record(tmp_path / "take"), fps=30)
    assert [frame.time for frame in film] == pytest.approx(np.arange(10) / 30)


def test_numbers_tell_the_order_and_the_time(tmp_path: Path) -> None:
    folder = record(tmp_path / "take", range(998, 1003))
    (folder / "color_1000.png").unlink()
    film = frames(folder)
    assert [frame.image[0, 0, 0] for frame in film] == [n % 256 for n in (998, 999, 1001, 1002)]
    assert [frame.time for frame in film] == pytest.approx(np.array([0, 1, 3, 4]) / 15)


def test_jpegs_and_capitals(tmp_path: Path) -> None:
    folder = record(tmp_path / "take", suffix="jpg")
    for path in list(folder.iterdir()):
        path.rename(folder / path.name.upper())
    assert len(frames(folder)) == 10


@pytest.mark.parametrize("damage", ["gone", "broken", "empty", "float", "other size"])
def test_a_frame_without_its_depth(tmp_path: Path, damage: str) -> None:
    folder = record(tmp_path / "take")
    path = folder / "depth_004.png"
    if damage == "gone":
        path.unlink()
    elif damage == "other size":
        cv2.imwrite(str(path), np.ones((3, 4), np.uint16))
    elif damage == "float":
        cv2.imwrite(str(path.with_suffix(".tiff")), np.ones((6, 8), np.float32))
        path.with_suffix(".tiff").replace(path)
    else:
        path.write_bytes(b"broken" if damage == "broken" else b"")
    film = frames(folder)
    assert [frame.depth is None for frame in film] == [k == 3 for k in range(10)]


def test_depth_as_a_coloured_picture_has_one_channel(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    cv2.imwrite(str(folder / "depth_001.png"), np.full((6, 8, 3), 77, np.uint8))
    depth = frames(folder)[0].depth
    assert depth is not None and depth.shape == (6, 8) and (depth == 77).all()


def test_holes_of_compressed_depth_are_holes(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    depth = np.full((48, 64), 180, np.uint8)
    depth[13:37, 19:44] = 0
    cv2.imwrite(str(folder / "color_001.png"), np.zeros((48, 64, 3), np.uint8))
    (folder / "depth_001.png").unlink()
    cv2.imwrite(str(folder / "depth_001.jpg"), depth, [cv2.IMWRITE_JPEG_QUALITY, 90])
    seen = frames(folder)[0].depth
    assert seen is not None and seen.dtype == np.uint8
    assert np.array_equal(seen == 0, depth == 0)
    assert (seen[depth > 0] > 150).all()


def test_a_few_unreadable_pictures_are_missing_frames(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = record(tmp_path / "take")
    (folder / "color_001.png").write_bytes(b"broken")
    (folder / "color_005.png").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        film = frames(folder)
    assert [frame.image[0, 0, 0] for frame in film] == [2, 3, 4, 6, 7, 8, 9, 10]
    assert film[0].time == pytest.approx(1 / 15)
    assert [line.split("/")[-1] for line in caplog.messages] == [
        "color_001.png can't be read as a picture: skipped",
        "color_005.png can't be read as a picture: skipped",
    ]


def test_too_many_unreadable_pictures_are_an_error(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    for number in (2, 5, 8):
        (folder / f"color_{number:03d}.png").write_bytes(b"broken")
    with pytest.raises(
        SourceError, match=r"3 or more of 10 pictures can't be read, color_008\.png"
    ):
        frames(folder)


def test_without_depth_the_numbers_still_count(tmp_path: Path) -> None:
    folder = record(tmp_path / "take")
    for path in folder.glob("depth_*"):
        path.unlink()
    assert [frame.depth for frame in frames(folder)] == [None] * 10
    with pytest.raises(SourceError, match="can't be played at 0"):
        open_source(str(folder), fps=0)

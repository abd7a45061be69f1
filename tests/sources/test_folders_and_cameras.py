"""What a spec stands for: folders of clips and of pictures, cameras."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from films import make_video

from edge_lip.errors import SourceError
from edge_lip.sources import camera, expand, open_source


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in (10, 9, 1):
        cv2.imwrite(str(folder / f"p{number}.png"), np.full((4, 6, 3), number, np.uint8))
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_pictures_play_in_the_order_of_their_numbers(pictures: Path) -> None:
    assert expand(str(pictures)) == [str(pictures)]
    frames = list(open_source(str(pictures), fps=10))
    assert [frame.image[0, 0, 0] for frame in frames] == [1, 9, 10]
    assert [frame.time for frame in frames] == pytest.approx([0, 0.1, 0.2])


def test_a_broken_picture_is_named(pictures: Path) -> None:
    (pictures / "p9.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match=r"p9\.png can't be read"):
        list(open_source(str(pictures)))


def test_a_folder_of_clips_is_each_of_them(tmp_path: Path) -> None:
    clips = [make_video(tmp_path / name) for name in ("b.mp4", "a10.mp4", "a9.mp4")]
    folder = str(tmp_path)
    assert expand(folder) == [str(clip) for clip in reversed(clips)]
    with pytest.raises(SourceError, match="one by one"):
        open_source(folder)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no clip"):
        expand(str(tmp_path))


def test_what_is_no_folder_stands_for_itself() -> None:
    assert expand("clip.mp4") == ["clip.mp4"]
    assert expand("camera:0") == ["camera:0"]


class FakeCapture:
    """A camera that gives three pictures, if any."""

    def __init__(self, opened: bool) -> None:
        self.left, self.opened = 3, opened

    def isOpened(self) -> bool:  # noqa: N802, OpenCV's name
        return self.opened

    def set(self, *_: float) -> None: ...

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, np.zeros((4, 4, 3), np.uint8)) if self.left >= 0 else (False, None)


def test_a_camera_is_live_until_it_is_unplugged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda _: FakeCapture(True))
    source = open_source("camera:0")
    assert source.live and source.name == "camera:0"
    frames = iter(source)
    times = [next(frames).time for _ in range(3)]
    assert times == sorted(set(times)) and times[0] >= 0
    with pytest.raises(SourceError, match="plugged in"):
        next(frames)


@pytest.mark.parametrize(
    ("exists", "allowed", "reason"),
    [(False, False, "no /dev/video7"), (True, False, "no permission"), (True, True, "in use")],
)
def test_why_a_camera_can_not_be_opened(
    monkeypatch: pytest.MonkeyPatch, exists: bool, allowed: bool, reason: str
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda _: FakeCapture(False))
    monkeypatch.setattr(camera.sys, "platform", "linux")
    monkeypatch.setattr(camera.Path, "exists", lambda _: exists)
    monkeypatch.setattr(camera.os, "access", lambda *_: allowed)
    with pytest.raises(SourceError, match=reason):
        open_source("camera:7")


def test_a_camera_has_a_number() -> None:
    with pytest.raises(SourceError, match="give a number"):
        open_source("camera:front")

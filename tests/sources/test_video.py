"""Video files: frames, times, and what happens to broken ones."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from support.films import make_video

from edge_lip.errors import SourceError
from edge_lip.sources.specs import open_source
from edge_lip.sources.video import Clock


@pytest.mark.parametrize("fps", [10, 15, 25, 29.97, 30, 60])
def test_times_are_those_of_the_frames(tmp_path: Path, fps: float) -> None:
    with closing(open_source(str(make_video(tmp_path / "clip.mp4", fps=fps, frames=30)))) as source:
        frames = list(source)
    assert [frame.time for frame in frames] == pytest.approx(np.arange(30) / fps, abs=2e-4)
    assert frames[0].image.shape == (48, 64, 3)
    assert frames[0].image.dtype == np.uint8
    brightness = [frame.image.mean() for frame in frames]
    assert brightness == sorted(brightness)


@pytest.mark.parametrize(("name", "codec"), [("clip.avi", "MJPG"), ("clip.mkv", "FFV1")])
def test_other_containers(tmp_path: Path, name: str, codec: str) -> None:
    frames = list(open_source(str(make_video(tmp_path / name, codec=codec))))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(10) / 25, abs=1e-3)


@pytest.mark.parametrize("content", [b"", b"not a video", b"\0" * 5000])
def test_a_file_that_is_no_video(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"clip\.mp4 can't be read as a video"):
        list(open_source(str(path)))
    assert capfd.readouterr().err == ""


def test_a_file_cut_short_is_an_error_or_gives_what_is_there(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "clip.mp4", frames=30).read_bytes()
    headless = tmp_path / "headless.mp4"  # an MP4's index is at its end
    headless.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError):
        open_source(str(headless))
    film = make_video(tmp_path / "film.avi", frames=30, codec="MJPG")
    film.write_bytes(film.read_bytes()[: film.stat().st_size * 4 // 5])
    times = [frame.time for frame in open_source(str(film))]
    assert 0 < len(times) < 30
    assert times == pytest.approx(np.arange(len(times)) / 25, abs=1e-3)


def test_a_missing_file() -> None:
    with pytest.raises(SourceError, match="does not exist"):
        open_source("nowhere/clip.mp4")


@pytest.mark.parametrize(
    ("claimed", "times"),
    [
        ([0, 0.04, 0.08, 0.12], [0, 0.04, 0.08, 0.12]),
        ([0.5, 0.54, 0.70], [0.5, 0.54, 0.70]),  # a late start and a dropped frame are real
        ([0, 0, 0, 0], [0, 0.04, 0.08, 0.12]),
        ([0, 0.04, 0.02, 0.12], [0, 0.04, 0.08, 0.12]),
        ([-1, -1, float("nan")], [0, 0.04, 0.08]),
    ],
)
def test_times_grow_whatever_the_container_claims(claimed: list[float], times: list[float]) -> None:
    clock = Clock(25)
    assert [clock.tick(time) for time in claimed] == pytest.approx(times)


@pytest.mark.parametrize("fps", [0, -1, 90000, float("nan")])
def test_an_impossible_frame_rate_is_not_believed(fps: float) -> None:
    clock = Clock(fps)
    assert [clock.tick(0) for _ in range(3)] == pytest.approx([0, 0.04, 0.08])


@pytest.mark.parametrize("pattern", ["s1/*.mp4", "original-mpg/*", "s3/*.mpg", "s26/*.mpg"])
def test_grid_clips_have_75_frames_at_25_per_second(grid: Path, pattern: str) -> None:
    clip = sorted(grid.glob(pattern))[0]
    frames = list(open_source(str(clip)))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(75) / 25, abs=1e-4)
    assert frames[0].image.shape == (288, 360, 3)

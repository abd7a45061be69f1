"""Raw frames from files and pipes, whole and cut short."""

import logging
import os
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.live import PATIENCE

from edge_lip.errors import SourceError, UsageError
from edge_lip.sources.raw import LAYOUTS
from edge_lip.sources.specs import open_source

WIDTH, HEIGHT = 32, 16


def scene(index: int) -> np.ndarray:
    """A smooth picture in colour, brighter with `index`."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([60 + 4 * x, 50 + 8 * y, 100 + 5 * index + 0 * x], axis=-1).astype(np.uint8)


def packed(image: np.ndarray, layout: str) -> bytes:
    """`image` as FFmpeg would write it, in `layout`."""
    if layout == "bgr24":
        return image.tobytes()
    if layout == "rgb24":
        return image[..., ::-1].tobytes()
    if layout == "gray":
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).tobytes()
    planes = cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420).ravel()
    y, u, v = np.split(planes, [WIDTH * HEIGHT, WIDTH * HEIGHT * 5 // 4])
    if layout == "yuv420p":
        return planes.tobytes()
    if layout == "nv12":
        return y.tobytes() + np.stack([u, v], axis=-1).tobytes()
    u, v = (np.repeat(one.reshape(HEIGHT // 2, -1), 2, axis=0) for one in (u, v))
    y = y.reshape(HEIGHT, -1)
    return np.stack([y[:, ::2], u, y[:, 1::2], v], axis=-1).tobytes()


def write(path: Path, count: int, layout: str = "bgr24", more: bytes = b"") -> str:
    """A file of `count` frames and `more`; gives its spec."""
    path.write_bytes(b"".join(packed(scene(index), layout) for index in range(count)) + more)
    return f"raw:{path}?size={WIDTH}x{HEIGHT}&format={layout}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_picture(tmp_path: Path, layout: str) -> None:
    source = open_source(write(tmp_path / "film", 4, layout) + "&fps=50")
    assert not source.live and source.name == f"raw:{tmp_path / 'film'}"
    film = list(source)
    source.close()
    assert [frame.time for frame in film] == pytest.approx([0, 0.02, 0.04, 0.06])
    for index, frame in enumerate(film):
        wanted = scene(index)
        if layout == "gray":
            wanted = cv2.cvtColor(cv2.cvtColor(wanted, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        assert frame.image.shape == (HEIGHT, WIDTH, 3) and frame.image.dtype == np.uint8
        difference = np.abs(frame.image.astype(int) - wanted)
        assert difference.max() <= (0 if layout in ("bgr24", "rgb24", "gray") else 8)


def test_frames_are_25_a_second_unless_said(tmp_path: Path) -> None:
    film = list(open_source(write(tmp_path / "film", 3)))
    assert [frame.time for frame in film] == pytest.approx([0, 0.04, 0.08])


def test_a_pipe_that_gives_a_few_bytes_at_a_time(tmp_path: Path) -> None:
    spec = write(tmp_path / "film", 3)
    content = (tmp_path / "film").read_bytes()
    (tmp_path / "film").unlink()
    os.mkfifo(tmp_path / "film")

    def feed() -> None:
        with (tmp_path / "film").open("wb", buffering=0) as pipe:
            for start in range(0, len(content), 1000):
                pipe.write(content[start : start + 1000])

    feeder = threading.Thread(target=feed, daemon=True)
    feeder.start()
    film = list(open_source(spec))
    feeder.join(PATIENCE)
    assert [np.array_equal(frame.image, scene(i)) for i, frame in enumerate(film)] == [True] * 3


def test_a_film_cut_short_gives_its_whole_frames_and_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = write(tmp_path / "film", 2, more=b"x" * 100)
    with caplog.at_level(logging.WARNING):
        assert len(list(open_source(spec))) == 2
    (line,) = caplog.messages
    assert "ends within a frame: 100 of 1536 bytes" in line


@pytest.mark.parametrize("content", [b"", b"x" * 100])
def test_not_one_whole_frame(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film").write_bytes(content)
    source = open_source(f"raw:{tmp_path / 'film'}?size=32x16")
    with pytest.raises(SourceError, match=f"no whole frame: {len(content)} of 1536 bytes"):
        list(source)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "lacks its size"),
        ("?format=nv12", "lacks its size"),
        ("?size=31x16&format=nv12", "even width and height"),
        ("?size=32x16&format=h264", "one of bgr24, rgb24, gray, yuv420p, nv12, yuyv422"),
        ("?size=0x16", "WIDTHxHEIGHT"),
        ("?size=32x16&live=yes", "live is 0 or 1"),
    ],
)
def test_calls_that_can_not_be(tmp_path: Path, settings: str, message: str) -> None:
    (tmp_path / "film").touch()
    with pytest.raises(UsageError, match=message):
        open_source(f"raw:{tmp_path / 'film'}{settings}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        open_source(f"raw:{tmp_path / 'film'}?size=32x16")
    with pytest.raises(SourceError, match="Is a directory"):
        open_source(f"raw:{tmp_path}?size=32x16")


def test_live_frames_are_timed_as_they_come_and_watched(tmp_path: Path) -> None:
    source = open_source(write(tmp_path / "film", 3) + "&fps=1&live=1")
    assert source.live
    times = [frame.time for frame in source]
    source.close()
    assert len(times) == 3 and times == sorted(set(times))
    assert times[-1] < 1  # it all came at once, whatever its rate

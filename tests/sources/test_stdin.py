"""Streams on standard input, each in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.films import make_video

from edge_lip.errors import UsageError
from edge_lip.sources.specs import open_source

PRINT = """
import sys
from contextlib import closing
from edge_lip.sources.specs import open_source

try:
    with closing(open_source(sys.argv[1])) as source:
        print(source.live, *(f"{frame.time:.3f}/{frame.image.mean():.0f}" for frame in source))
except Exception as error:
    print(type(error).__name__, error)
"""
SECONDS = 60
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg to pipe from")


def read(content: bytes | None, spec: str = "-") -> str:
    """What a process reads from `content` on its standard input; None: it is closed."""
    call = [sys.executable, "-c", PRINT, spec]
    if content is None:
        call = ["sh", "-c", 'exec "$0" "$@" <&-', *call]
    run = subprocess.run(call, input=content, capture_output=True, timeout=SECONDS)
    assert (run.returncode, run.stderr) == (0, b"")
    return run.stdout.decode().strip()


def y4m(frames: int, fps: str = "25:1", cut: int = 0) -> bytes:
    """Frames that grow brighter, without any encoder: a header, then a word before each frame."""
    film = f"YUV4MPEG2 W64 H48 F{fps} Ip A1:1 C420jpeg\n".encode()
    for index in range(frames):
        film += b"FRAME\n" + bytes([16 + 20 * index] * 3072) + bytes([128] * 1536)
    return film[: len(film) - cut]


def shown(text: str) -> list[tuple[float, float]]:
    """Time and brightness of each frame."""
    return [(float(a), float(b)) for a, b in (pair.split("/") for pair in text.split()[1:])]


@pytest.mark.parametrize(("fps", "period"), [("25:1", 0.04), ("30000:1001", 1001 / 30000)])
def test_y4m_says_everything_itself(fps: str, period: float) -> None:
    seen = read(y4m(5, fps))
    assert seen.startswith("False ")
    assert [time for time, _ in shown(seen)] == pytest.approx(
        [index * period for index in range(5)], abs=2e-3
    )
    assert [light for _, light in shown(seen)] == pytest.approx([0, 23, 47, 70, 93], abs=2)


def test_a_stream_cut_short_gives_its_whole_frames() -> None:
    assert len(shown(read(y4m(5, cut=1000)))) == 4


@pytest.mark.parametrize(("name", "codec"), [("film.avi", "MJPG"), ("film.mkv", "FFV1")])
def test_other_containers(tmp_path: Path, name: str, codec: str) -> None:
    seen = shown(read(make_video(tmp_path / name, codec=codec).read_bytes()))
    assert [time for time, _ in seen] == pytest.approx([i / 25 for i in range(10)], abs=2e-3)


def test_a_rate_may_be_said_where_the_stream_has_none() -> None:
    times = [time for time, _ in shown(read(y4m(3), "-?fps=10"))]
    assert times == pytest.approx([0, 0.1, 0.2])


def test_a_live_stream_is_timed_as_it_comes() -> None:
    seen = read(y4m(3, fps="1:1"), "-?live=1")
    times = [time for time, _ in shown(seen)]
    assert seen.startswith("True ")
    assert len(times) == 3 and times == sorted(set(times)) and times[-1] < 1


@pytest.mark.parametrize("content", [b"", b"no video at all", bytes(20000)])
def test_no_video(content: bytes) -> None:
    assert read(content).startswith("SourceError standard input has no video: it is empty, or of")


def test_a_closed_standard_input() -> None:
    for spec in ("-", "raw:-?size=64x48"):
        assert read(None, spec) == "UsageError standard input is closed: pipe a video into it"


def test_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)
    for spec in ("-", "raw:-?size=64x48"):
        with pytest.raises(UsageError, match="is a terminal: pipe a video into it"):
            open_source(spec)


def test_raw_frames() -> None:
    content = bytes([10] * 64 * 48 + [30] * 64 * 48)
    assert read(content, "raw:-?size=64x48&format=gray&fps=10") == "False 0.000/10 0.100/30"


@needs_ffmpeg
@pytest.mark.parametrize(
    ("output", "spec"),
    [
        ("-f yuv4mpegpipe", "-"),
        ("-f mjpeg -q:v 2", "-"),
        ("-f matroska", "-"),
        *(
            (f"-f rawvideo -pix_fmt {layout}", f"raw:-?size=64x48&format={layout}")
            for layout in ("rgb24", "nv12")
        ),
    ],
)
def test_what_ffmpeg_pipes_is_what_the_file_has(tmp_path: Path, output: str, spec: str) -> None:
    film = make_video(tmp_path / "film.mp4")
    piped = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(film), *output.split(), "-"],
        capture_output=True,
        timeout=SECONDS,
    ).stdout
    wanted = [(frame.time, frame.image.mean()) for frame in open_source(str(film))]
    seen = shown(read(piped, spec))
    assert [time for time, _ in seen] == pytest.approx([time for time, _ in wanted], abs=2e-3)
    assert [light for _, light in seen] == pytest.approx([light for _, light in wanted], abs=3)

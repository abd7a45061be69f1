"""Addresses, answered by a server on this machine."""

import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import pytest
from support.films import encode, make_video
from support.live import PATIENCE, picture

from edge_lip.errors import SourceError
from edge_lip.sources import url as url_module
from edge_lip.sources.capture import follow
from edge_lip.sources.ffmpeg import has_pyav
from edge_lip.sources.frame import Frame
from edge_lip.sources.health import Notice
from edge_lip.sources.specs import open_source
from edge_lip.sources.url import Url, is_url, without_password

SHOWN = 20
"""Pictures that the camera gives before it hangs up or hangs."""


class Handler(BaseHTTPRequestHandler):
    """A recorded file with its length, and a network camera without end."""

    film: bytes
    piped: bytes
    hang: threading.Event
    asked: list[str]

    def do_GET(self) -> None:  # noqa: N802, the library's name
        self.asked.append(self.path)
        if self.path == "/film.mp4":
            self._film()
        elif self.path.startswith("/recorded"):
            self._recorded(self.path.endswith("sized"))
        elif self.path in ("/camera", "/hanging"):
            self._camera()
            if self.path == "/hanging":
                self.hang.wait(PATIENCE)
        else:
            self.send_error(404)

    def _film(self) -> None:
        """With ranges, as MP4 needs them: its index is at its end."""
        start = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        self.send_response(206)
        self.send_header("Content-Length", str(len(self.film) - start))
        self.send_header("Content-Range", f"bytes {start}-{len(self.film) - 1}/{len(self.film)}")
        self.end_headers()
        self.wfile.write(self.film[start:])

    def _recorded(self, sized: bool) -> None:
        """As it was piped into a file: it does not say how long it plays."""
        self.send_response(200)
        if sized:
            self.send_header("Content-Length", str(len(self.piped)))
        self.end_headers()
        self.wfile.write(self.piped)

    def _camera(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        for index in range(SHOWN):
            jpeg = cv2.imencode(".jpg", picture(10 * index))[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode() + jpeg + b"\r\n")
        self.wfile.flush()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, type[Handler]]]:
    """Address of a server, and what it was asked."""

    class Mine(Handler):
        film = make_video(tmp_path / "film.mp4").read_bytes()
        hang = threading.Event()
        asked: list[str] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Mine) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", Mine
        Mine.hang.set()
        running.shutdown()


Server = tuple[str, type[Handler]]


def test_a_recorded_file_is_read_like_one_of_our_own(server: Server, tmp_path: Path) -> None:
    address, _ = server
    with closing(open_source(f"{address}/film.mp4")) as source:
        assert not source.live and source.name == f"{address}/film.mp4"
        seen = [(frame.time, frame.image.mean()) for frame in source]
    assert seen == [(f.time, f.image.mean()) for f in open_source(str(tmp_path / "film.mp4"))]


@pytest.mark.skipif(not has_pyav(), reason="no PyAV: pip install av")
@pytest.mark.parametrize(("form", "codec"), [("matroska", "libx264"), ("webm", "libvpx")])
@pytest.mark.parametrize("length", ["sized", "unsized"])
def test_a_recording_without_a_duration_ends(
    server: Server, tmp_path: Path, form: str, codec: str, length: str
) -> None:
    """Known by its size; where there is none, by coming faster than a camera could."""
    address, handler = server
    path = encode(tmp_path / "piped", f"-c:v {codec} -f {form} -live 1", frames=30)
    handler.piped = path.read_bytes()
    with closing(open_source(f"{address}/recorded-{length}")) as source:
        assert not source.live
        assert len(list(source)) == 30
    assert len(handler.asked) <= 4


def test_a_camera_is_live_and_timed_as_its_pictures_come(server: Server) -> None:
    address, _ = server
    with closing(Url(f"{address}/camera")) as source:
        assert source.live
        times = []
        with pytest.raises(SourceError, match="gives no more pictures"):
            for frame in source:
                times.append(frame.time)
                assert frame.image.mean() == pytest.approx(10 * (len(times) - 1), abs=2)
    assert len(times) in (SHOWN - 1, SHOWN)  # the last is complete when the next begins
    assert times == sorted(set(times))


def test_a_camera_that_hangs_up_is_asked_again(server: Server) -> None:
    address, handler = server
    with closing(open_source(f"{address}/camera")) as source:
        items = follow(source)
        notices: list[str] = []
        while len(notices) < 2:
            item = next(items)
            if isinstance(item, Notice):
                notices.append(item.text)
        assert isinstance(next(items), Frame)
    assert (
        notices[0] == f"{address}/camera gives no more pictures; trying again until it comes back"
    )
    assert notices[1].startswith(f"{address}/camera is back")
    assert set(handler.asked) == {"/camera"} and len(handler.asked) >= 2


def test_a_camera_that_hangs_is_an_error_after_its_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(url_module, "READ_MS", 50)
    address, _ = server
    with closing(Url(f"{address}/hanging")) as source, pytest.raises(SourceError, match="no more"):
        list(source)


@pytest.mark.parametrize("path", ["", "/nothing", "/film.mp4/"])
def test_no_video_there(server: Server, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="can't be read: nothing answers there"):
        open_source(server[0] + path)
    assert capfd.readouterr().err == ""


def test_nobody_there_and_no_password_told() -> None:
    with pytest.raises(SourceError, match="http://127.0.0.1:9/live can't be read") as caught:
        open_source("http://me:secret@127.0.0.1:9/live")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://me:secret@camera:554/live?a=b", "rtsp://camera:554/live?a=b"),
        ("http://camera/", "http://camera/"),
        ("http://me:p@ss@[::1]:80/x", "http://[::1]:80/x"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_what_is_an_address() -> None:
    assert is_url("RTSP://camera/live") and is_url("udp://127.0.0.1:1234")
    assert not any(is_url(spec) for spec in ("clip.mp4", "camera:0", "file:///x", "talker:a://b"))

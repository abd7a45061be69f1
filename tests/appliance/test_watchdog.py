"""What systemd is told, over a socket as it makes one, and how SIGTERM ends a reading."""

import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, numbers

from edge_lip.appliance.watchdog import EVERY, Heartbeat
from edge_lip.cli import main as cli
from edge_lip.reading import opening
from edge_lip.reading.observation import Observation
from edge_lip.reading.reader import Reader
from edge_lip.sources import specs
from edge_lip.sources.frame import Frame

Patch = pytest.MonkeyPatch
PATIENCE = 60.0
SEEN = Observation("camera:0", True, Frame(np.zeros((2, 2, 3), np.uint8), 0.0), None, False)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The end that systemd listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(manager: socket.socket) -> list[str]:
    told = []
    while True:
        try:
            told.append(manager.recv(100).decode())
        except BlockingIOError:
            return told


def test_ready_with_the_first_frame_then_alive_once_a_second(manager: socket.socket) -> None:
    now = 10.0
    beat = Heartbeat(manager.getsockname(), clock=lambda: now)
    beat(SEEN)
    assert heard(manager) == ["READY=1\nWATCHDOG=1"]
    beat(SEEN)
    assert heard(manager) == []
    now += EVERY
    beat(SEEN)
    beat(SEEN)
    assert heard(manager) == ["WATCHDOG=1"]


def test_an_abstract_address_begins_with_an_at(tmp_path: Path) -> None:
    name = f"edge-lip-{os.getpid()}-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.setblocking(False)
        Heartbeat(f"@{name}")(SEEN)
        assert heard(listening) == ["READY=1\nWATCHDOG=1"]


def test_nobody_who_listens_is_no_reason_to_stop(tmp_path: Path) -> None:
    Heartbeat(str(tmp_path / "gone"))(SEEN)


@pytest.fixture
def fake_reader(monkeypatch: Patch) -> None:
    def open_fake(*_: object, **__: object) -> Reader:
        return Reader(FakeModel(), FakeTracker(speech=[(1.0, 9.0)]), DECODER)

    monkeypatch.setattr(opening, "open_reader", open_fake)


@pytest.mark.usefixtures("fake_reader")
def test_run_tells_systemd_where_it_is_asked_to(
    manager: socket.socket, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(specs, "open_source", lambda *_: FakeSource(film(3)))
    assert cli.main(["run", "--camera"]) == 0
    assert heard(manager) == []
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    assert cli.main(["run", "--camera"]) == 0
    assert heard(manager)[0] == "READY=1\nWATCHDOG=1"


@pytest.mark.usefixtures("fake_reader")
def test_a_source_without_frames_is_never_ready(manager: socket.socket, monkeypatch: Patch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    monkeypatch.setattr(specs, "open_source", lambda *_: FakeSource([]))
    cli.main(["run", "--camera"])
    assert heard(manager) == []


def test_of_an_inference_that_is_stuck_nothing_is_heard_any_more(manager: socket.socket) -> None:
    stuck, go_on = threading.Event(), threading.Event()

    class Stuck(FakeModel):
        def encode(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
            if len(self.stacks) == 10:
                stuck.set()
                assert go_on.wait(PATIENCE)
            return super().encode(inputs)

    now = 10.0

    def clock() -> float:  # a second for each frame, and as many as you like for one that is stuck
        nonlocal now
        now += EVERY
        return now

    reading = Reader(Stuck(), FakeTracker(), DECODER)
    reading.observers.append(Heartbeat(manager.getsockname(), clock))
    thread = threading.Thread(target=list, args=(reading.read(FakeSource(film(20))),))
    thread.start()
    assert stuck.wait(PATIENCE)
    assert heard(manager)  # of the frames before
    now += 100 * EVERY
    assert heard(manager) == []
    go_on.set()
    thread.join(PATIENCE)
    assert heard(manager)


class Stopped(FakeSource):
    """Somebody ends the program while its last frame is read."""

    def __iter__(self) -> Iterator[Frame]:
        yield from self.frames
        os.kill(os.getpid(), signal.SIGTERM)
        yield from film(20, start=10, first=50)


@pytest.mark.usefixtures("fake_reader")
def test_sigterm_ends_a_live_source_with_what_was_said(
    monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    camera = Stopped(film(60), live=True)
    monkeypatch.setattr(specs, "open_source", lambda *_: camera)
    assert cli.main(["run", "--camera"]) == 0
    assert capsys.readouterr().out.endswith(numbers(25, 59) + "\n")  # from 1 s on, or before
    assert camera.closed
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.usefixtures("fake_reader")
def test_sigterm_breaks_off_a_recorded_one(
    monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = Stopped(film(20))
    monkeypatch.setattr(specs, "open_source", lambda *_: clip)
    with pytest.raises(SystemExit) as left:
        cli.main(["run", "--source", "clip.mp4"])
    assert left.value.code == 143
    assert capsys.readouterr().out == ""
    assert clip.closed

"""What plays the scenarios on a machine: its camera, its clips, what it hears. Nothing boots."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from machines import roots
from machines.guest.__main__ import main
from machines.guest.clips import yuyv
from machines.guest.host import INSIDE, LostError, Watched
from machines.guest.inside.webcam import MJPG, SIZES, YUYV, Device, Film
from machines.guest.scenarios import SCENARIOS

GET_DESCRIPTOR = (0x80, 6)
GET, SET = (0xA1, 0x81), (0x21, 0x01)
PROBE = 1 << 8


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_there_and_explained(name: str) -> None:
    assert callable(SCENARIOS[name].load()) and SCENARIOS[name].summary
    assert not (SCENARIOS[name].emulated and SCENARIOS[name].person)


def asked(device: Device, request: tuple[int, int], value: int, data: bytes = b"") -> bytes | None:
    index = 0 if request == GET_DESCRIPTOR else 1
    return device.answer(struct.pack("<BBHHH", *request, value, index, 4096), data)


@pytest.mark.parametrize("isochronous", [False, True])
def test_the_webcam_says_what_a_kernel_can_follow(isochronous: bool) -> None:
    whole = asked(Device("Test", [15, 25, 30], isochronous), GET_DESCRIPTOR, 2 << 8)
    assert whole and struct.unpack_from("<H", whole, 2) == (len(whole),)
    kinds, place = [], 0
    while place < len(whole):
        kinds.append(whole[place + 1])
        place += whole[place]
    assert place == len(whole)
    assert kinds.count(4) == (3 if isochronous else 2) and kinds.count(5) == 1


def test_the_webcam_agrees_to_what_it_has() -> None:
    device = Device("Test", [15, 25, 30], False)
    wanted = struct.pack("<HBBI18x", 1, YUYV, 1, round(1e7 / 28))
    assert asked(device, SET, PROBE, wanted) == b""
    answer = asked(device, GET, PROBE)
    assert answer and struct.unpack_from("<HBBI", answer) == (1, YUYV, 1, round(1e7 / 30))
    assert asked(device, (0x21, 0x01), 9 << 8, wanted) is None  # stalled: there is no such control


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Of 100 pictures at 25 a second, which are their numbers."""
    width, height = SIZES[YUYV]
    (tmp_path / "fps").write_text("25")
    (tmp_path / "small.yuyv").write_bytes(bytes(width * height * 2))
    for number in range(100):
        (tmp_path / f"{number:03d}.jpg").write_bytes(bytes(3 * [number]))
    return Film([tmp_path])


def test_the_webcam_rests_and_plays(film: Film, tmp_path: Path) -> None:
    def shown(start: float, count: int) -> list[int]:
        return [film.picture(start + k / 25, MJPG)[0] for k in range(count)]

    resting = shown(7.0, 100)
    assert max(resting) < 25 and all(
        abs(a - b) == 1 for a, b in zip(resting, resting[1:], strict=False)
    )
    film.play(tmp_path.name, 11.0)
    assert shown(11.0, 100) == list(range(100))
    assert max(shown(15.0, 50)) < 25
    film.frozen_until = 20.0
    assert len(set(shown(19.0, 20))) == 1
    film.broken = 1
    assert [len(film.picture(21.0, MJPG)) for _ in range(2)] == [1, 3]


def test_yuyv_is_what_opencv_reads() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    image = cv2.GaussianBlur(noise, (0, 0), 4)
    raw = np.frombuffer(yuyv(image), np.uint8).reshape(48, 64, 2)
    back = cv2.cvtColor(raw, cv2.COLOR_YUV2BGR_YUYV)
    assert np.abs(back.astype(int) - image).max() < 12


def watch(program: str) -> Watched:
    """What `inside/watch.py` hears of a Python program."""
    words = [sys.executable, str(INSIDE / "watch.py"), sys.executable, "-u", "-c", program]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    return Watched("it", process)


def test_what_is_said_is_heard_with_its_time() -> None:
    watched = watch("print('one'); print('two'); input()")
    two = watched.wait(lambda line: line.text == "two", "two", 30)
    assert watched.wait(lambda line: line.text == "one", "one", 30, since=0).at <= two.at
    with pytest.raises(LostError, match="ended with 1 before three; last it said: .*EOFError"):
        watched.wait(lambda line: line.text == "three", "three", 30)


def test_what_is_watched_is_ended() -> None:
    watched = watch("import signal; print('waits'); signal.pause()")
    watched.wait(lambda line: line.text == "waits", "its words", 30)
    assert watched.end().ended == -15


def test_without_root_or_a_tool_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "getuid", lambda: 1000, raising=False)
    with pytest.raises(SystemExit, match="^root file systems are made by root.*machines.guest …$"):
        roots.require({}, "machines.guest")
    monkeypatch.setattr(os, "getuid", lambda: 0, raising=False)
    with pytest.raises(SystemExit, match="^missing here: apt install some-package$"):
        roots.require({"no-such-command": "some-package", sys.executable: "python"}, "")


def test_the_small_form_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["machines.guest", str(tmp_path / "machine"), "--small"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0 and not list(tmp_path.iterdir())
    assert capsys.readouterr().out.startswith("the small form is left out: ")


def test_the_mirror_is_that_of_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "call", lambda *_: "http://mirror.lan/debian/\nhttp://other/\n")
    assert roots.mirror() == "http://mirror.lan/debian/"
    monkeypatch.setattr(roots, "call", lambda *_: "\n")
    with pytest.raises(SystemExit, match="apt knows no mirror of Debian here"):
        roots.mirror()

"""What a camera can do to a run: it freezes, slows down, hangs, ends, can't be opened."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.piped import PATIENCE, Camera, PipedRun, frozen, hanging, steady

TOO_FEW = "pictures a second: too few to read well"


def test_one_run_outlasts_a_frozen_a_slow_and_a_hanging_camera() -> None:
    with PipedRun("--json") as run:
        run.show(steady(25))
        run.show(frozen)
        run.wait_for("has shown the same for 1 s: frozen, or its lens is covered")
        run.show(steady(25))
        run.wait_for("shows something new again")
        run.show(steady(5))
        run.wait_for(TOO_FEW)
        run.show(steady(1000))
        run.wait_for("pictures a second again")
        run.show(hanging)
        run.wait_for("has given no picture for 1 s")
        run.show(steady(25))
        run.wait_for("is back after")
        assert run.end() == 1  # nobody was in the picture
        told = [event for event in run.events() if event["kind"] == "source"]
    assert [told[k]["frames"] < told[k + 1]["frames"] for k in range(len(told) - 1)]
    assert all(event["source"] == "raw:-" for event in told)
    assert any(TOO_FEW in event["message"] for event in told)


@pytest.mark.parametrize("camera", [steady(25), hanging])
def test_sigterm_ends_a_run_whatever_its_camera_does(camera: Camera) -> None:
    with PipedRun() as run:
        run.show(steady(5))
        run.wait_for(TOO_FEW)  # it reads
        run.show(camera)
        assert run.end(signal.SIGTERM) == 0


@pytest.fixture
def device() -> Iterator[Path]:
    """What looks like one, and may be neither read nor written."""
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no device can be made in /dev/shm")
    with TemporaryDirectory(dir="/dev/shm") as folder:
        Path(folder).chmod(0o755)
        device = Path(folder) / "video0"
        device.touch(0o000)
        yield device


def camera(device: Path, *before: str) -> tuple[int, str]:
    """Exit code and remarks of a run with it; `before`: what starts that run."""
    call = [sys.executable, "-m", "edge_lip", "run", "--tracker", "haar", "--camera", str(device)]
    run = subprocess.run([*before, *call], capture_output=True, text=True, timeout=PATIENCE)
    return run.returncode, run.stderr


def test_a_camera_that_may_not_be_opened(device: Path) -> None:
    # Root may open anything, unless it is taken from it.
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if os.geteuid() == 0 and (not shutil.which("setpriv") or subprocess.call([*drop, "true"])):
        pytest.skip("root may open anything here")
    code, said = camera(device, *(drop if os.geteuid() == 0 else []))
    why = f"no permission for {device}: sudo usermod -aG video $USER, then log in again"
    assert (code, said) == (1, f"edge-lip: camera {device} can't be opened: {why}\n")


def test_a_camera_that_gives_nothing_to_anybody(device: Path) -> None:
    device.chmod(0o600)
    code, said = camera(device)
    assert code == 1 and said.count("\n") == 1
    assert f"{device} is in use by another program, or no capture device" in said


def test_no_camera_there(device: Path) -> None:
    code, said = camera(device.with_name("video7"))
    assert code == 1 and said.count("\n") == 1
    assert f"there is no {device.with_name('video7')}" in said

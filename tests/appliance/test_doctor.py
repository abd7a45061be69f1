"""`edge-lip doctor`: what each check makes of machines that are not this one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support.fakes import FakeModel

from edge_lip.appliance import doctor
from edge_lip.appliance.doctor import CHECKS, Finding, Machine
from edge_lip.cli import main as cli
from edge_lip.errors import InterpreterError, ModelError
from edge_lip.model import file as model
from edge_lip.sources import devices, v4l2
from edge_lip.sources.ffmpeg import has_pyav

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
Write = Callable[..., Machine]


@pytest.fixture
def machine(tmp_path: Path) -> Write:
    """A machine with these files, and these settings."""

    def write(files: dict[str, str] | None = None, **settings: object) -> Machine:
        for name, text in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Machine(tmp_path, settings)

    return write


def check(name: str, machine: Machine, state: str, *told: str) -> None:
    """Run one check: it finds `state` and tells all of `told`."""
    found = CHECKS[name](machine)
    assert found.state == state, found
    line = f"{found.what}: {found.advice}"
    assert all(part in line for part in told), line
    assert bool(found.advice) == (state != "ok"), "advice is for what is not well"


def program(folder: Path, name: str, prints: str, monkeypatch: Patch, code: int = 0) -> None:
    """Put a program on PATH."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\nexit {code}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent))


def test_what_is_installed_here_is_well(machine: Write) -> None:
    for name in ("python", "opencv", "interpreter"):
        check(name, machine(), "ok", ".")


def test_what_reads_recordings(machine: Write, monkeypatch: Patch) -> None:
    if has_pyav():
        check("recordings", machine(), "ok", "PyAV")
    monkeypatch.setattr("edge_lip.sources.ffmpeg.has_pyav", lambda: False)
    check("recordings", machine(), "warning", "interlaced", "pip install av")


def test_without_an_interpreter(machine: Write, monkeypatch: Patch) -> None:
    def none(engines: object) -> None:
        raise InterpreterError("no TFLite interpreter is installed: pip install ai-edge-litert")

    monkeypatch.setattr("edge_lip.runtime.interpreter.find_engine", none)
    check("interpreter", machine(), "failed", "pip install ai-edge-litert")


def test_the_shipped_model_runs(machine: Write) -> None:
    check("model", machine(), "ok", "grid", "intact, runs")


def test_a_damaged_model(machine: Write, tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"no model")
    path = str(tmp_path / "model.tflite")
    check("model", machine(model=path), "failed", path, "not a model file")


def test_a_model_that_breaks_when_it_runs(machine: Write, monkeypatch: Patch) -> None:
    class Broken(FakeModel):
        def encode(self, inputs: object) -> object:  # type: ignore[override]
            raise ModelError("it does not fit")

    monkeypatch.setattr(model, "open_model", lambda *_: Broken())
    check("model", machine(), "failed", "it does not fit")


def test_face_models_that_are_not_there_or_damaged(
    machine: Write, tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setenv("EDGE_LIP_HOME", str(tmp_path / "home"))
    check("face models", machine(), "failed", "no face_detection_short_range", "edge-lip setup")
    folder = {"home/face-models/face_detection_short_range.tflite": "something else"}
    check("face models", machine(folder), "failed", "SHA-256", "edge-lip setup")
    check("face models", machine(tracker="haar"), "ok", "not needed")
    check("face models", machine(model="gone.tflite"), "failed", "edge-lip setup")


def test_face_models_that_are_there(machine: Write, face_models: object) -> None:
    check("face models", machine(), "ok", "intact")


@pytest.fixture
def camera(machine: Write, monkeypatch: Patch) -> Callable[[Exception | None], Write]:
    """A machine with a webcam, /dev/video0, that answers or raises."""

    def attach(problem: Exception | None) -> Write:
        def ask(path: Path) -> v4l2.Capability:
            if problem:
                raise problem
            return v4l2.Capability("uvcvideo", "HD Webcam", True, ("MJPG 640x480",))

        names = {"sys/class/video4linux/video0/name": "HD Webcam\n", "dev/video0": ""}
        find = devices.cameras
        monkeypatch.setattr(devices, "cameras", lambda sysfs, dev: find(sysfs, dev, ask))
        monkeypatch.setattr(v4l2, "query", ask)
        return lambda **settings: machine(names, **settings)

    return attach


def test_a_camera_that_is_set_has_to_be_there(
    machine: Write, camera: Callable[[Exception | None], Write]
) -> None:
    check("camera", machine(), "warning", "none that can be read", "plug one in")
    check("camera", machine(camera="0"), "failed", "no camera 0")
    check("camera", machine(camera="csi"), "failed", "no camera csi0", "python3-picamera2")
    check("camera", machine(camera="/dev/video7"), "failed", "/dev/video7")
    check("camera", machine(source="clip.mp4"), "ok", "not needed")
    there = camera(None)
    check("camera", there(), "ok", "--camera 0: HD Webcam")
    check("camera", there(camera="0?fps=25"), "ok", "HD Webcam (", "MJPG 640x480")
    check("camera", there(source="camera:0"), "ok", "HD Webcam")
    check("camera", there(camera="/dev/video0"), "ok", "HD Webcam (/dev/video0)")
    check("camera", there(camera="1"), "failed", "no camera 1")


def test_a_camera_that_may_not_be_opened(
    camera: Callable[[Exception | None], Write],
) -> None:
    closed = camera(PermissionError())
    check("camera", closed(camera="0"), "failed", "usermod -aG video")
    check("camera", closed(camera="/dev/video0"), "failed", "usermod -aG video")
    check("camera", closed(), "warning", "usermod -aG video")


def test_no_password_of_an_address_is_shown(machine: Write) -> None:
    found = CHECKS["camera"](machine(source="rtsp://me:secret@camera.local/1"))
    assert "secret" not in found.what and "rtsp://" in found.what


def test_an_edge_tpu_wants_its_library(machine: Write, monkeypatch: Patch) -> None:
    check("coral", machine(), "ok", "none; not needed")
    usb = "sys/bus/usb/devices/1-1"
    stick = machine({f"{usb}/idVendor": "1a6e\n", f"{usb}/idProduct": "089a\n"})
    monkeypatch.setattr(
        "edge_lip.appliance.doctor.cameras.CORAL_LIBRARY", "libno-such-library.so.1"
    )
    check("coral", stick, "warning", "USB 1a6e:089a", "libedgetpu1-std")
    monkeypatch.setattr(
        "edge_lip.appliance.doctor.cameras.CORAL_LIBRARY", None
    )  # this program itself
    check("coral", stick, "ok", "USB 1a6e:089a")


def test_an_edge_tpu_on_the_bus(machine: Write, monkeypatch: Patch) -> None:
    monkeypatch.setattr("edge_lip.appliance.doctor.cameras.CORAL_LIBRARY", None)
    check("coral", machine({"dev/apex_0": ""}), "ok", "/dev/apex_0")


def test_an_edge_tpu_that_is_set_and_can_not_be_used(machine: Write, monkeypatch: Patch) -> None:
    monkeypatch.setattr("edge_lip.appliance.doctor.cameras.CORAL_LIBRARY", None)
    check("coral", machine(delegate="edgetpu"), "warning", "delegate is edgetpu", "plug it in")
    there = machine({"dev/apex_0": ""}, delegate="edgetpu")
    check("coral", there, "warning", "not compiled for it", "--target edgetpu")


@pytest.mark.parametrize(
    ("governor", "driver", "state"),
    [
        ("ondemand", "cpufreq-dt", "ok"),
        ("powersave", "cpufreq-dt", "warning"),
        ("powersave", "intel_pstate", "ok"),
    ],
)
def test_a_governor_that_holds_the_processor_down(
    governor: str, driver: str, state: str, machine: Write
) -> None:
    folder = "sys/devices/system/cpu/cpu0/cpufreq"
    files = {f"{folder}/scaling_governor": f"{governor}\n", f"{folder}/scaling_driver": driver}
    check("processor", machine(files), state, "cores", f"governor {governor}")


def test_a_processor_without_a_governor(machine: Write) -> None:
    check("processor", machine(), "ok", "cores")


@pytest.mark.parametrize(("degrees", "state"), [(45_200, "ok"), (81_000, "warning")])
def test_heat(degrees: int, state: str, machine: Write) -> None:
    zone = "sys/class/thermal/thermal_zone0"
    files = {f"{zone}/type": "cpu-thermal\n", f"{zone}/temp": f"{degrees}\n"}
    check("temperature", machine(files), state, f"{degrees // 1000} °C")


def test_no_sensor(machine: Write) -> None:
    check("temperature", machine(), "ok", "not told")


@pytest.mark.parametrize(
    ("said", "state", "told"),
    [
        ("throttled=0x0", "ok", ["never since the start"]),
        (
            "throttled=0x50005",
            "warning",
            ["now: under-voltage, throttled; since the start: under-voltage", "power supply"],
        ),
        ("throttled=0x80000", "warning", ["since the start: the soft temperature", "cool it"]),
        ("throttled=0x2", "warning", ["now: the processor's frequency is capped", "cool it"]),
        ("VCHI initialization failed", "warning", ["does not tell", "usermod -aG video"]),
    ],
)
def test_the_bits_of_a_raspberry_pi(
    said: str, state: str, told: list[str], machine: Write, tmp_path: Path, monkeypatch: Patch
) -> None:
    program(tmp_path, "vcgencmd", said, monkeypatch)
    check("throttling", machine(), state, *told)


def test_a_vcgencmd_that_fails_and_none(machine: Write, tmp_path: Path, monkeypatch: Patch) -> None:
    program(tmp_path, "vcgencmd", "", monkeypatch, code=255)
    check("throttling", machine(), "warning", "usermod -aG video")
    monkeypatch.setenv("PATH", str(tmp_path))
    check("throttling", machine(), "ok", "no vcgencmd")


@pytest.mark.parametrize(
    ("free", "swap", "state"),
    [(300_000, 0, "ok"), (60_000, 100_000, "warning"), (60_000, 0, "failed")],
)
def test_memory(free: int, swap: int, state: str, machine: Write) -> None:
    text = (
        f"MemTotal: 430000 kB\nMemAvailable: {free} kB\nHugePages_Total: 0\n"
        f"SwapTotal: 100000 kB\nSwapFree: {swap} kB\n"
    )
    check("memory", machine({"proc/meminfo": text}), state, "of 419 MiB free", "swap")


def test_a_machine_that_tells_nothing_of_its_memory(machine: Write) -> None:
    check("memory", machine(), "ok", "not told")


@pytest.mark.parametrize(("free", "state"), [(10**9, "ok"), (10**8, "warning")])
def test_disk(free: int, state: str, machine: Write, monkeypatch: Patch) -> None:
    class Usage:
        def __init__(self, path: Path) -> None:
            self.free = free

    monkeypatch.setattr("shutil.disk_usage", Usage)
    check("disk", machine(), state, "MiB free in")


def broken(machine: Machine) -> Finding:
    raise ZeroDivisionError("oh")


def test_a_check_that_breaks_has_failed_and_the_others_go_on(
    monkeypatch: Patch, capsys: Captured
) -> None:
    checks = {"first": broken, "second": lambda _: Finding("ok", "fine")}
    monkeypatch.setattr(doctor, "CHECKS", checks)
    assert cli.main(["doctor"]) == 1
    out, err = capsys.readouterr()
    rows = [line.split()[:2] for line in out.splitlines()]
    assert rows == [["ok", "settings"], ["failed", "first"], ["ok", "second"]]
    assert "ZeroDivisionError" in out
    assert err == "edge-lip: 1 of 3 checks failed\n"


def test_a_warning_is_no_failure_and_json_has_it_all(monkeypatch: Patch, capsys: Captured) -> None:
    checks = {"heat": lambda _: Finding("warning", "90 °C", "cool it")}
    monkeypatch.setattr(doctor, "CHECKS", checks)
    assert cli.main(["doctor", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[1] == {"check": "heat", "state": "warning", "what": "90 °C", "advice": "cool it"}


def test_settings_are_checked_and_used(
    monkeypatch: Patch, tmp_path: Path, capsys: Captured
) -> None:
    seen = []

    def look(machine: Machine) -> Finding:
        seen.append(machine.source)
        return Finding("ok", "fine")

    monkeypatch.setattr(doctor, "CHECKS", {"look": look})
    path = tmp_path / "config.toml"
    monkeypatch.setenv("EDGE_LIP_CONFIG", str(path))
    path.write_text("[run]\ncamera = 2\n")
    assert cli.main(["doctor"]) == 0
    path.write_text("[run]\ncamra = 2\n")
    assert cli.main(["doctor"]) == 1
    assert seen == ["camera:2", ""]
    assert "did you mean camera?" in capsys.readouterr().out

"""Checks of what pictures come from, and of what may speed up reading them."""

from pathlib import Path

from .check import Finding, Machine

CORAL_IDS = ("1a6e:089a", "18d1:9302")
"""USB vendor and product of Google's accelerator, before and after its firmware was loaded
(https://github.com/google-coral/libedgetpu, debian/edgetpu-accelerator.rules)."""
CORAL_LIBRARY = "libedgetpu.so.1"


def camera(machine: Machine) -> Finding:
    """The camera that is set can be read; where none is set, whether there is one.

    No camera is a failure only for who has set one: everybody else may read files and streams.
    """
    spec, _, _ = machine.source.partition("?")
    if machine.source and not spec.startswith("camera:"):
        from ...sources.url import without_password

        return Finding("ok", f"not needed: the source is {without_password(machine.source)}")
    wanted = spec.removeprefix("camera:")
    if wanted.startswith("/dev/"):
        return _at(machine.root / wanted.removeprefix("/"), wanted)
    from ...sources.devices import cameras

    found = cameras(machine.root / "sys/class/video4linux", machine.root / "dev")
    if not wanted:
        usable = [f"--camera {one.camera}: {one.name}" for one in found if not one.problem]
        if usable:
            return Finding("ok", ", ".join(usable))
        hint = "; ".join(f"{one.place}: {one.problem}" for one in found) or "plug one in"
        return Finding("warning", "none that can be read", hint)
    wanted = "csi0" if wanted == "csi" else wanted
    for one in found:
        if one.camera == wanted:
            what = f"{one.name} ({one.place})"
            if one.problem:
                return Finding("failed", f"{what} can't be read", one.problem)
            return Finding("ok", " ".join([what, *one.modes[:1]]))
    csi = "; a CSI camera needs python3-picamera2" if wanted.startswith("csi") else ""
    return Finding("failed", f"no camera {wanted}", f"plug it in, or see edge-lip cameras{csi}")


def _at(path: Path, name: str) -> Finding:
    from ...sources.devices import PERMISSION
    from ...sources.v4l2 import query

    try:
        found = query(path)
    except PermissionError:
        return Finding("failed", f"{name} can't be read", PERMISSION)
    except OSError as error:
        return Finding("failed", f"{name}: {error.strerror or error}", "see edge-lip cameras")
    if not found.captures:
        return Finding("failed", f"{name} gives no pictures", "see edge-lip cameras")
    return Finding("ok", f"{found.card} ({name})")


def coral(machine: Machine) -> Finding:
    """An Edge TPU, and the library that talks to it, and a model for it where it is set as the
    delegate. edge-lip reads on the processor: none is no reason to worry."""
    wanted = machine.settings.get("delegate")
    found = []
    for device in sorted((machine.root / "sys/bus/usb/devices").glob("*")):
        identity = ":".join(machine.line(f"{device}/{half}") for half in ("idVendor", "idProduct"))
        found += [f"USB {identity}"] if identity in CORAL_IDS else []
    found += [f"/dev/{path.name}" for path in sorted((machine.root / "dev").glob("apex_[0-9]*"))]
    if not found and wanted:
        advice = "plug it in; or set no delegate: the processor reads without"
        return Finding("warning", f"none, and the delegate is {wanted}", advice)
    if not found:
        return Finding("ok", "none; not needed")
    import ctypes

    try:
        ctypes.CDLL(CORAL_LIBRARY)
    except OSError:
        return Finding("warning", f"{found[0]} without {CORAL_LIBRARY}", "install libedgetpu1-std")
    if wanted and not _compiled(machine):
        advice = "edge-lip convert --target edgetpu makes one"
        return Finding("warning", f"{found[0]}, but the model is not compiled for it", advice)
    return Finding("ok", f"{found[0]}, {CORAL_LIBRARY}")


def _compiled(machine: Machine) -> bool:
    """Whether the model has something for an Edge TPU; one that can't be read has its own check."""
    from ...errors import ModelError
    from ...model.inspect.flatbuffer import read_flatbuffer
    from ...model.shipped import find_model
    from ...runtime.delegate import COMPILED

    try:
        content = find_model(machine.settings.get("model")).read_bytes()
        return any(name.endswith(COMPILED) for name in read_flatbuffer(content).signatures)
    except (OSError, ModelError):
        return True

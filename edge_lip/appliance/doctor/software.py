"""Checks of what is installed: Python, OpenCV, interpreter, models."""

import platform
import sys
from pathlib import Path

import numpy as np

from ...errors import EdgeLipError, InterpreterError, ModelError
from .check import Finding, Machine

SETUP = "edge-lip setup"


def python(machine: Machine) -> Finding:
    """The Python that runs, and where; one that is too old has not come so far."""
    return Finding("ok", f"{platform.python_version()} in {sys.prefix}, {platform.machine()}")


def opencv(machine: Machine) -> Finding:
    """OpenCV: there, and not the 5 that has no Haar cascades."""
    try:
        from ...system.opencv import cv2
    except ImportError as error:
        return Finding("failed", f"{error}", "pip install 'opencv-python-headless<5'")
    if int(cv2.__version__.partition(".")[0]) > 4:
        return Finding("warning", cv2.__version__, "pip install 'opencv-python-headless<5'")
    return Finding("ok", cv2.__version__)


def recordings(machine: Machine) -> Finding:
    """What reads recordings and streams: PyAV, or OpenCV, which does not show all of them."""
    from ...sources.ffmpeg import has_pyav

    if not has_pyav():
        told = "OpenCV reads them, as far as it can: from 4.13 on, nothing that is interlaced"
        return Finding("warning", told, "pip install av")
    import av

    return Finding("ok", f"PyAV {av.__version__} reads them")


def interpreter(machine: Machine) -> Finding:
    """The TFLite interpreter that `edge_lip.runtime.interpreter` finds first."""
    from ...runtime.interpreter import ENGINES, find_engine
    from ...runtime.machine import describe_machine

    try:
        find_engine(ENGINES)
    except InterpreterError as error:
        return Finding("failed", "none", str(error))
    return Finding("ok", str(describe_machine()["interpreter"]))


def model(machine: Machine) -> Finding:
    """The model is there, its SHA-256 sums are right, and it runs."""
    from ...model.file import open_model

    try:
        path = _model(machine)
        opened = open_model(path)
        manifest = opened.manifest
        nothing = {name: np.zeros(shape, np.float32) for name, shape in opened.inputs.items()}
        opened.decode(np.stack([opened.encode(nothing)] * round(manifest.fps)))
    except EdgeLipError as error:
        return Finding("failed", str(error), "give another MODEL, or install edge-lip again")
    return Finding("ok", f"{manifest.name} {manifest.version} ({path.name}): intact, runs")


def face_models(machine: Machine) -> Finding:
    """The face models are kept here with the SHA-256 they are to have; nothing is fetched."""
    from ...mouth.trackers.facemodels import DETECTOR, LANDMARKS, place_of
    from ...system.fetch import is_intact

    if _tracker(machine) == "haar":
        return Finding("ok", "not needed: the tracker is haar")
    folder = place_of(DETECTOR).parent
    for pin in (DETECTOR, LANDMARKS):
        if not place_of(pin).exists():
            return Finding("failed", f"no {pin.name} in {folder}", SETUP)
        if not is_intact(place_of(pin), pin):
            return Finding("failed", f"{place_of(pin)} is damaged (SHA-256)", SETUP)
    return Finding("ok", f"intact, in {folder}")


def _model(machine: Machine) -> Path:
    from ...model.shipped import find_model

    return find_model(machine.settings.get("model"))


def _tracker(machine: Machine) -> str:
    """The one that is set, or that of the model; empty where that can't be told."""
    from ...model.file import unpack

    try:
        return machine.settings.get("tracker") or unpack(_model(machine).read_bytes())[0].tracker
    except (OSError, ModelError):
        return ""

"""What the page is told, one JSON object a message; docs/demo.md lists their fields."""

import base64
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..events import Event
from ..mouth.crop import outline, visible
from ..mouth.geometry import CropGeometry
from ..mouth.mouth import Crop
from ..reading.speech_activity import thresholds_for
from ..runtime.machine import temperature
from ..sources.frame import Frame
from ..system.opencv import cv2

WIDEST = 640
"""Pixels: a camera's picture is made smaller for the page."""
QUALITY = 75
"""Of the pictures' JPEG."""


@dataclass
class Counts:
    """How many frames of a stream have come."""

    source: str = ""
    """Its name."""
    live: bool = False
    frames: int = 0
    faces: int = 0
    """Those with a face."""
    dropped: int = 0
    """Those that nobody had time for; not among `frames`."""


def picture_message(
    frame: Frame, crop: Crop | None, speed: float, reading: bool, geometry: CropGeometry
) -> dict[str, Any]:
    """What the camera and the network see; `speed` is that of the lips (see `LipMotion`), and
    `reading` says whether an utterance goes on."""
    image = frame.image
    height, width = image.shape[:2]
    message: dict[str, Any] = {
        "type": "picture",
        "time": round(frame.time, 3),
        "picture": _jpeg(image),
        "reading": reading,
        "mouth": None,
    }
    if crop is not None:
        corners = outline(crop.pose, geometry) / (width, height)
        message["mouth"] = {
            "picture": _jpeg(visible(crop.image)),
            "outline": np.round(corners, 4).tolist(),
            "speed": round(speed, 4),
            "speech": thresholds_for(crop).on,
        }
    return message


def event_message(event: Event, said: str | None) -> dict[str, Any]:
    """An event of the reader, with what was really `said` where that is known."""
    return {"type": "event", **event.to_dict(), "said": said}


def status_message(
    counts: Counts, fps: float | None, stages: dict[str, float], teaching: bool
) -> dict[str, Any]:
    """How the reader gets on; `stages` are seconds. `teaching`: whether there is a page to teach
    from."""
    degrees = temperature()
    return {
        "type": "status",
        **asdict(counts),
        "rendered": counts.source.startswith("talker:"),
        "teaching": teaching,
        "fps": None if fps is None else round(fps, 1),
        "stages": {stage: round(1000 * seconds, 3) for stage, seconds in stages.items()},
        "temperature": None if degrees is None else round(degrees, 1),
    }


def _jpeg(image: np.ndarray) -> str:
    """As a data URL."""
    height, width = image.shape[:2]
    if width > WIDEST:
        size = (WIDEST, round(height * WIDEST / width))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    return "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode()

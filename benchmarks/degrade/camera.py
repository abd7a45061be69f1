"""What lens, sensor and compression do to a picture."""

import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2


def blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    """Out of focus: a Gaussian of `sigma` pixels."""
    return cv2.GaussianBlur(image, (0, 0), sigma)


def noisy(image: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """With noise of `sigma` grey levels in every pixel and channel, Gaussian."""
    noise = rng.standard_normal(image.shape, np.float32) * sigma
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def jpeg(image: np.ndarray, quality: float) -> np.ndarray:
    """Through JPEG of that `quality` (1 to 100, libjpeg's)."""
    _, coded = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, int(quality)))
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def h264(frames: Sequence[Frame], crf: float) -> list[np.ndarray]:
    """The pictures of `frames` through H.264 of that constant rate factor (0 to 51; 23 is x264's
    own choice), one for each. Needs the program `ffmpeg`."""
    height, width = frames[0].image.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        coded = Path(folder) / "coded.mp4"
        call = ["ffmpeg", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24"]
        call += ["-s", f"{width}x{height}", "-r", "25", "-i", "-", "-threads", "1"]
        call += ["-c:v", "libx264", "-crf", f"{crf:g}", "-pix_fmt", "yuv420p", str(coded)]
        raw = b"".join(frame.image.tobytes() for frame in frames)
        subprocess.run(call, input=raw, check=True)
        with closing(open_source(str(coded))) as source:
            return [frame.image for frame in source]

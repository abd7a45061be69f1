"""Small films made on the spot."""

from pathlib import Path

import cv2
import numpy as np
import pytest


def make_video(path: Path, fps: float = 25, frames: int = 10, codec: str = "mp4v") -> Path:
    """Write a video whose frames grow brighter by 8 each."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), fps, (64, 48))
    if not writer.isOpened():
        pytest.skip(f"this OpenCV writes no {codec}")
    for index in range(frames):
        writer.write(np.full((48, 64, 3), index * 8, np.uint8))
    writer.release()
    return path

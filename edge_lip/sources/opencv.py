"""OpenCV, loaded when first needed and kept quiet."""

import os
from types import ModuleType


def load_opencv() -> ModuleType:
    """Import OpenCV with its and FFmpeg's own messages off: errors are said once, by us."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2

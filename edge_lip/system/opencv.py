"""OpenCV, kept quiet and awake: what goes wrong is said once, by us.

Everything here imports it as `from edge_lip.system.opencv import cv2`, because it reads these
variables once, when it is first imported (the calls for the same are named differently in its
versions).
"""

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
# Seconds that a V4L2 camera may be silent, instead of ten: one that hangs is soon opened again.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

import cv2  # noqa: E402

__all__ = ["cv2"]

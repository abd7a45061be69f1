"""OpenCV, kept quiet: what goes wrong is said once, by us.

Everything here imports it as `from edge_lip.opencv import cv2`, because it reads these variables
once, when it is first imported (the calls for the same are named differently in its versions).
"""

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2  # noqa: E402

__all__ = ["cv2"]

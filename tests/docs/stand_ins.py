"""The files that readers of the pages are supposed to have, made of somebody who does not exist."""

import shutil
from pathlib import Path

from edge_lip.opencv import cv2
from edge_lip.reader import shipped_model
from edge_lip.sources import open_source

SPOKEN = "talker:bin blue at f two now"
PICAMERA2 = '''
"""A stand-in for Raspberry Pi's: a clip instead of a camera, which is switched off at its end."""

import cv2


class Picamera2:
    def __init__(self):
        self._clip = cv2.VideoCapture("clip.mp4")

    def create_video_configuration(self, main):
        assert main["format"] == "RGB888"
        return main

    def configure(self, configuration):
        pass

    def start(self):
        pass

    def capture_array(self):
        there, image = self._clip.read()
        if not there:
            raise SystemExit(0)
        return image

    def close(self):
        self._clip.release()
'''


def provide(folder: Path, clip: Path) -> Path:
    """`folder` with `clip`, a folder of labelled clips, a model and a stand-in for Picamera2."""
    shutil.copy(clip, folder / "clip.mp4")
    lights = folder / "my-clips" / "clips" / "lights on"
    lights.mkdir(parents=True)
    for take in ("01.mp4", "02.mp4"):
        shutil.copy(clip, lights / take)
    shutil.copy(shipped_model(), folder / "model.tflite")
    (folder / "picamera2.py").write_text(PICAMERA2)
    return folder


def film(path: Path) -> Path:
    """The talker's sentence as a video file."""
    frames = list(open_source(SPOKEN))
    height, width = frames[0].image.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25.0, (width, height))
    for frame in frames:
        writer.write(frame.image)
    writer.release()
    return path

"""The files that readers of the pages are supposed to have, made of somebody who does not exist."""

import shutil
from pathlib import Path

from edge_lip.model.shipped import shipped_model
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2

SPOKEN = "talker:bin blue at f two now"


def provide(folder: Path, clip: Path) -> Path:
    """`folder` with `clip`, a folder of labelled clips and a model."""
    shutil.copy(clip, folder / "clip.mp4")
    lights = folder / "my-clips" / "clips" / "lights on"
    lights.mkdir(parents=True)
    for take in ("01.mp4", "02.mp4"):
        shutil.copy(clip, lights / take)
    shutil.copy(shipped_model("grid-s1"), folder / "model.tflite")
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

"""Small films made on the spot."""

import shutil
import struct
import subprocess
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


def scene(index: int) -> np.ndarray:
    """A picture that tells which way up it is, and which of a film it is: (96, 128, 3), grey
    patches in its corners, of which no two are alike, and the left half darker from picture to
    picture."""
    image = np.full((96, 128, 3), 120, np.uint8)
    image[:, :64] -= np.uint8(4 * index)
    for row, column, grey in ((0, 0, 250), (0, 96, 190), (64, 0, 70), (64, 96, 10)):
        image[row : row + 32, column : column + 32] = grey
    return image


def corners(image: np.ndarray) -> list[int]:
    """How bright the corners are: top left, top right, bottom left, bottom right."""
    height, width = image.shape[:2]
    places = [(y, x) for y in (0.1, 0.9) for x in (0.1, 0.9)]
    return [int(image[int(y * height), int(x * width)].mean()) for y, x in places]


UPRIGHT = [250, 190, 70, 10]
"""The corners of a `scene`."""


def encode(path: Path, options: str, frames: int = 12, fps: int = 25) -> Path:
    """Let ffmpeg write so many scenes, with `options` behind its input; `path` tells the form."""
    film = b"".join(scene(index).tobytes() for index in range(frames))
    source = f"-f rawvideo -pix_fmt bgr24 -s 128x96 -r {fps} -i -"
    return _ffmpeg([*source.split(), *options.split(), str(path)], path, film)


def recode(clip: Path, path: Path, options: str) -> Path:
    """The same of the pictures of `clip`."""
    return _ffmpeg(["-i", str(clip), "-an", *options.split(), str(path)], path)


def _ffmpeg(arguments: list[str], path: Path, film: bytes = b"") -> Path:
    program = shutil.which("ffmpeg")
    if program is None:
        pytest.skip("no ffmpeg to make films with")
    call = [program, "-v", "error", "-y", *arguments]
    made = subprocess.run(call, input=film, capture_output=True)
    if made.returncode:
        pytest.skip(f"this ffmpeg does not make it: {made.stderr.decode().strip()[-200:]}")
    return path


def with_matrix(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Write how an MP4 file is to be shown into its header: where a step to the right goes, x and
    y, and one down."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40  # behind version 0 of the box, up to its matrix
    right, down, one = matrix[:2], matrix[2:], 65536
    values = (right[0] * one, right[1] * one, 0, down[0] * one, down[1] * one, 0, 0, 0, 1 << 30)
    struct.pack_into(">9i", data, start, *values)
    path.write_bytes(data)
    return path

"""What the camera sees: a rendered talker, as pictures that are sent and read from files alike."""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from edge_lip.sources.talker import Talker
from edge_lip.talker import speak

FPS = 25.0
SMALL = (320, 240)
"""Of the pictures without compression: what a camera sends so at many sizes is too much for USB."""
QUALITY = 85
TEXTS = {
    "bin": "bin blue at f two now",
    "set": "set red by c four soon",
    "lay": "lay green in k nine please",
}
SEED, STRENGTH = 2, 1.3
"""Of a talker who is read in memory at 25 a second, whatever was said before (`rehearse`). Not all
are."""
TALKER = "size=640x480&eyes=150&noise=1.5"
REST = 1.2
"""Seconds before and after what is said."""


@dataclass(frozen=True)
class Clip:
    """A sentence that is said once."""

    text: str
    seconds: float
    said: float
    """When the last word has been said."""
    folder: Path
    """`001.jpg` and so on, `fps`, and `small.yuyv` of the first text: it is large."""


def make_clips(folder: Path, fps: float = FPS, seed: int = SEED) -> dict[str, Clip]:
    """Every text of `TEXTS` in a folder of its own in `folder`, as the talker `seed` says it."""
    return {name: _clip(folder / name, text, fps, seed) for name, text in TEXTS.items()}


def _clip(folder: Path, text: str, fps: float, seed: int) -> Clip:
    folder.mkdir(parents=True)
    (folder / "fps").write_text(f"{fps:g}")
    # A head that sways would jump where a clip begins and ends.
    scene = Talker(f"{text}?seed={seed}&{TALKER}&fps={fps:g}").scene
    scene = replace(scene, motion=0.0, voice=replace(scene.voice, strength=STRENGTH))
    speech = speak(text, scene, seed, before=REST, after=REST)
    small = bytearray()
    for number, image in scene.film(enumerate(speech.mouths, 1)):
        path = folder / f"{number:03d}.jpg"
        cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        small += yuyv(cv2.resize(image, SMALL, interpolation=cv2.INTER_AREA))
    if text == next(iter(TEXTS.values())):
        (folder / "small.yuyv").write_bytes(small)
    return Clip(text, len(speech.mouths) / fps, speech.words[-1].end, folder)


def yuyv(image: np.ndarray) -> bytes:
    """A picture (H, W, 3) uint8 BGR as YUYV: two pixels share their colour."""
    yuv = cv2.cvtColor(image, cv2.COLOR_BGR2YUV).astype(np.int16)
    # What is called YUV there reaches from 0 to 255; a camera's from 16 to 235.
    luma = 16 + yuv[..., 0] * 219 // 255
    chroma = 128 + (yuv[..., 1:] - 128) * 224 // 255
    both = (chroma[:, 0::2] + chroma[:, 1::2]) // 2
    packed = np.empty((image.shape[0], image.shape[1] // 2, 4), np.uint8)
    packed[..., 0], packed[..., 2] = luma[:, 0::2], luma[:, 1::2]
    packed[..., 1], packed[..., 3] = both[..., 0], both[..., 1]
    return packed.tobytes()

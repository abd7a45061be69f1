"""What makes lips hard to read, as a table: each factor, its levels, and what it does to a clip."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np

from edge_lip.mouth.trackers.landmarks import RIGID
from edge_lip.sources.frame import Frame

from . import camera, light, pace, place, yaw
from .shot import Shot

Change = Callable[[Shot, float], list[Frame]]


@dataclass(frozen=True)
class Factor:
    """One thing that varies while all else stays."""

    name: str
    label: str
    """With its unit, for people."""
    levels: tuple[float, ...]
    """Those that are tried, in an order to be plotted in."""
    change: Change
    """The frames of a clip at a level."""
    neutral: float = nan
    """The level that a clip has as it is; not a number where each has its own."""
    rendered: Callable[[Shot, float], str] | None = None
    """What of a rendered talker's spec does it, where that is truer than `change`."""
    logarithmic: bool = False
    needs: str = ""
    """A program without which it can't be done."""

    @property
    def possible(self) -> bool:
        """Whether this machine has what it needs."""
        return not self.needs or shutil.which(self.needs) is not None


def _yaw(shot: Shot, degrees: float) -> list[Frame]:
    images = [frame.image for frame in shot.frames]
    return shot.with_images(yaw.turned(images, shot.faces, shot.side * degrees))


def _middle(shot: Shot) -> np.ndarray:
    """Between the eyes, in the median frame: a picture that is moved must not tremble."""
    return np.median(shot.faces[:, RIGID, :2].mean(axis=1), axis=0)


def _roll(shot: Shot, degrees: float) -> list[Frame]:
    middle = _middle(shot)
    return shot.redrawn(lambda image: place.rolled(image, middle, shot.side * degrees))


def _distance(shot: Shot, pixels: float) -> list[Frame]:
    middle, scale = _middle(shot), pixels / float(np.median(shot.eyes))
    return shot.redrawn(lambda image: place.shrunk(image, middle, scale))


def _backlight(shot: Shot, amount: float) -> list[Frame]:
    size = shot.frames[0].image.shape[1::-1]
    pairs = zip(shot.frames, shot.faces, strict=True)
    return shot.with_images(
        [light.backlit(f.image, light.person_mask(face, size), amount) for f, face in pairs]
    )


def _noise(shot: Shot, sigma: float) -> list[Frame]:
    rng = shot.rng()
    return shot.redrawn(lambda image: camera.noisy(image, sigma, rng))


FACTORS = (
    Factor(
        "yaw",
        "head turned aside (degrees)",
        (10, 20, 30, 45),
        _yaw,
        0,
        lambda shot, degrees: f"yaw={shot.side * degrees:g}",
    ),
    Factor("roll", "head leaning (degrees)", (15, 30, 45, 60, 90), _roll, 0),
    Factor(
        "distance",
        "between the outer eye corners (pixels)",
        (16, 20, 24, 32, 40, 48, 56),
        _distance,
        rendered=lambda _, pixels: f"eyes={pixels:g}",
        logarithmic=True,
    ),
    Factor(
        "brightness",
        "light (as recorded: 1)",
        (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 2, 4),
        lambda shot, factor: shot.redrawn(lambda image: light.exposed(image, factor)),
        1,
        logarithmic=True,
    ),
    Factor(
        "backlight",
        "light from behind",
        (0.25, 0.5, 0.75, 1),
        _backlight,
        0,
        lambda _, amount: f"backlight={amount:g}",
    ),
    Factor(
        "blur",
        "blur (sigma, pixels)",
        (1, 2, 3, 4, 6),
        lambda shot, sigma: shot.redrawn(lambda image: camera.blurred(image, sigma)),
        0,
    ),
    Factor("noise", "noise (sigma, grey levels)", (5, 10, 20, 30, 40), _noise, 0),
    Factor(
        "jpeg",
        "JPEG, each frame (quality)",
        (5, 10, 20, 50),
        lambda shot, quality: shot.redrawn(lambda image: camera.jpeg(image, quality)),
        logarithmic=True,
    ),
    Factor(
        "h264",
        "H.264 (constant rate factor)",
        (28, 33, 38, 43, 48),
        lambda shot, crf: shot.with_images(camera.h264(shot.frames, crf)),
        needs="ffmpeg",
    ),
    Factor(
        "rate",
        "frames a second",
        (5, 8, 10, 15, 20, 30, 60),
        lambda shot, fps: pace.resampled(shot.frames, fps),
        25,
        logarithmic=True,
    ),
    Factor(
        "dropped",
        "frames missing (share)",
        (0.1, 0.2, 0.3, 0.5),
        lambda shot, share: pace.dropped(shot.frames, share, shot.rng()),
        0,
    ),
    Factor(
        "jitter",
        "times off by up to (ms)",
        (4, 8, 16),
        lambda shot, ms: pace.jittered(shot.frames, ms / 1000, shot.rng()),
        0,
    ),
)

"""Other moments of the same movement: frame rates, missing frames, wrong times."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edge_lip.sources.frame import Frame
from edge_lip.system.opencv import cv2


def resampled(frames: Sequence[Frame], fps: float) -> list[Frame]:
    """`frames` at another rate.

    Fewer a second: the frames nearest to the new moments, with their own times, as a slower camera
    would have taken them. More: neighbours blended, which is kinder than a real camera.
    """
    times = np.array([frame.time for frame in frames])
    moments = np.arange(times[0], times[-1] + 1e-6, 1 / fps)
    if fps < 1 / np.median(np.diff(times)):
        nearest = [int(np.abs(times - moment).argmin()) for moment in moments]
        return [frames[k] for k in dict.fromkeys(nearest)]
    places = np.interp(moments, times, np.arange(len(times)))
    return [_between(frames, place, moment) for place, moment in zip(places, moments, strict=True)]


def dropped(frames: Sequence[Frame], share: float, rng: np.random.Generator) -> list[Frame]:
    """Each frame is missing with probability `share`."""
    return [frame for frame in frames if rng.random() >= share]


def jittered(frames: Sequence[Frame], seconds: float, rng: np.random.Generator) -> list[Frame]:
    """Times that are off by up to so many seconds: less than half a frame, to stay in order."""
    return [replace(frame, time=frame.time + rng.uniform(-seconds, seconds)) for frame in frames]


def _between(frames: Sequence[Frame], place: float, moment: float) -> Frame:
    before = int(place)
    after = min(before + 1, len(frames) - 1)
    share = place - before
    image = cv2.addWeighted(frames[before].image, 1 - share, frames[after].image, share, 0)
    return Frame(image, float(moment))

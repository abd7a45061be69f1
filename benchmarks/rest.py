"""Faces at rest: what people do before and after they speak, played on and on.

The frames of a clip in which nothing is said (its alignment tells) are played forwards and
backwards, so that nothing jumps. From one clip to the next the head is carried: the first picture
lies where the last one was, and goes to its own place within half a second; meanwhile one picture
fades into the other.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from edge_lip.errors import DataError
from edge_lip.mouth.pose import Pose, Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2
from training.data.clip import Clip

FPS = 25
BEFORE, AFTER = 0.3, 0.3
"""Seconds before the first sound and after the last in which lips may move for it."""
CARRY, FADE = 12, 6
"""Frames in which a head goes to its own place, and in which pictures fade."""
SHORTEST, LONGEST = 15, 90
"""Frames that one clip is played before the next is."""
FEWEST = 5
"""Frames at rest that a clip must have to be played."""


@dataclass(frozen=True)
class Take:
    """A clip in memory, with landmarks on every frame."""

    clip: Clip
    images: tuple[np.ndarray, ...]
    poses: tuple[Pose | None, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.images) / FPS

    def seen(self, first: float, last: float) -> range:
        """The frames between two moments, without those at the start that have no face."""
        frames = range(max(0, round(first * FPS)), min(len(self.images), round(last * FPS)))
        while frames and self.poses[frames[0]] is None:
            frames = frames[1:]
        return frames


@dataclass(frozen=True)
class Shot:
    """Frames of a take to be shown, in any order."""

    take: Take
    order: tuple[int, ...]


def take_of(clip: Clip, tracker: Tracker) -> Take:
    """Decode `clip` and find the landmarks of each frame."""
    tracker.reset()
    with closing(open_source(clip.source)) as source:
        frames = list(source)
    poses = tuple(tracker.track(frame.image, frame.time) for frame in frames)
    return Take(clip, tuple(frame.image for frame in frames), poses)


def load(clips: Sequence[Clip]) -> list[Take]:
    """All of `clips`. Raises DataError for one that does not tell when its words are said."""
    for clip in clips:
        if not clip.words:
            raise DataError(f"{clip.name} has no word times: nobody knows when it is at rest")
    tracker = make_tracker("landmarks")
    return [take_of(clip, tracker) for clip in clips]


def lip_speeds(take: Take) -> np.ndarray:
    """(T,): how fast the lips move over the two frames that end with each, in eye distances per
    second; 0 where there was no face."""
    speeds = np.zeros(len(take.poses))
    for k in range(2, len(speeds)):
        before, now = take.poses[k - 2], take.poses[k]
        if before and now:
            speeds[k] = np.abs(_lips(now) - _lips(before)).mean() * FPS / 2
    return speeds


def at_rest(take: Take, before: float = BEFORE, after: float = AFTER) -> list[range]:
    """The runs of frames before the words and after them, as far from them as that."""
    words = take.clip.words
    runs = (take.seen(0.0, words[0].start - before), take.seen(words[-1].end + after, take.seconds))
    return [run for run in runs if len(run) >= FEWEST and all(take.poses[k] for k in run)]


def to_and_fro(run: range, start: int, count: int, forwards: bool = True) -> tuple[int, ...]:
    """`count` frames of `run` from `start` on, turning round at its ends."""
    frames, place, step = [], start, 1 if forwards else -1
    for _ in range(count):
        frames.append(place)
        if place + step not in run:
            step = -step
        if place + step in run:
            place += step
    return tuple(frames)


def idling(
    takes: Sequence[Take], rng: np.random.Generator, before: float = BEFORE, after: float = AFTER
) -> Iterator[Shot]:
    """Rest without an end: runs of `takes` by chance, entered where lips are most alike. Raises
    DataError where there are none."""
    runs = [(take, run) for take in takes for run in at_rest(take, before, after)]
    if not runs:
        raise DataError("no clip has frames at rest before or after its words")
    lips: np.ndarray | None = None
    while True:
        take, run = runs[rng.integers(len(runs))]
        start = int(rng.choice(run))
        if lips is not None:
            start = min(run, key=lambda k: float(np.abs(_lips(take.poses[k]) - lips).mean()))
        count = int(rng.integers(SHORTEST, LONGEST))
        shot = Shot(take, to_and_fro(run, start, count, bool(rng.integers(2))))
        lips = _lips(take.poses[shot.order[-1]])
        yield shot


def show(shots: Iterator[Shot] | Sequence[Shot]) -> Iterator[np.ndarray]:
    """The pictures of the shots, joined."""
    last: tuple[np.ndarray, np.ndarray] | None = None
    for shot in shots:
        place = _place(shot.take.poses[shot.order[0]])
        off = np.zeros(4) if last is None else last[1] - place
        shown = None
        for number, index in enumerate(shot.order):
            image = shot.take.images[index]
            left = max(0.0, 1 - number / CARRY)
            if left and off.any():
                # Starts and ends without a jerk.
                image = _carried(image, place, off * (left * left * (3 - 2 * left)))
            part = (number + 1) / (FADE + 1)
            if last is not None and part < 1 and last[0].shape == image.shape:
                image = cv2.addWeighted(image, part, last[0], 1 - part, 0)
            shown = image
            yield image
        if shown is not None:
            last = (shown, _place(shot.take.poses[shot.order[-1]]))


def _place(pose: Pose | None) -> np.ndarray:
    """Middle between the eyes, logarithm of the distance of their corners, angle."""
    assert pose is not None, "shots begin and end with a face"
    return np.array([*pose.eyes, np.log(pose.scale), pose.angle])


def _carried(image: np.ndarray, place: np.ndarray, off: np.ndarray) -> np.ndarray:
    """`image` with the head at `place` moved by `off`, both as `_place` has them."""
    x, y, grown, turned = off.tolist()
    height, width = image.shape[:2]
    middle = (float(place[0]), float(place[1]))
    matrix = cv2.getRotationMatrix2D(middle, -np.degrees(turned), float(np.exp(grown)))
    matrix[:, 2] += x, y
    return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _lips(pose: Pose | None) -> np.ndarray:
    """Their shape: place, turn and size taken out."""
    assert pose is not None and pose.lips is not None, "landmarks have lips"
    cos, sin = np.cos(pose.angle), np.sin(pose.angle)
    upright = (pose.lips - pose.lips.mean(axis=0)) @ np.array([[cos, -sin], [sin, cos]])
    return upright / pose.scale

"""Landmarks now and then, optical flow between: most of the computing is the landmarks'.

Points on the part of a face that hardly moves by itself are followed (Lucas and Kanade, "An
iterative image registration technique with an application to stereo vision", 1981) from the
picture that the landmarks were found in to each later one, so that errors don't add up. The
similarity that takes the points there takes the pose with it. Lips change their looks: they are
followed from picture to picture, and move as one affine map, because they shift, stretch and open.
Where the flow is doubtful, the landmarks are found again in the same picture.
"""

import cmath
import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ...system.opencv import cv2
from ..pose import FaceCounter, Pose, Tracker
from .landmarks import open_landmarks
from .view import View, corners, flow

FACE = np.array([(-0.75, -0.4), (0.75, -0.4), (0.75, 0.5), (-0.75, 0.5)])
"""Corners of the part that hardly moves, brows to nostrils: from the middle between the eyes, over
the distance of the outer eye corners."""
CORNERS_APART = 0.1
"""Over the eye distance."""
LIPS_STEP, FEWEST_LIPS, LIPS_APART = 3, 6, 1.0
"""Every third point of the lips is followed, so many of them at least; those agree on the affine
map that are at most so far from where it has them, pixels of the view."""


@dataclass(frozen=True)
class FlowPolicy:
    """How often landmarks are found, and what makes the flow doubtful."""

    anchor_seconds: float = 1.0
    """After so long the landmarks are found again."""
    eye_distance: float = 30.0
    """Of the shrunk picture that flow is computed in: pixels between the outer eye corners."""
    points: int = 16
    """To follow at most."""
    fewest: int = 6
    """Points that have to be followed and to agree..."""
    share: float = 0.5
    """...and the part of all."""
    difference: float = 0.3
    """A point is lost where its surroundings differ from the anchor's by more than this, on average
    over the standard deviation of the whole. Of points on GRID's faces 95 % stay under 0.22; those
    behind a hand are over 0.4, and most on another face are."""
    apart: float = 0.6
    """Points agree that are at most so far from where the similarity has them: pixels of the shrunk
    picture."""
    distance: float = 0.45
    """A head may shift by this much, over the eye distance, before it is looked at anew..."""
    turn: float = 0.15
    """...turn by this much, radians..."""
    growth: float = 0.1
    """...and grow or shrink by this part."""
    brightness: float = 1.6
    """Times that the picture may become brighter or darker."""
    trust: float = 0.1
    """Part of the way that lips go from where they were followed to where the landmarks have them:
    the two differ, and a jump between them would look like speech."""


class Anchor(Tracker, Protocol):
    """A tracker that can be told where the face has gone since it last saw it."""

    def expect(self, pose: Pose) -> None:
        """The face is about at `pose` now."""


class FlowTracker:
    """Follows what another tracker finds now and then."""

    def __init__(self, anchor: Anchor, policy: FlowPolicy | None = None) -> None:
        self.patience = 1.0
        """Landmarks are waited for so many times longer than the policy says, to save more."""
        self._policy = policy or FlowPolicy()
        self._anchor = anchor
        self._face: _Face | None = None

    def reset(self) -> None:
        """Forget the face."""
        self._anchor.reset()
        self._face = None

    def faces(self, image: np.ndarray) -> int:
        """See `FaceCounter.faces`."""
        return self._anchor.faces(image) if isinstance(self._anchor, FaceCounter) else 1

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        """See `Tracker.track`."""
        face, followed = self._face, None
        if face:
            if time > face.since:
                followed = face.follow(image, self._policy)
            if followed and time - face.since < self.patience * self._policy.anchor_seconds:
                return followed
            self._anchor.expect(face.pose)
        pose = self._anchor.track(image, time)
        if pose and followed:
            pose = _corrected(followed, pose, self._policy.trust)
        elif pose and not face:
            # Those first found are of where a box has the face: less exact than of where they are.
            pose = self._anchor.track(image, time) or pose
        self._face = None
        if pose and (view := View.around(pose, image, self._policy.eye_distance)):
            self._face = _Face(image, pose, time, view, self._policy.points)
        return pose


def open_flow(threads: int) -> FlowTracker:
    """The tracker that follows this machine's landmarks; raises as `open_landmarks` does."""
    return FlowTracker(open_landmarks(threads))


class _Face:
    """A face since its anchor. Points and what moves them, (2, 3), are in pixels of the view."""

    def __init__(self, image: np.ndarray, pose: Pose, time: float, view: View, points: int) -> None:
        self.since = time
        self.pose = pose
        """Where it was last."""
        self._anchor = pose
        self._shape = image.shape
        self._view = view
        self._first = self._last = view.cut(image)
        mean, deviation = cv2.meanStdDev(self._first)
        self._brightness, self._contrast = float(mean[0, 0]), float(deviation[0, 0])
        cos, sin = pose.scale * math.cos(pose.angle), pose.scale * math.sin(pose.angle)
        outline = view.inside(FACE @ np.array([[cos, sin], [-sin, cos]]) + pose.eyes)
        apart = CORNERS_APART * pose.scale / view.shrink
        self._points = corners(self._first, outline, points, apart)
        self._eyes = view.inside(np.array([pose.eyes]))
        mouth = np.array([(pose.x, pose.y)])
        if pose.lips is not None and pose.chin is not None:
            mouth = np.concatenate([mouth, pose.lips, [pose.chin]])
        self._mouth = view.inside(mouth)
        """Its middle, and lips and chin where there are any; in the last picture."""
        self._similarity = np.eye(2, 3)
        """From the anchor's picture to the last."""

    def follow(self, image: np.ndarray, policy: FlowPolicy) -> Pose | None:
        """Where it is in `image`, the next; None in doubt."""
        if image.shape != self._shape:
            return None
        small = self._view.cut(image)
        gain = self._brightness / max(cv2.mean(small)[0], 1.0)
        if not 1 / policy.brightness <= gain <= policy.brightness:
            return None
        small = cv2.convertScaleAbs(small, alpha=gain)
        similarity = self._follow_head(small, policy)
        if similarity is None:
            return None
        anchor = self._anchor
        ((x, y),) = self._view.outside(cv2.transform(self._eyes, similarity)).tolist()
        turn = complex(*similarity[:, 0])
        angle, grown = cmath.phase(turn), abs(turn)
        if (
            math.hypot(x - anchor.eyes[0], y - anchor.eyes[1]) > policy.distance * anchor.scale
            or abs(angle) > policy.turn
            or abs(grown - 1) > policy.growth
        ):
            return None
        step = self._follow_lips(small, _step(self._similarity, similarity))
        self._mouth = cv2.transform(self._mouth, step)
        self._similarity, self._last = similarity, small
        mouth = self._view.outside(self._mouth)
        self.pose = Pose(
            x=float(mouth[0, 0]),
            y=float(mouth[0, 1]),
            scale=anchor.scale * grown,
            angle=anchor.angle + angle,
            eyes=(x, y),
            score=anchor.score,
            yaw=anchor.yaw,
            lips=mouth[1:-1] if len(mouth) > 1 else None,
            chin=mouth[-1] if len(mouth) > 1 else None,
        )
        return self.pose

    def _follow_head(self, small: np.ndarray, policy: FlowPolicy) -> np.ndarray | None:
        """What takes the anchor's points to where they are in `small`; None in doubt."""
        fewest = max(policy.fewest, policy.share * len(self._points))
        if len(self._points) < fewest:
            return None
        guess = cv2.transform(self._points, self._similarity)
        points, difference = flow(self._first, small, self._points, guess)
        found = difference <= policy.difference * self._contrast
        if np.count_nonzero(found) < fewest:
            return None
        similarity, agree = cv2.estimateAffinePartial2D(
            self._points[found], points[found], ransacReprojThreshold=policy.apart
        )
        return similarity if np.count_nonzero(agree) >= fewest else None

    def _follow_lips(self, small: np.ndarray, head: np.ndarray) -> np.ndarray:
        """How they move from the last picture to `small`; as the head does, `head`, in doubt."""
        lips = self._mouth[1:-1:LIPS_STEP].copy()
        if not len(lips):
            return head
        moved, difference = flow(self._last, small, lips, cv2.transform(lips, head))
        found = np.isfinite(difference)
        if np.count_nonzero(found) < FEWEST_LIPS:
            return head
        step, _ = cv2.estimateAffine2D(lips[found], moved[found], ransacReprojThreshold=LIPS_APART)
        return head if step is None else step


def _corrected(followed: Pose, found: Pose, trust: float) -> Pose:
    """`found`, with lips and chin that don't jump there from where they were `followed`."""

    def between(before: np.ndarray | None, now: np.ndarray | None) -> np.ndarray | None:
        if before is None or now is None:
            return now
        return before + np.float32(trust) * (now - before)

    lips, chin = between(followed.lips, found.lips), between(followed.chin, found.chin)
    return replace(found, lips=lips, chin=chin)


def _step(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """From where `before` takes a point to where `after` does."""
    step = after[:, :2] @ cv2.invertAffineTransform(before)
    step[:, 2] += after[:, 2]
    return step

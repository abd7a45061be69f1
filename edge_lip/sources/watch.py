"""What is worth telling about a live source: it stalls, it shows the same, it comes back."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Notice:
    """Something happened to a live source."""

    text: str
    """In a line, for people."""


@dataclass(frozen=True)
class Policy:
    """When something is worth telling, and how often to try again. Seconds, unless it says
    otherwise."""

    keep: int = 8
    """Frames that may wait to be read; when another comes, the oldest is dropped. They bridge the
    quarter of a second in which a text is made, and are the most by which a board that is too slow
    for its camera lags behind."""
    first: float = 5.0
    """After so long without its first frame a source stalls: cameras take a while to begin."""
    stall: float = 2.0
    """After so long without another frame a source stalls."""
    freeze: float = 5.0
    """After so long with the same picture a source is frozen. Sensors are noisy: two pictures of
    the same wall differ."""
    retry: float = 0.5
    """Between the first attempts to open a lost source again; doubled from one to the next."""
    slowest: float = 4.0
    """Between any two such attempts at most."""


class Watch:
    """Follows one live source by the frames it gives; times are of a clock that never jumps."""

    def __init__(self, name: str, policy: Policy, now: float) -> None:
        """The source `name` is asked for frames from `now` on."""
        self._name = name
        self._policy = policy
        self._image: np.ndarray | None = None
        self._last = self._changed = now
        self._patience = policy.first
        self._missing = self._frozen = False

    def frame(self, image: np.ndarray, now: float) -> list[Notice]:
        """A frame has come."""
        notices = []
        if self._missing:
            notices.append(self._notice(f"is back after {now - self._last:.0f} s"))
        if self._missing or self._image is None or not _same(self._image, image):
            if self._frozen and not self._missing:
                notices.append(self._notice("shows something new again"))
            self._changed, self._frozen = now, False
        elif not self._frozen and now - self._changed >= self._policy.freeze:
            self._frozen = True
            seconds = f"{now - self._changed:.0f} s"
            notices.append(
                self._notice(f"has shown the same for {seconds}: frozen, or its lens is covered")
            )
        self._image, self._last, self._patience = image, now, self._policy.stall
        self._missing = False
        return notices

    def idle(self, now: float) -> list[Notice]:
        """No frame has come since the last that did."""
        if self._missing or now - self._last < self._patience:
            return []
        self._missing = True
        return [self._notice(f"has given no picture for {now - self._last:.0f} s")]

    def lost(self) -> None:
        """The source has ended, which somebody else tells."""
        self._missing = True

    def _notice(self, text: str) -> Notice:
        return Notice(f"{self._name} {text}")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures are equal; where they are not, a few of their pixels tell."""
    return np.array_equal(one[::16, ::16], other[::16, ::16]) and np.array_equal(one, other)

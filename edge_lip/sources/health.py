"""What is worth telling about a live source: it stalls, is slow, shows the same, is back."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Notice:
    """Something happened to a live source."""

    text: str
    """In a line, for people."""
    gap: bool = True
    """What was said before is not connected to what comes after."""


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
    slow: float = 12.0
    """A source that gives fewer frames a second is slow: too few for the lips to be read well. In
    the dark, many cameras become so."""
    count: float = 5.0
    """They are counted over so long; with a quarter more a source is no longer slow."""
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
        self._missing = self._frozen = self._slow = False
        self._counted, self._since = 0, now

    def frame(self, image: np.ndarray, now: float, dropped: int = 0) -> list[Notice]:
        """A frame has come, after so many that the source has dropped."""
        notices = self._rate(now, dropped)
        if self._missing:
            notices.append(self._notice(f"is back after {now - self._last:.0f} s"))
        if self._missing or self._image is None or not same(self._image, image):
            if self._frozen and not self._missing:
                notices.append(self._notice("shows something new again"))
            self._changed, self._frozen = now, False
        elif not self._frozen and now - self._changed >= self._policy.freeze:
            self._frozen = True
            seconds = f"{now - self._changed:.0f} s"
            why = "frozen, or its lens is covered"
            if blank(image):
                why = "all of one colour, so there is no signal or its lens is covered"
            notices.append(self._notice(f"has shown the same for {seconds}: {why}"))
        self._image, self._last, self._patience = image, now, self._policy.stall
        self._missing = False
        return notices

    def _rate(self, now: float, dropped: int) -> list[Notice]:
        """Count a frame, and tell when it is time to."""
        if self._missing or self._image is None or now - self._last >= self._policy.stall:
            # Only what comes steadily has a rate; the rest is told otherwise.
            self._counted, self._since = 0, now
            return []
        self._counted += 1 + dropped
        seconds = now - self._since
        if seconds < self._policy.count:
            return []
        rate = self._counted / seconds
        self._counted, self._since = 0, now
        if self._slow and rate >= 1.25 * self._policy.slow:
            self._slow = False
            return [self._notice(f"gives {rate:.0f} pictures a second again", gap=False)]
        if not self._slow and rate < self._policy.slow:
            self._slow = True
            text = f"gives {rate:.0f} pictures a second: too few to read well; is it dark?"
            return [self._notice(text, gap=False)]
        return []

    def idle(self, now: float) -> list[Notice]:
        """No frame has come since the last that did."""
        if self._missing or now - self._last < self._patience:
            return []
        self._missing = True
        return [self._notice(f"has given no picture for {now - self._last:.0f} s")]

    def lost(self) -> None:
        """The source has ended, which somebody else tells."""
        self._missing = True

    def _notice(self, text: str, gap: bool = True) -> Notice:
        return Notice(f"{self._name} {text}", gap)


def blank(image: np.ndarray) -> bool:
    """Whether a picture is of one colour from edge to edge; where it is not, a few of its pixels
    tell."""
    return all(bool((part == image[:1, :1]).all()) for part in (image[::16, ::16], image))


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures are equal; where they are not, a few of their pixels tell."""
    return np.array_equal(one[::16, ::16], other[::16, ::16]) and np.array_equal(one, other)

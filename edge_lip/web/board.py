"""What there is to see now, put up by the reader and looked at by each browser at its own pace."""

from collections import deque
from collections.abc import Generator

from ..events import Event
from ..reading.observation import Observation
from ..reading.reader import Reader
from ..reading.speech_activity import LipMotion
from .followed import PERIOD, Followed, Message
from .messages import Counts, event_message, picture_message, status_message

STATUS_EVERY = 12
"""Periods from status to status: about a second."""
HISTORY = 50
"""So many utterances are kept for browsers yet to come."""
RECENT = 25
"""So many frames, and laps of each stage, make the means that are shown: about a second."""


class Board(Followed):
    """What a reader sees and tells.

    An observer (`observe`) and a sink (called with events), both in the reader's thread; whoever
    follows it does so in a thread of their own. Without followers, nothing is made of a picture.
    """

    def __init__(self, reader: Reader, period: float = PERIOD) -> None:
        super().__init__(period)
        self.teaching = False
        """Whether there is a page to teach from."""
        self.said: str | None = None
        """What is being said, where somebody knows."""
        self._geometry = reader.manifest.crop
        self._stopwatch = reader.stopwatch
        self._motion = LipMotion()
        self._counts = Counts()
        self._times: deque[float] = deque(maxlen=RECENT)
        self._latest: tuple[Observation, float] | None = None
        self._number = 0
        self._texts: deque[tuple[int, Message]] = deque(maxlen=HISTORY)
        self._partial: tuple[int, Message] | None = None

    def observe(self, observation: Observation) -> None:
        """Take what the reader saw."""
        frame, counts = observation.frame, self._counts
        again = not self._times or frame.time <= self._times[-1]
        if again or observation.source != counts.source:
            counts = self._counts = Counts(observation.source, observation.live)
            self._times.clear()
        self._times.append(frame.time)
        counts.frames += 1
        counts.faces += observation.crop is not None
        counts.dropped += frame.dropped
        if self._followers:
            crop = observation.crop
            self._latest = (observation, self._motion.watch(crop) if crop else 0.0)

    def __call__(self, event: Event) -> None:
        """Take what the reader tells."""
        with self._news:
            self._number += 1
            entry = (self._number, event_message(event, self.said))
            if event.kind == "partial":
                self._partial = entry
            else:
                self._partial = None
                self._texts.append(entry)
            self._news.notify_all()

    def _forget(self) -> None:
        self._latest = None

    def _messages(self) -> Generator[Message, None, None]:
        number, shown, rounds = 0, None, 0
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: self._ended or self._number > number,  # noqa: B023 (called at once)
                    self._period,
                )
                ended = self._ended
                texts = [*self._texts, *([self._partial] if self._partial else [])]
            latest = self._latest
            if latest is not None and latest[0] is not shown:
                shown = latest[0]
                observation, speed = latest
                yield picture_message(
                    observation.frame,
                    observation.crop,
                    speed,
                    observation.reading,
                    self._geometry,
                )
            for its_number, text in texts:
                if its_number > number:
                    number = its_number
                    yield text
            if ended or rounds % STATUS_EVERY == 0:
                means = self._stopwatch.means(RECENT)
                yield status_message(self._counts, self._rate(), means, self.teaching)
            if ended:
                return
            rounds += 1

    def _rate(self) -> float | None:
        """Frames a second of late; None before it is known."""
        times = list(self._times)
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else None

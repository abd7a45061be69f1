"""What browsers follow: each at its own pace, in a thread of its own."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from threading import Condition
from typing import Any

PERIOD = 1 / 12
"""Seconds from picture to picture in a browser, where no news comes earlier: smooth enough, and
easy on a small device."""

Message = dict[str, Any]


class Followed(ABC):
    """Holds the latest of everything: what a browser is too slow for, it never gets to see."""

    hears = False
    """Whether browsers have something to say."""

    def __init__(self, period: float = PERIOD) -> None:
        self._period = period
        self._followers = 0
        self._ended = False
        self._news = Condition()
        """Guards whatever may change and the followers, and tells of each change to them."""

    @property
    def followed(self) -> bool:
        """Whether anybody looks now."""
        return self._followers > 0

    def end(self, patience: float) -> None:
        """There is nothing more to come; wait so many seconds for the followers to see the last."""
        with self._news:
            self._ended = True
            self._news.notify_all()
            self._news.wait_for(lambda: not self._followers, patience)

    def follow(self) -> Generator[Message, None, None]:
        """The messages for one browser, whenever it is ready for the next; ends with `end`."""
        with self._news:
            self._followers += 1
            self._news.notify_all()
        try:
            yield from self._messages()
        finally:
            with self._news:
                self._followers -= 1
                if not self._followers:
                    self._forget()
                self._news.notify_all()

    def hear(self, text: str) -> None:  # noqa: B027 (most have nothing to hear)
        """Take what a browser says; nonsense is no news."""

    @abstractmethod
    def _messages(self) -> Generator[Message, None, None]:
        """What one browser gets to see."""

    @abstractmethod
    def _forget(self) -> None:
        """Nobody looks: pictures are old by the time the next one does."""

"""A rendered talker as a source: a virtual camera in front of somebody who does not exist."""

import time
from collections.abc import Callable, Iterator
from itertools import count

from ..talker import MouthShape, speak
from ..talker.spec import parse
from .frame import Frame


class Talker:
    """The frames of a talker who says what a spec tells, with its ground truth in `speech`."""

    def __init__(
        self,
        spec: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Set up `TEXT[?key=value&...]`; raises `UsageError` for one that can't be."""
        self._spec = parse(spec)
        self._clock, self._sleep = clock, sleep
        self.name = f"talker:{spec}"
        self.scene = self._spec.scene
        self.speech = speak(self._spec.text, self.scene, self._spec.seed, self._spec.pause)
        """What is said and when; in a loop, in each of its rounds."""
        self.live = self._spec.realtime or self._spec.loop or "|" in self._spec.text

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; in real time those that are late are dropped, as a camera does."""
        for number, image in self.scene.film(self._due()):
            yield Frame(image, number / self.scene.fps)

    def _due(self) -> Iterator[tuple[int, MouthShape]]:
        """Number and mouth of each frame to be rendered, when its time has come."""
        mouths, start, period = self.speech.mouths, self._clock(), 1 / self.scene.fps
        for number in count() if self._spec.loop else range(len(mouths)):
            if self._spec.realtime:
                early = start + number * period - self._clock()
                if early < -period:
                    continue
                self._sleep(max(0.0, early))
            yield number, mouths[number % len(mouths)]

    def close(self) -> None:
        """Do nothing: a talker is made of numbers."""

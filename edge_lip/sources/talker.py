"""A rendered talker as a source: a virtual camera in front of somebody who does not exist."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from math import radians
from typing import Any

from ..system.specs import WHETHER, SpecKey, number, parse, size
from ..talker import MouthShape, Scene, random_scene, speak
from ..talker.speech import BETWEEN, PAUSE
from .frame import Closing, Frame


def _seed(value: str) -> int:
    if not value.isdecimal():
        raise ValueError
    return int(value)


KEYS = {
    "seed": SpecKey(_seed, "a whole number"),
    "fps": number(1, 240),
    "size": size(32, 4096),
    "yaw": number(-45, 45),
    "roll": number(-45, 45),
    "eyes": number(8, 1000),
    "brightness": number(0, 4),
    "backlight": number(0, 1),
    "blur": number(0, 20),
    "noise": number(0, 60),
    "pause": number(0, 60),
    "realtime": WHETHER,
    "loop": WHETHER,
}


class Talker(Closing):
    """The frames of a talker who says what a spec tells, with its ground truth in `speech`."""

    def __init__(
        self,
        spec: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Set up `TEXT[?key=value[&key=value...]]`, with the keys of `KEYS`.

        Raises `UsageError` for a key or a value that can't be, and for a text nobody can say.
        """
        text, values = parse(spec, KEYS, "a talker")
        seed = values.get("seed", 0)
        self.name = f"talker:{spec}"
        self.scene = _scene(seed, values)
        self._realtime, self._loop = values.get("realtime", False), values.get("loop", False)
        pause = values.get("pause", PAUSE)
        after = pause if self._loop else None
        self.speech = speak(text, self.scene, seed, pause, after=after)
        """What is said and when; in a loop, in each of its rounds."""
        self.live = self._realtime or self._loop or BETWEEN in text
        self._clock, self._sleep = clock, sleep

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; in real time those that are late are dropped, as a camera does."""
        due = 0
        for index, image in self.scene.film(self._due()):
            yield Frame(image, index / self.scene.fps, dropped=index - due)
            due = index + 1

    def close(self) -> None:
        """Do nothing: a talker is made of numbers."""

    def _due(self) -> Iterator[tuple[int, MouthShape]]:
        """Index and mouth of each frame to be rendered, when its time has come."""
        mouths, start, period = self.speech.mouths, self._clock(), 1 / self.scene.fps
        for index in count() if self._loop else range(len(mouths)):
            if self._realtime:
                early = start + index * period - self._clock()
                if early < -period:
                    continue
                self._sleep(max(0.0, early))
            yield index, mouths[index % len(mouths)]


def _scene(seed: int, values: dict[str, Any]) -> Scene:
    """The scene of `seed`, changed as the `values` say."""

    def given(*keys: str) -> dict[str, Any]:
        return {key: values[key] for key in keys if key in values}

    scene = replace(random_scene(seed), **given("fps", "size", "blur", "noise"))
    head = {key: radians(degrees) for key, degrees in given("yaw", "roll").items()}
    if "eyes" in values:
        head["scale"] = values["eyes"] / scene.size[1]
    return replace(
        scene,
        head=replace(scene.head, **head),
        light=replace(scene.light, **given("brightness", "backlight")),
    )

"""The words a person types for a talker: `TEXT[?key=value[&key=value...]]`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import radians
from typing import Any

from ..errors import UsageError
from .scene import Scene, random_scene
from .speech import PAUSE

_SETTINGS = re.compile(r"\?(\w+=[^&?]*(?:&\w+=[^&?]*)*)$")
"""What follows a text; any other question mark is part of it."""


@dataclass(frozen=True)
class Spec:
    """What was asked for."""

    text: str
    scene: Scene
    seed: int
    pause: float
    """Seconds between utterances."""
    realtime: bool
    """Whether frames come as fast as a camera's."""
    loop: bool
    """Whether they come without end."""


def parse(spec: str) -> Spec:
    """Read a spec; raises `UsageError` for a key or a value that can't be."""
    match = _SETTINGS.search(spec)
    text = spec[: match.start()] if match else spec
    given = dict(pair.split("=", 1) for pair in match[1].split("&")) if match else {}
    values = {key: _value(key, value) for key, value in given.items()}
    seed = values.get("seed", 0)
    return Spec(
        text,
        _changed(random_scene(seed), values),
        seed,
        values.get("pause", PAUSE),
        values.get("realtime", False),
        values.get("loop", False),
    )


def _value(key: str, value: str) -> Any:
    if key not in KEYS:
        raise UsageError(f"a talker has no '{key}', only {', '.join(KEYS)}")
    read, wanted = KEYS[key]
    try:
        return read(value)
    except ValueError as error:
        raise UsageError(f"a talker's {key} is {wanted}, not '{value}'") from error


def _changed(scene: Scene, values: dict[str, Any]) -> Scene:
    """`scene` with what is given of size, place, light and lens."""
    scene = replace(
        scene, **{key: values[key] for key in ("fps", "size", "blur", "noise") if key in values}
    )
    head, light = scene.head, scene.light
    if "eyes" in values:
        head = replace(head, scale=values["eyes"] / scene.size[1])
    if "roll" in values:
        head = replace(head, roll=radians(values["roll"]))
    if "yaw" in values:
        head = replace(head, yaw=radians(values["yaw"]))
    if "brightness" in values:
        light = replace(light, brightness=values["brightness"])
    if "backlight" in values:
        light = replace(light, back=values["backlight"])
    return replace(scene, head=head, light=light)


def _number(low: float, high: float) -> tuple[Callable[[str], float], str]:
    def read(value: str) -> float:
        number = float(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return read, f"a number from {low:g} to {high:g}"


def _size(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)x(\d+)", value)
    if not match:
        raise ValueError
    width, height = int(match[1]), int(match[2])
    if not (32 <= width <= 4096 and 32 <= height <= 4096):
        raise ValueError
    return width, height


def _whether(value: str) -> bool:
    return {"0": False, "1": True}[value] if value in ("0", "1") else bool(int("x"))


KEYS: dict[str, tuple[Callable[[str], Any], str]] = {
    "seed": (lambda value: int(value) if value.isdecimal() else int("-"), "a whole number"),
    "fps": _number(1, 240),
    "size": (_size, "WIDTHxHEIGHT from 32x32 to 4096x4096"),
    "yaw": _number(-45, 45),
    "roll": _number(-45, 45),
    "eyes": _number(8, 1000),
    "brightness": _number(0, 4),
    "backlight": _number(0, 1),
    "blur": _number(0, 20),
    "noise": _number(0, 60),
    "pause": _number(0, 60),
    "realtime": (_whether, "0 or 1"),
    "loop": (_whether, "0 or 1"),
}
"""How each value is read, and what it has to be."""

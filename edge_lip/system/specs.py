"""The settings of a source or an output, behind its name: `camera:0?size=1280x720&fps=30`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import UsageError

_SETTINGS = re.compile(r"\?(\w+=[^&?]*(?:&\w+=[^&?]*)*)$")
"""What follows a name; any other question mark is part of it."""


@dataclass(frozen=True)
class SpecKey:
    """One thing that may be set."""

    read: Callable[[str], Any]
    """Its value of what is typed; raises `ValueError` for what can't be."""
    wanted: str
    """What it has to be, for the person who typed something else."""


def parse(spec: str, keys: Mapping[str, SpecKey], what: str) -> tuple[str, dict[str, Any]]:
    """Name and settings of `NAME[?key=value[&key=value...]]`, the settings of `what`.

    Raises `UsageError` for an unknown key or a value that can't be.
    """
    name, typed = split(spec)
    return name, read(keys, typed, what)


def split(spec: str) -> tuple[str, dict[str, str]]:
    """The same, with whatever settings there are as they are typed."""
    match = _SETTINGS.search(spec)
    if not match:
        return spec, {}
    pairs = (pair.split("=", 1) for pair in match[1].split("&"))
    return spec[: match.start()], {key: value for key, value in pairs}


def join(name: str, typed: Mapping[str, str]) -> str:
    """What `split` parts."""
    settings = "&".join(f"{key}={value}" for key, value in typed.items())
    return f"{name}?{settings}" if settings else name


def read(keys: Mapping[str, SpecKey], typed: Mapping[str, str], what: str) -> dict[str, Any]:
    """The values of settings of `what` as they are typed; raises what `parse` does."""
    return {key: _value(keys, key, value, what) for key, value in typed.items()}


def _value(keys: Mapping[str, SpecKey], key: str, value: str, what: str) -> Any:
    if key not in keys:
        raise UsageError(f"{what} has no '{key}', only {', '.join(keys)}")
    try:
        return keys[key].read(value)
    except ValueError as error:
        raise UsageError(f"{what}'s {key} is {keys[key].wanted}, not '{value}'") from error


def number(low: float, high: float) -> SpecKey:
    """A number within limits."""

    def read(value: str) -> float:
        if not low <= (found := float(value)) <= high:
            raise ValueError
        return found

    return SpecKey(read, f"a number from {low:g} to {high:g}")


def size(low: int, high: int) -> SpecKey:
    """Width and height in pixels, each within limits."""

    def read(value: str) -> tuple[int, int]:
        match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", value)
        if not match or not all(low <= int(side) <= high for side in match.groups()):
            raise ValueError
        return int(match[1]), int(match[2])

    return SpecKey(read, f"WIDTHxHEIGHT from {low}x{low} to {high}x{high}")


def _whether(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError
    return value == "1"


WHETHER = SpecKey(_whether, "0 or 1")
"""Yes or no."""


def one_of(choices: Mapping[str, Any]) -> SpecKey:
    """One of the names of `choices`; the value is what it stands for."""

    def read(value: str) -> Any:
        if value not in choices:
            raise ValueError
        return choices[value]

    return SpecKey(read, f"one of {', '.join(choices)}")

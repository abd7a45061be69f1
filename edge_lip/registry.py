"""Tables of things of which there are several kinds, each under the name that people type.

A table holds no thing, only where each is: it is imported in no time, and the command line lists
and explains what there is without NumPy. Each table is in the room that owns the things.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from .errors import UsageError


@dataclass(frozen=True)
class Entry:
    """One kind of thing."""

    target: str
    """"module:object", imported when it is needed."""
    summary: str = ""
    """What it is, in a few words, for the help."""
    extra: str = ""
    """Of setup.cfg, where it needs more than a device's packages."""

    def load(self) -> Any:
        """The object; raises `ImportError` where a package it needs is not installed."""
        module, _, name = self.target.partition(":")
        return getattr(importlib.import_module(module), name)

    @property
    def install(self) -> str:
        """The call that installs all it needs."""
        extra = f"[{self.extra}]" if self.extra else ""
        return f"pip install 'edge-lip{extra}'"


E = TypeVar("E")


def find(table: Mapping[str, E], name: str, unknown: str) -> E:
    """The entry called `name`; raises `UsageError`, which begins with `unknown` ("no tracker is
    called") and lists the names there are, where none is."""
    if name not in table:
        raise UsageError(f"{unknown} {name!r}; there are: {', '.join(table)}")
    return table[name]


class Summarized(Protocol):
    """What the help can tell of."""

    @property
    def summary(self) -> str:
        """What it is, in a few words."""


def explain(table: Mapping[str, Summarized]) -> str:
    """All of them, for the help of an option: `flow: ...; haar: ...`."""
    return "; ".join(f"{name}: {entry.summary}" for name, entry in table.items())

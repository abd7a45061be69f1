"""What the operating system has to allow."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..registry import Entry


@dataclass(frozen=True)
class Needs:
    """Of one source, trigger or output, or of all of them."""

    network: bool = False
    devices: tuple[str, ...] = ()
    """As DeviceAllow= takes them (systemd.resource-control(5))."""
    groups: tuple[str, ...] = ()
    """That may open these."""
    file: bool = False
    """Whether what stands behind the colon is a file that is written."""
    writes: tuple[Path, ...] = ()
    """Folders that are written to."""
    anything: bool = False
    """Whether other programs are run, of which nobody knows what they need."""
    journal: bool = False
    """Whether what is said has to be in the journal, because it goes nowhere else."""


@dataclass(frozen=True, kw_only=True)
class SpecEntry(Entry):
    """A kind of source, trigger or output: its object is made from what stands behind the colon."""

    spec: str
    """As people type it: `gpio:PIN`."""
    needs: Needs = Needs()


def named(entries: Iterable[SpecEntry]) -> str:
    """All of them, for the help of an option: `a broker (mqtt://host/topic) or a file (jsonl)`."""
    *most, last = (f"{entry.summary} ({entry.spec})" for entry in entries)
    return f"{', '.join(most)} or {last}"

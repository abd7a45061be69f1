"""A guided recording session on the command line: what `record` and `teach` do alike."""

import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Final

import click

from ..recording.session import Camera, Keeper, session
from ..recording.take import Watcher
from ..sources.specs import open_source
from ..system.signals import leaving_on_sigterm
from .prompter import Keys, Lines

if TYPE_CHECKING:
    from ..recording.plan import Wanted
    from ..sources.frame import Source

TEXT, TAKE = "{text}", "{take}"
"""What stands in a source's name for the phrase, and for the number of the take."""
HOW: Final = "look into the camera with closed lips, and say it, with a voice or without, at 'now'"


def guide(
    plan: "Sequence[Wanted]",
    spec: str,
    fps: float | None,
    watcher: Watcher,
    keeper: Keeper,
    seconds: float,
    where: object,
) -> None:
    """Go through `plan` with whoever is at the terminal, or with nobody; `where` is what the
    person is told of where takes go. Raises what `session` raises, KeyboardInterrupt for Ctrl-C."""

    def opened(wanted: "Wanted") -> "Source":
        named = spec.replace(TEXT, wanted.asked).replace(TAKE, str(wanted.number))
        return open_source(named, fps)

    camera = Camera(opened, each=TEXT in spec or TAKE in spec)
    click.echo(f"{counted(len(plan))} into {where}: {HOW}")
    prompter = Keys() if sys.stdin is not None and sys.stdin.isatty() else Lines()
    events = session(plan, camera, watcher, keeper, seconds)
    with leaving_on_sigterm(), closing(events):
        event = next(events, None)
        while event is not None:
            answer = prompter(event)
            try:
                event = events.send(answer)
            except StopIteration:
                return


def counted(takes: int) -> str:
    """`1 take`, `2 takes`."""
    return "1 take" if takes == 1 else f"{takes} takes"

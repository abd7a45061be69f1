"""A guided recording session on the command line: what `record` and `teach` do alike."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from ..recording.session import Asks, Camera, Keeper, session
from ..recording.take import Watcher
from ..sources.specs import open_source
from ..system.signals import leaving_on_sigterm
from .prompter import Keys, Lines, Prompter, show

if TYPE_CHECKING:
    from ..mouth.geometry import CropGeometry
    from ..recording.plan import Wanted
    from ..recording.session import Answer, Event
    from ..sources.frame import Source
    from ..web.booth import Booth

TEXT, TAKE = "{text}", "{take}"
"""What stands in a source's name for the phrase, and for the number of the take."""
HOW: Final = "look into the camera with closed lips, and say it, with a voice or without, at 'now'"


def guide(
    plan: "Sequence[Wanted]",
    spec: str,
    how: Mapping[str, Any],
    watcher: Watcher,
    keeper: Keeper,
    seconds: float,
    where: object,
    prompter: Prompter,
) -> None:
    """Go through `plan` with `prompter`; `how` is what `open_source` takes beside the spec, `where`
    what the person is told of where takes go.
    Raises what `session` raises, KeyboardInterrupt for Ctrl-C."""

    def opened(wanted: "Wanted") -> "Source":
        named = spec.replace(TEXT, wanted.asked).replace(TAKE, str(wanted.number))
        return open_source(named, **how)

    camera = Camera(opened, each=TEXT in spec or TAKE in spec)
    click.echo(f"{counted(len(plan))} into {where}: {HOW}")
    events = session(plan, camera, watcher, keeper, seconds)
    with leaving_on_sigterm(), closing(events):
        event = next(events, None)
        while event is not None:
            answer = prompter(event)
            try:
                event = events.send(answer)
            except StopIteration:
                return


@contextmanager
def whoever(web: str | None, geometry: "CropGeometry") -> "Iterator[Prompter]":
    """Who is there: at the page at the address `web`, at a terminal, or nobody."""
    if web is not None:
        with at_page(web, geometry) as person:
            yield person
    else:
        yield Keys() if sys.stdin is not None and sys.stdin.isatty() else Lines()


@contextmanager
def at_page(address: str, geometry: "CropGeometry") -> "Iterator[AtPage]":
    """Open the page at `address`, which shows crops of `geometry`, and wait for a browser."""
    from ..web.booth import Booth
    from ..web.page import Page

    booth = Booth(geometry)
    with Page(booth, address, "record.html") as page:
        page.announce()
        page.wait_for_browser()
        try:
            yield AtPage(booth)
        finally:
            booth.conclude("The page can be closed.")


class AtPage:
    """A person at a page, who decides; the terminal tells what happens."""

    def __init__(self, booth: "Booth") -> None:
        self.booth = booth

    def __call__(self, event: "Event") -> "Answer | None":
        """See `Prompter`."""
        show(event)
        if isinstance(event, Asks):
            click.echo()
        return self.booth(event)


def counted(takes: int) -> str:
    """`1 take`, `2 takes`."""
    return "1 take" if takes == 1 else f"{takes} takes"

"""A guided recording session on the command line: what `record` and `teach` do alike."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Final

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
    web: "tuple[str, CropGeometry] | None" = None,
) -> None:
    """Go through `plan` with whoever is at the terminal, or with nobody; with `web`, an address and
    the crop that is shown there, with whoever has opened the page. `where` is what the person is
    told of where takes go. Raises what `session` raises, KeyboardInterrupt for Ctrl-C."""

    def opened(wanted: "Wanted") -> "Source":
        named = spec.replace(TEXT, wanted.asked).replace(TAKE, str(wanted.number))
        return open_source(named, fps)

    camera = Camera(opened, each=TEXT in spec or TAKE in spec)
    click.echo(f"{counted(len(plan))} into {where}: {HOW}")
    with leaving_on_sigterm(), ExitStack() as stack:
        prompter: Prompter = Lines()
        if web is not None:
            prompter = OnPage(stack, *web)
        elif sys.stdin is not None and sys.stdin.isatty():
            prompter = Keys()
        events = stack.enter_context(closing(session(plan, camera, watcher, keeper, seconds)))
        event = next(events, None)
        while event is not None:
            answer = prompter(event)
            try:
                event = events.send(answer)
            except StopIteration:
                return


class OnPage:
    """A person at a page, who decides; the terminal tells what happens."""

    def __init__(self, stack: ExitStack, address: str, geometry: "CropGeometry") -> None:
        """Open the page at `address`, which closes with `stack`, and wait for a browser."""
        from ..web.booth import Booth
        from ..web.page import Page

        self._booth: Booth = Booth(geometry)
        page = stack.enter_context(Page(self._booth, address, "record.html"))
        stack.callback(self._booth.conclude, "The page can be closed.")
        page.announce()
        page.wait_for_browser()

    def __call__(self, event: "Event") -> "Answer | None":
        """See `Prompter`."""
        show(event)
        if isinstance(event, Asks):
            click.echo()
        return self._booth(event)


def counted(takes: int) -> str:
    """`1 take`, `2 takes`."""
    return "1 take" if takes == 1 else f"{takes} takes"

"""`edge-lip demo`: a rendered talker says something, and it is read; no camera and no data."""

import os
import sys
import time
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from ..demo.display import Display
    from ..sinks import Sink

PARTIALS = 0.4
"""Seconds between partial results."""
PAUSE = 2.0
"""Seconds between sentences for whoever watches."""


def _model_and_text(
    context: click.Context, argument: click.Parameter, words: tuple[str, ...]
) -> tuple[str, ...]:
    """The words to say; the first of them is the verb's `model` where it names one."""
    from ..model.shipped import names_model

    named = bool(words) and names_model(words[0])
    context.params["model"] = words[0] if named else None
    return words[named:]


@click.command(
    epilog=options.examples(
        "edge-lip demo",
        "edge-lip demo bin blue at f two now",
        "edge-lip demo model.tflite --sentences 20 --seed 7",
        "edge-lip demo bin blue at f two now --web",
        then="The talker is rendered: nobody real, and no measure of how well people are read.",
    )
)
@options.formerly("--model", "model", "edge-lip demo MODEL", type=click.Path())
@click.argument("text", nargs=-1, metavar="[MODEL] [TEXT]...", callback=_model_and_text)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Of the talker, and of the sentence where none is given; the next has the next.",
)
@click.option(
    "--sentences",
    type=click.IntRange(1),
    metavar="N",
    help="How many are said; 1, or with --web until Ctrl-C.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per sentence and line.")
@options.web()
def demo(
    text: tuple[str, ...],
    seed: int,
    sentences: int | None,
    model: str | None,
    as_json: bool,
    web: str | None,
) -> None:
    """Read the lips of a rendered talker who says TEXT, or a sentence that the model knows.

    MODEL is a .tflite file, or the name of one that comes with edge-lip; talker when none is given.
    """
    from ..confirmation.confirmation import Confirmation
    from ..confirmation.policy import Policy
    from ..demo.phrases import draw_text, spell
    from ..demo.take import take
    from ..model.file import open_model
    from ..model.shipped import TALKERS, find_model
    from ..reading.observation import Pace
    from ..reading.reader import Reader

    opened = open_model(find_model(model, TALKERS))
    given = spell(opened.manifest, " ".join(text)) if text else None
    endless = sentences is None and web is not None
    takes = right = 0
    with ExitStack() as stack:
        reader = stack.enter_context(
            Reader(opened, opened.manifest.tracker, partial_every=PARTIALS)
        )
        page = conversation = None
        confirmation = Confirmation(policy=Policy("ask"))
        if web is not None:
            from ..web.conversation import Conversation
            from ..web.page import open_page

            conversation = Conversation(confirmation)
            page = stack.enter_context(open_page(reader, web, conversation))
            page.wait_for_browser()
        display = stack.enter_context(_display(as_json))
        reader.observers.append(display.observe)
        watched = display.on_screen or page is not None
        if watched:
            reader.observers.append(Pace())
        sinks: list[Sink] = [display]
        if page and conversation:
            sinks += [page.board, confirmation, conversation]
        try:
            for one in count(seed) if endless else range(seed, seed + (sentences or 1)):
                if watched and takes:
                    time.sleep(PAUSE)
                said = given or draw_text(opened.manifest, one)
                if page:
                    page.board.said = said
                display.begin(said, one)
                made = take(reader, said, one, sinks)
                display.end(made)
                if conversation and conversation.followed:  # they are asked whether it is right
                    confirmation.wait()
                takes += 1
                right += made.right
        except KeyboardInterrupt:
            if not endless:
                raise
        if takes > 1:
            display.sum_up(takes, right)


def _display(as_json: bool) -> "Display":
    from ..demo.display import JsonLines, Lines

    if as_json:
        return JsonLines(sys.stdout)
    if not sys.stdout.isatty() or os.environ.get("TERM") in ("dumb", "unknown"):
        return Lines(sys.stdout)
    from rich.console import Console

    from ..demo.screen import Screen

    return Screen(Console(highlight=False))

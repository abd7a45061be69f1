"""`edge-lip info`: what a model file says of itself, and what is in it."""

import json
import sys

import click

from ..system.streams import takes_any
from . import options


@click.command(
    epilog=options.examples(
        "edge-lip info",
        "edge-lip info model.tflite --json",
        then="How fast it runs here: edge-lip benchmark model.tflite --source clip.mp4",
    )
)
@options.model(required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
def info(model: str | None, as_json: bool) -> None:
    """Tell what MODEL reads, how well, what is in it and where it runs: a .tflite file, or the name
    of one that comes with edge-lip; grid when none is given. Its checksums are verified; nothing
    is run."""
    from ..model.inspect.card import card_of, text
    from ..model.shipped import find_model

    card = card_of(find_model(model))
    escaped = not takes_any(sys.stdout)
    click.echo(json.dumps(card, indent=2, ensure_ascii=escaped) if as_json else text(card))

"""`edge-lip info`: what a model file says of itself, and what is in it."""

import json
from pathlib import Path

import click

from . import options


@click.command(
    epilog=options.teach(
        "edge-lip info",
        "edge-lip info model.tflite --json",
        then="How fast it runs here: edge-lip benchmark model.tflite --source clip.mp4",
    )
)
@click.argument("model", metavar="MODEL.tflite", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
def info(model: Path | None, as_json: bool) -> None:
    """Tell what MODEL.tflite reads, how well, what is in it and where it runs; of those that come
    with edge-lip the name will do, and grid-s1 is meant when none is given. Its checksums are
    verified; nothing is run."""
    from ..model.inspect.card import describe, text
    from ..model.shipped import find_model

    card = describe(find_model(model))
    click.echo(json.dumps(card, indent=2, ensure_ascii=False) if as_json else text(card))

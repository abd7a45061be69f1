"""`edge-lip evaluate`: a model's errors on labelled clips."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import EdgeLipError, UsageError
from ..quiet import quiet_stderr
from . import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.metrics import Reading

    from ..model import Network

MODELS = ("float", "quantized")


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@options.data
@click.option(
    "--split",
    default="val",
    show_default=True,
    help="val, holdout, train, or others: clips of speakers the model was not trained on.",
)
@options.decoder
@options.tracker
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Draw there, for each place in a sentence, which words are read as which.",
)
@click.option("--record", is_flag=True, help="Write the figures into the .tflite's manifest.")
def evaluate(
    model: Path,
    data: Path,
    split: str,
    decoder: str | None,
    tracker: str,
    as_json: bool,
    pictures: Path | None,
    record: bool,
) -> None:
    """Read labelled clips with MODEL (.tflite, or .h5 and .keras in float) as `run` would, and
    count the errors."""
    from dataclasses import asdict

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from training.evaluate import choose_clips, model_recipe, read_clips
    from training.metrics import score

    from ..model.file import add_accuracy
    from ..reader import Reader
    from .progress import Bar

    quantized = model.suffix == ".tflite"
    if record and not quantized:
        raise UsageError("--record writes into a .tflite; evaluate that")
    opened = _open(model, quantized)
    clips = choose_clips(data, model_recipe(opened.manifest), split)
    readings = []
    with Bar() as bar, Reader(opened, tracker, decoder) as reader:
        bar.start(f"reading {split}", len(clips))
        for reading in read_clips(reader, clips, bar.say):
            readings.append(reading)
            bar.tick()
    result = score(readings)
    figures = {
        "split": split,
        "decoder": decoder or opened.manifest.decoding.method,
        "model": MODELS[quantized],
        **asdict(result),
    }
    if record:
        add_accuracy(model, figures)
    if pictures:
        _draw(readings, pictures)
    if as_json:
        details = [asdict(reading) for reading in readings]
        click.echo(json.dumps({**figures, "readings": details}, indent=2))
        return
    for reading in readings:
        if reading.hypothesis != reading.reference:
            click.echo(f"{reading.clip}: {reading.reference}  read as  {reading.hypothesis}")
    speakers = sorted({reading.speaker for reading in readings})
    click.echo(
        f"{split}, {MODELS[quantized]}, {figures['decoder']}: {result.clips} clips, "
        f"{result.words} words\n"
        f"WER {result.wer:.2%} (95 %: {result.low:.1%} to {result.high:.1%}), "
        f"CER {result.cer:.2%}, exact {result.exact:.1%}\n"
        f"wrong by place: {', '.join(f'{rate:.1%}' for rate in result.places)}"
    )
    if len(speakers) > 1:
        for speaker in speakers:
            own = score([reading for reading in readings if reading.speaker == speaker])
            click.echo(f"  {speaker}: WER {own.wer:.1%} of {own.words} words")


def _draw(readings: "Sequence[Reading]", folder: Path) -> None:
    from training.metrics import confusions
    from training.pictures import draw_confusion

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EdgeLipError(f"can't make {folder}: {error.strerror}") from error
    for place, confusion in enumerate(confusions(readings), 1):
        draw_confusion(confusion.counts, confusion.words, folder / f"confusion-{place}.png")


def _open(path: Path, quantized: bool) -> "Network":
    if quantized:
        from ..model import open_model

        return open_model(path)
    with quiet_stderr():  # TensorFlow's start, which no level of its own silences
        from training.float_model import open_float

        return open_float(path)

"""`edge-lip convert`: a trained Keras model becomes a .tflite file, or one for each way."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from converter import targets
from converter.export import modes
from edge_lip.cli import options as shared
from edge_lip.errors import EdgeLipError
from edge_lip.registry import explain

if TYPE_CHECKING:
    from converter.conversion.convert import Conversion
    from converter.conversion.options import Options


@click.command(
    epilog=shared.examples(
        "edge-lip convert runs/folder/model.h5",
        "edge-lip convert model.h5 --quantize all --evaluate my-clips",
        then="Next: edge-lip run runs/folder/model.tflite --source clip.mp4",
    )
)
@shared.formerly("--output", "out", "--out FILE", type=click.Path(path_type=Path))
@shared.model(path_type=Path)
@shared.out(metavar="OUT.tflite", help="Default: MODEL.tflite, beside the model.")
@click.option(
    "--quantize",
    type=click.Choice(modes.CHOICES),
    multiple=True,
    default=(modes.DEFAULT,),
    show_default=True,
    help=f"How weights and sums are stored ({explain(modes.MODES)}; mixed: int8 once per frame, "
    "dynamic once per utterance). Given several times, or all: a file for each, "
    "OUT-float16.tflite and so on (mixed: OUT.tflite), and a table to compare them by.",
)
@click.option(
    "--target",
    type=click.Choice(list(targets.TARGETS)),
    default=targets.DEFAULT,
    show_default=True,
    help=f"What the file is to run on ({explain(targets.TARGETS)}).",
)
@click.option(
    "--calibrate",
    metavar="DATA",
    type=click.Path(path_type=Path),
    help="What to quantize and verify by instead of the stacks that training left in the model: a "
    "dataset, a video, a folder of videos, a crop cache, or an .npz or .npy with stacks (N, "
    "height, width, frames) or clips (N, frames, height, width, channels).",
)
@click.option(
    "--evaluate",
    metavar="DATA",
    type=click.Path(path_type=Path),
    help="A dataset: read its clips before and after, and tell what changed. Of a model that "
    "edge-lip did not train: all clips of a folder per label.",
)
@shared.split(help="Which clips of it (see edge-lip evaluate).")
@click.option(
    "--describe",
    metavar="MODEL.toml",
    type=click.Path(path_type=Path),
    help="What a model that edge-lip did not train can't say of itself: see docs/convert.md.",
)
@click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="A value of that description, like fps=25 or crop.span=1.1; as often as needed.",
)
@click.option("--force", is_flag=True, help="Write the file though its proof failed.")
def convert(
    model: Path,
    out: Path | None,
    quantize: tuple[str, ...],
    target: str,
    calibrate: Path | None,
    evaluate: Path | None,
    split: str,
    describe: Path | None,
    settings: tuple[str, ...],
    force: bool,
) -> int:
    """Quantize MODEL (.h5, .keras or a SavedModel), verify what comes out against it, and write it
    as one file."""
    from converter.conversion.options import Options
    from converter.export.quantize import expand
    from converter.external.description import read_description
    from converter.verification.clips import Labelled
    from training.trained.read import check_file

    options = Options(
        target=target,
        calibration=calibrate,
        labelled=None if evaluate is None else Labelled(evaluate, split),
        description=read_description(describe, settings),
        force=force,
    )
    if not (check_file(model) or model.is_dir() or options.description):
        click.echo(f"{model} has no checksum: damage to it would not be noticed", err=True)
    file = out or model.with_suffix(".tflite")
    names = expand(quantize)
    if len(names) == 1:
        return _convert_once(model, file, names[0], options)
    return _compare(model, file, names, options, tolerant="all" in quantize)


def _convert_once(source: Path, file: Path, name: str, options: "Options") -> int:
    from dataclasses import replace

    from converter.conversion.convert import convert

    _show(convert(source, file, replace(options, quantization=name)))
    return 0


def _compare(
    source: Path, file: Path, names: tuple[str, ...], options: "Options", tolerant: bool
) -> int:
    """Every way that is possible, then the table. Where each was asked for by its name, one that
    is not possible is an error; none at all always is."""
    from dataclasses import replace

    from converter.conversion.compare import convert_each, draw_comparison, save, table
    from converter.conversion.convert import convert, draw_once, read_once

    def convert_one(source: Path, file: Path, options: "Options") -> "Conversion":
        report = convert(source, file, options)
        _show(report)
        return report

    options = read_once(source, draw_once(source, options))
    plans = {name: replace(options, quantization=name) for name in names}
    variants = convert_each(source, file, plans, convert_one)
    lost = [one for one in variants if one.status == "refused"]
    if len(lost) == len(variants):
        raise EdgeLipError(lost[0].reason)
    click.echo(table(variants))
    for suffix, write in ((".json", save), (".png", draw_comparison)):
        path = file.with_name(f"{file.stem}-compare{suffix}")
        write(variants, path)
        click.echo(path)
    return int(bool(lost) and not tolerant)


def _show(report: "Conversion") -> None:
    from converter.verification.proof import table

    click.echo(table(report.proof, report.size, report.parts, report.target))
    if report.placement:
        click.echo(report.placement)
    if report.uncompiled is not None:
        _leave_uncompiled(report)


def _leave_uncompiled(report: "Conversion") -> None:
    """Write what an Edge TPU's compiler needs beside a model, and say what to do with it."""
    from edge_lip.system.files import replacing

    assert report.uncompiled is not None
    first = next(iter(report.parts))
    path = report.target.with_stem(f"{report.target.stem}-{first}")
    with replacing(path) as temporary:
        temporary.write_bytes(report.uncompiled)
    click.echo(
        f"  edgetpu_compiler is not on the PATH, so nothing in {report.target.name} runs on an "
        f"Edge TPU yet. Where it is (x86-64 Linux), convert again, or see what it makes of it:\n"
        f"    edgetpu_compiler --show_operations --out_dir {path.parent} {path}"
    )

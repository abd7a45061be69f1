"""`edge-lip convert`: a trained Keras model becomes a .tflite file."""

from pathlib import Path

import click


@click.command()
@click.argument("source", metavar="MODEL.h5", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="OUT.tflite",
    type=click.Path(path_type=Path),
    help="Default: MODEL.tflite, beside the model.",
)
@click.option(
    "--calibrate",
    metavar="STACKS.npz",
    type=click.Path(path_type=Path),
    help="Stacks of normalized crops (N, height, width, frames) to quantize and verify by, "
    "instead of those that training left in the model.",
)
def convert(source: Path, output: Path | None, calibrate: Path | None) -> None:
    """Quantize MODEL.h5 (or .keras), verify the result against it, and write it as one file."""
    from converter.convert import convert
    from converter.load import read_stacks

    stacks = None if calibrate is None else read_stacks(calibrate)
    report = convert(source, output or source.with_suffix(".tflite"), stacks)
    click.echo(f"{report.target}: {report.size / 1e3:,.0f} kB")
    for name, size in report.parts.items():
        click.echo(f"  {name:6} {size / 1e3:>6,.0f} kB")
    click.echo(f"against Keras, on {report.stacks} stacks{'error':>17}{'cosine':>10}")
    for check in report.checks:
        click.echo(f"  {check.name:32} {check.relative_error:>8.2%}{check.cosine:>10.4f}")

"""`edge-lip setup`: everything a machine needs once, fetched and verified."""

from pathlib import Path

import click

from . import options


@click.command(
    epilog=options.examples(
        "edge-lip setup",
        "edge-lip setup --from mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
        then="The folder it prints makes another machine ready, too: copy it to the same place "
        "there, or to where EDGE_LIP_HOME points. Next: edge-lip run --source clip.mp4",
    )
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Take the face models from here: a folder with the two .tflite files, "
    "or a mediapipe 0.10.21 wheel. Nothing is downloaded.",
)
def setup(source: Path | None) -> None:
    """Fetch the face models (1.5 MB), verify them, and keep them for good.

    Without --from they come from an installed mediapipe package, from Google's storage, or from the
    mediapipe wheel of the package index, whichever works first.
    """
    from edge_lip.mouth.trackers.facemodels import locate

    models = locate(source)
    click.echo(f"face detector   {models.detector}")
    click.echo(f"face landmarks  {models.landmarks}")
    click.echo(f"verified; from  {models.origin}")

"""`edge-lip data`: labelled video to train with, from where it is published."""

from pathlib import Path

import click

from edge_lip.cli import options
from edge_lip.system.streams import tell

CORPORA = ("grid",)


@click.group(
    no_args_is_help=False,
    epilog=options.examples(
        "edge-lip data get grid --speakers s1,s2 --out grid",
        "edge-lip data get --help",
        then="Next: edge-lip train --recipe grid-unseen --data grid",
    ),
)
def data() -> None:
    """Fetch labelled video to train with."""


@data.command(
    short_help="Fetch a corpus, unpacked as training reads it.",
    epilog=options.examples(
        "edge-lip data get grid --speakers s1,s2 --out grid",
        "edge-lip data get grid --speakers all --out grid",
        "edge-lip data get grid --speakers all --out grid --from downloads",
        then="Stopped, the same command goes on where it was; what is there is passed over. A "
        "speaker takes about 0.4 GB, and as much again while it is unpacked.",
    ),
)
@click.argument("corpus", type=click.Choice(CORPORA))
@click.option("--speakers", required=True, metavar="s1,s2|all", help="Whose clips.")
@options.out(required=True, help="Folder of the corpus, to be made or added to.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Unpack the zip files in this folder instead of fetching them; they are verified where a "
    "file md5sums.txt lies beside them.",
)
@click.option(
    "--url",
    metavar="URL",
    help="Ask here what files there are, and not https://zenodo.org/api/records/3625687.",
)
def get(corpus: str, speakers: str, out: Path, source: Path | None, url: str | None) -> None:
    """Fetch a corpus, unpacked as training reads it: grid, the videos and word times of GRID's
    speakers, from Zenodo."""
    from edge_lip.cli.progress import Bar
    from edge_lip.errors import UsageError
    from training.data.download import CREDIT, URL, fetch_grid, unpack_grid, wanted_speakers

    if source and url:
        raise UsageError("--from takes files that are here, --url says where to fetch them")
    wanted = wanted_speakers(speakers)
    try:
        with Bar() as bar:
            if source:
                there = unpack_grid(out, wanted, source, bar)
            else:
                there = fetch_grid(out, wanted, url or URL, bar)
    except KeyboardInterrupt:
        tell("stopped; what has come is kept, and the same command goes on")
        raise click.Abort from None  # which prints no empty line
    for one in there:
        click.echo(
            f"{one.speaker:4} {one.clips:5} clips, {one.timed} with the times of their words"
        )
    click.echo(CREDIT)

"""`edge-lip record`: takes of one's own phrases, one after the other, in front of a camera."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..system.streams import tell
from . import options

if TYPE_CHECKING:
    from ..recording.folder import Folder


@click.command(
    epilog=options.examples(
        "edge-lip record phrases.txt --camera --out my-recordings",
        "edge-lip record phrases.txt --camera --out my-recordings --takes 5 --nothing 6",
        "edge-lip record phrases.txt --camera --out my-recordings --no-video",
        "edge-lip record phrases.txt --camera --out my-recordings --web",
        "edge-lip record phrases.txt --source 'talker:{text}?seed=3&noise={take}' --out rendered",
        then="Called again, it goes on with what is missing. "
        "Next: edge-lip teach my.phrases --data my-recordings",
    ),
)
@click.argument("phrases", type=click.Path(path_type=Path))
@options.out(metavar="FOLDER", required=True, help="Where the takes are kept, and a list of them.")
@click.option(
    "--takes",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How often each phrase is recorded.",
)
@click.option(
    "--nothing",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="So many takes in which none of it is said: a yawn, a smile; six are good.",
)
@options.source(
    more=" A recording is read anew for each take; {text} in it is the phrase, {take} which take."
)
@options.camera
@options.fps
@options.turn
@click.option(
    "--seconds",
    type=click.FloatRange(1, 9),
    default=6.0,
    show_default=True,
    help="A take ends when the lips have stopped, or after so long.",
)
@click.option(
    "--no-video",
    is_flag=True,
    help="Keep no picture of the face: mouth crops and lip points alone, which teach takes, too.",
)
@click.option(
    "--from",
    "model",
    metavar="MODEL",
    type=click.Path(),
    help="The model whose crop is taken, the same as in edge-lip teach; grid.",
)
@options.tracker
@options.web(shows="Ask, show and answer on a web page")
def record(
    phrases: Path,
    out: Path,
    takes: int,
    nothing: int,
    source: str | None,
    camera: str | None,
    fps: float | None,
    rotate: str | None,
    flip: str | None,
    seconds: float,
    no_video: bool,
    model: str | None,
    tracker: str | None,
    web: str | None,
) -> None:
    """Record takes of the phrases in PHRASES, a text file with a phrase a line, and say what is
    wrong with each.

    On a terminal a key decides what becomes of a take, with --web a button on the page; elsewhere
    good ones are kept, and others are tried once more and then kept with what is wrong in the list,
    recordings.json.
    """
    spec = options.spec_of(source, camera)
    from ..recording.plan import missing, read_phrases

    texts = read_phrases(phrases, tell)

    from ..model.file import read_manifest
    from ..mouth.trackers import make_tracker, on_device
    from ..recording.folder import Folder
    from ..recording.take import Watcher
    from .guided import guide, whoever

    manifest = read_manifest(model)
    folder = Folder(out, manifest.crop, video=not no_video)
    plan = missing(texts, takes, nothing, folder.counts())
    if not plan:
        click.echo(f"all takes are in {out}: --takes says how many there are to be")
        return
    made = make_tracker(tracker or on_device(manifest.tracker))
    watcher = Watcher(made, manifest.crop, pictures=not no_video)
    how = {"fps": fps, "rotate": rotate, "flip": flip}
    try:
        with whoever(web, manifest.crop) as prompter:
            guide(plan, spec, how, watcher, folder, seconds, out, prompter)
    except (KeyboardInterrupt, SystemExit):
        tell(_summary(folder, texts, takes, nothing))
        raise
    click.echo(_summary(folder, texts, takes, nothing))


def _summary(folder: "Folder", texts: Sequence[str], takes: int, nothing: int) -> str:
    """What is there, and what is not."""
    from ..recording.plan import missing
    from .guided import counted

    left = len(missing(texts, takes, nothing, folder.counts()))
    there = f"{counted(len(folder.recordings))} in {folder.path}"
    return f"{there}; {left} missing, the same call goes on with them" if left else there

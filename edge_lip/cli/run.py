"""`edge-lip run`: read lips from a video, a folder or a camera."""

import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from ..errors import EdgeLipError, FaceError, SourceError, UsageError
from ..reading.triggers import TRIGGERS
from ..sinks import OUTPUTS
from ..system.needs import named
from ..system.streams import tell
from . import options
from .configured import Configured

if TYPE_CHECKING:
    from ..events import Event
    from ..reading.reader import Reader
    from ..sinks import Sink
    from ..sinks.queued import Queued
    from ..sources.frame import Source
    from ..web.page import Page


class _Lines(click.types.StringParamType):
    """Texts that have spaces, one a line where they come from the environment."""

    envvar_list_splitter = "\n"


PARTIALS = {None: None, True: 0.2, False: 0.0}
"""Seconds between partial results by what the user said; unsaid, the source decides."""


@click.command(
    cls=Configured,
    rivals=("source", "camera"),
    epilog=options.examples(
        "edge-lip run --source clip.mp4",
        "edge-lip run model.tflite --source folder-of-clips --json",
        "edge-lip run --camera --threshold 0.7",
        "edge-lip run --camera --web",
        "edge-lip run --camera --to speech --to mqtt://lips@broker.local/lips",
        then="A camera is read until Ctrl-C. What a model can read, and how well: edge-lip info. "
        "What is to hold without a flag: edge-lip config.",
    ),
)
@options.formerly(
    "--model",
    "model",
    "edge-lip run MODEL",
    type=click.Path(),
    help="Model file, or the name of one that comes with edge-lip; grid.",
)
@options.model(required=False)
@options.source()
@options.camera
@click.option(
    "--realtime",
    is_flag=True,
    help="Play a recording as if a camera saw it now: late frames are dropped.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per event and line.")
@click.option(
    "--to",
    multiple=True,
    type=_Lines(),
    metavar="SPEC",
    help=f"Give events to {named(OUTPUTS.values())}, too; as often as you like: see "
    "docs/outputs.md.",
)
@click.option(
    "--phrases",
    type=click.Path(),
    metavar="FILE",
    help="Read the phrases that edge-lip teach has put there, and nothing else.",
)
@options.decoder
@options.threshold
@options.top
@options.tracker
@click.option(
    "--trigger",
    metavar="|".join(entry.spec for entry in TRIGGERS.values()),
    help=f"What begins and ends an utterance: {named(TRIGGERS.values())}; auto for cameras, always "
    "for recordings.",
)
@click.option(
    "--partials/--no-partials",
    default=None,
    help="Text while it is being said, on a screen or as JSON; yes for cameras and pages.",
)
@options.fps
@options.turn
@options.threads
@options.delegate
@options.web()
def run(
    model: str | None,
    source: str | None,
    camera: str | None,
    realtime: bool,
    as_json: bool,
    to: tuple[str, ...],
    phrases: str | None,
    decoder: str | None,
    threshold: float | None,
    top: int,
    tracker: str | None,
    trigger: str | None,
    partials: bool | None,
    fps: float | None,
    rotate: str | None,
    flip: str | None,
    threads: int,
    delegate: str | None,
    web: str | None,
) -> None:
    """Read lips from a video, a folder or a camera, with MODEL: a file, or the name of one that
    comes with edge-lip; grid when none is given. It stands right behind run."""
    spec = options.spec_of(source, camera)

    from ..appliance.watchdog import heartbeats
    from ..model.shipped import names_model
    from ..reading.reader import open_reader
    from ..sinks.jsonlines import JsonLines
    from ..sinks.terminal import Terminal
    from ..sources.specs import expand, open_source
    from ..system.signals import leaving_on_sigterm

    if camera is not None and names_model(camera):  # it was taken for the number of the camera
        raise UsageError(f"MODEL stands right behind run: edge-lip run {camera} --camera")
    if partials is None and web is not None:
        partials = True
    clips = expand(spec)
    sinks: list[Sink] = [JsonLines(sys.stdout)]
    if not as_json:
        sinks = [Terminal(sys.stdout, named=clips != [spec])]
    reader = open_reader(
        model,
        tracker,
        decoder,
        threads=threads,
        delegate=delegate,
        partial_every=PARTIALS[partials],
        threshold=threshold,
        top=top,
        trigger=trigger,
        phrases=phrases,
    )
    with leaving_on_sigterm(), reader, ExitStack() as stack:
        reader.observers += heartbeats()
        outputs: list[Queued] = []
        if to:
            from ..sinks.specs import open_sinks

            outputs = stack.enter_context(open_sinks(to))
            sinks += outputs
        page = None
        if web is not None:
            from ..reading.observation import Pace
            from ..web.page import open_page

            page = stack.enter_context(open_page(reader, web))
            for output in outputs:
                output.link(page.place)
            reader.observers.append(Pace())
            sinks.append(page.board)

        def read(clip: str) -> None:
            _read(reader, open_source(clip, fps, realtime, rotate, flip), sinks, page)

        if clips == [spec]:
            read(spec)
            return
        failed = 0
        for clip in clips:
            try:
                read(clip)
            except (SourceError, FaceError) as error:
                failed += 1
                tell(str(error))
    if failed:
        raise EdgeLipError(f"{failed} of {len(clips)} clips gave no text")


def _read(reader: "Reader", source: "Source", sinks: "list[Sink]", page: "Page | None") -> None:
    """Read `source` to its end, or until Ctrl-C or SIGTERM when it has none; close it.

    A recorded one begins when somebody has opened the page, if there is one.
    """
    face = True
    with closing(source):
        if page and not source.live:
            page.wait_for_browser()
        try:
            for event in reader.stream(source):
                _tell(sinks, event)
                face = event.kind != "no_face"
                if event.kind in ("source", "face"):
                    tell(event.message)
        except (KeyboardInterrupt, SystemExit):
            if not source.live:
                raise
            for event in reader.finish():
                _tell(sinks, event)
    if not face:
        raise FaceError(
            f"no face in {source.name}: it has to be in the picture, upright (--rotate turns it), "
            "frontal and lit"
        )


def _tell(sinks: "list[Sink]", event: "Event") -> None:
    for sink in sinks:
        sink(event)

"""`edge-lip run`: read lips from a video, a folder or a camera."""

import re
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..confirmation.answers import ANSWERS
from ..errors import EdgeLipError, FaceError, SourceError, UsageError
from ..reading.triggers import TRIGGERS
from ..sinks import OUTPUTS
from ..system.needs import named
from ..system.streams import tell
from . import options
from .configured import Configured

if TYPE_CHECKING:
    from ..confirmation.confirmation import Confirmation
    from ..events import Event
    from ..reading.reader import Reader
    from ..reading.triggers.trigger import Trigger
    from ..sinks import Sink
    from ..sinks.queued import Queued
    from ..sources.frame import Source
    from ..web.conversation import Conversation
    from ..web.page import Page


class _Lines(click.types.StringParamType):
    """Texts that have spaces, one a line where they come from the environment."""

    envvar_list_splitter = "\n"


class _Confirm(click.types.StringParamType):
    """What `parse_policy` takes; what it does not is refused with the other options."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The same text."""
        from ..confirmation.policy import parse_policy

        try:
            parse_policy(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)
        return value


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
    "--confirm",
    type=_Confirm(),
    metavar="ask|unsure|never",
    default="never",
    show_default=True,
    help="Which texts wait for a yes before they are said, typed, published or given to a program: "
    "see docs/speak.md.",
)
@click.option(
    "--confirm-by",
    multiple=True,
    type=_Lines(),
    metavar="SPEC",
    help=f"Who says yes or no beside a page: {named(ANSWERS.values())}; as often as you like.",
)
@click.option(
    "--own-phrases",
    type=click.Path(),
    metavar="FILE",
    help="With --web: phrases to say by a touch, one a line; what is added on the page is kept "
    "there.",
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
    confirm: str,
    confirm_by: tuple[str, ...],
    own_phrases: str | None,
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
    from ..confirmation.confirmation import Confirmation
    from ..confirmation.policy import parse_policy
    from ..model.shipped import names_model
    from ..reading.opening import open_reader
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
    confirmation = Confirmation(policy=parse_policy(confirm))
    if confirmation.policy.when != "never" and not (
        confirm_by or web is not None or _is_held(trigger) or confirmation.policy.silence
    ):
        raise UsageError(
            f"--confirm {confirm} needs somebody who says yes: --web, --confirm-by, --trigger key "
            "or gpio:PIN, or a silence that does"
        )
    if own_phrases is not None and web is None:
        raise UsageError("--own-phrases are for a page: --web shows it")
    reader = open_reader(
        model,
        tracker,
        decoder,
        threads=threads,
        delegate=delegate,
        partial_every=PARTIALS[partials],
        threshold=threshold,
        top=top,
        trigger=_pressed(trigger, confirmation),
        phrases=phrases,
    )
    with leaving_on_sigterm(), reader, ExitStack() as stack:
        if options.typed("top") and not (phrases or reader.manifest.closed):
            raise UsageError("--top is for labels and taught phrases: this model reads sentences")
        alive = heartbeats()
        reader.observers += alive
        if confirmation.policy.when != "never":
            reader.observers.append(lambda _: confirmation.check())
        sinks.append(confirmation)
        outputs: list[Queued] = []
        if to:
            from ..sinks.specs import open_sinks

            outputs = stack.enter_context(open_sinks(to))
            for sink in outputs:
                (confirmation.outputs if sink.acts else sinks).append(sink)
        stack.callback(confirmation.close)
        for answers in confirm_by:
            from ..confirmation.answers import open_answers

            stack.enter_context(closing(open_answers(answers, confirmation)))
        page = beside = None
        if web is not None and phrases is not None:
            from .beside import Beside

            beside = Beside(reader, Path(phrases), model, threshold, alive)
        if web is not None:
            from ..reading.observation import Pace
            from ..web.page import open_page

            conversation = _conversation(confirmation, own_phrases, phrases, to)
            page = stack.enter_context(
                open_page(reader, web, conversation, beside.booth if beside else None)
            )
            for output in outputs:
                output.link(page.place)
                output.failed = conversation.trouble
            reader.observers.append(Pace())
            sinks += [page.board, conversation]

        def read(clip: str) -> None:
            source: Source = open_source(clip, fps, realtime, rotate, flip)
            if page is not None and beside is not None:
                page.board.teaching = source.live
                source = beside.between(source)
            _read(reader, source, sinks, page, confirmation)

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


def _conversation(
    confirmation: "Confirmation", own_phrases: str | None, taught: str | None, to: tuple[str, ...]
) -> "Conversation":
    """What a person's page shows: phrases of their own, and those that were taught."""
    from ..phrases.phrasebook import NOTHING, load
    from ..web.conversation import Conversation
    from ..web.own_phrases import OwnPhrases

    known = [] if taught is None else [one.text for one in load(Path(taught)).phrases]
    known = [text for text in known if text != NOTHING]
    phrases = OwnPhrases(None if own_phrases is None else Path(own_phrases).expanduser(), known)
    aloud = any(re.match(r"speech\b", spec) for spec in to)
    return Conversation(confirmation, phrases, aloud)


def _is_held(trigger: str | None) -> bool:
    """Whether it is something that somebody presses."""
    return trigger is not None and trigger.partition(":")[0] in ("key", "gpio")


def _pressed(trigger: str | None, confirmation: "Confirmation") -> "Trigger | str | None":
    """The trigger; one that is pressed can also confirm."""
    if trigger is None or not _is_held(trigger) or confirmation.policy.when == "never":
        return trigger
    from ..confirmation.press import ShortPress
    from ..reading.triggers import make_trigger

    return ShortPress(make_trigger(trigger), confirmation)


def _read(
    reader: "Reader",
    source: "Source",
    sinks: "list[Sink]",
    page: "Page | None",
    confirmation: "Confirmation",
) -> None:
    """Read `source` to its end, or until Ctrl-C or SIGTERM when it has none; close it.

    A recorded one begins when somebody has opened the page, if there is one, and is over when its
    text has been confirmed, or not.
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
            if not source.live:
                confirmation.wait()
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

"""`edge-lip teach`: phrases of one's own, learned on the device from a few takes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ..recording.plan import NOTHING
from ..system.streams import tell
from . import options

if TYPE_CHECKING:
    from ..phrases.phrasebook import Phrasebook
    from ..reading.teaching import Teacher
    from ..recording.plan import Wanted
    from ..recording.take import Take

ACTIONS = ("add", "list", "remove", "test")
OF_A_PHRASE = ("add", "remove")
TAKES = 3
"""In front of a camera, where nobody says how many."""
SECONDS = 6.0
"""After which a take ends whose lips do not stop."""


@click.command(
    epilog=options.examples(
        "edge-lip teach my.phrases --data my-recordings",
        'edge-lip teach my.phrases add "I need water" --camera',
        'edge-lip teach my.phrases add "I need water" --source take-1.mp4 --source take-2.mp4',
        "edge-lip teach my.phrases list",
        'edge-lip teach my.phrases remove "I need water"',
        "edge-lip teach my.phrases test",
        then="Next: edge-lip run --phrases my.phrases --camera",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("action", metavar=f"[{'|'.join(ACTIONS)}]", required=False)
@click.argument("phrase", required=False)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Learn all clips of a folder: clips/PHRASE/*.mp4, or a labels.csv, as edge-lip record "
    f'makes them. Those of a phrase called "{NOTHING}" teach what is none.',
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SPEC",
    help="With add: a video in which the phrase is said, once; as often as there are takes. With "
    "--takes what --camera would be: all of them are taken from it.",
)
@options.camera
@click.option(
    "--takes",
    type=click.IntRange(1),
    metavar="N",
    help="With add: so many takes, asked for one after the other; 3 with --camera.",
)
@click.option(
    "--from",
    "model",
    metavar="MODEL",
    type=click.Path(),
    help="The model whose crop is taken, the same as in edge-lip run MODEL --phrases; grid.",
)
@options.tracker
@options.web(shows="With --camera: ask, show and answer on a web page")
def teach(
    file: Path,
    action: str | None,
    phrase: str | None,
    data: Path | None,
    sources: tuple[str, ...],
    camera: str | None,
    takes: int | None,
    model: str | None,
    tracker: str | None,
    web: str | None,
) -> None:
    """Teach FILE phrases, each by a few takes and without training.

    Three takes of each are a good beginning; more can be added at any time, and the clips need not
    be kept. `test` leaves out each take in turn and reads it by the others.
    """
    _check(action, phrase, data, sources, camera, takes)
    if data is not None:
        from ..mouth.kept import SUFFIX
        from ..sources.labelled import labelled_clips
        from ..sources.video import VIDEO_SUFFIXES

        _, clips = labelled_clips(data, tell, (*VIDEO_SUFFIXES, SUFFIX))
        _show(_learn(file, [(one.text, str(one.path)) for one in clips], model, tracker))
    elif action == "add" and (camera or takes):
        spec = options.spec_of(sources[0] if sources else None, camera)
        _show(_learn_live(file, str(phrase), takes or TAKES, spec, model, tracker, web))
    elif action == "add":
        _show(_learn(file, [(str(phrase), source) for source in sources], model, tracker))
    elif action == "list":
        _show(_load(file, model))
    elif action == "remove":
        from ..phrases.phrasebook import save

        book = _load(file, model).without(_kept(str(phrase)))
        save(book, file)
        _show(book)
    else:
        _test(_load(file, model))


def _check(
    action: str | None,
    phrase: str | None,
    data: Path | None,
    sources: Sequence[str],
    camera: str | None,
    takes: int | None,
) -> None:
    """Raise UsageError for what does not go together."""
    if action is not None and action not in ACTIONS:
        raise UsageError(f"there is no {action!r}: say one of {', '.join(ACTIONS)}")
    if (action is None) == (data is None):
        raise UsageError(f"give --data FOLDER, or say one of {', '.join(ACTIONS)}")
    if action in OF_A_PHRASE and not (phrase or "").split():
        raise UsageError(f"say which phrase: edge-lip teach FILE {action} TEXT")
    if action not in OF_A_PHRASE and phrase is not None:
        raise UsageError(f"{phrase!r} is too much: put a phrase of several words in quotes")
    if (action == "add") != bool(sources or camera):
        raise UsageError(
            "--camera and --source go with add, and add with one of them: a camera, or a video for "
            "each take"
        )
    if takes is not None and action != "add":
        raise UsageError("--takes goes with add: say which phrase is to be taken so often")
    if takes is not None and len(sources) > 1:
        raise UsageError("--takes are all of one source: leave it out where each has its own")


def _learn(
    file: Path, takes: Sequence[tuple[str, str]], model: str | None, tracker: str | None
) -> "Phrasebook":
    from ..reading.teaching import teach as learn
    from .progress import Bar

    with Bar(err=True) as bar:
        bar.start("learning", len(takes))

        def told() -> Iterator[tuple[str, str]]:
            for text, spec in takes:
                yield _kept(text), spec
                bar.tick()

        return learn(file, told(), model, tracker, bar.say)


class _Taught:
    """Where takes of a camera go: into the file of phrases (see `Keeper`)."""

    video = False

    def __init__(self, teacher: "Teacher", file: Path) -> None:
        self._teacher, self._file = teacher, file

    def keep(self, take: "Take", wanted: "Wanted", problems: Sequence[str], when: str) -> str:
        """See `Keeper.keep`."""
        self._teacher.learn_crops(_kept(wanted.phrase), take.crops)
        return str(self._file)


def _learn_live(
    file: Path,
    text: str,
    takes: int,
    spec: str,
    model: str | None,
    tracker: str | None,
    web: str | None,
) -> "Phrasebook":
    """Takes of one phrase in front of a camera, each learned as soon as it is kept."""
    from ..mouth.trackers import make_tracker, on_device
    from ..reading.teaching import Teacher
    from ..recording.plan import missing
    from ..recording.take import Watcher
    from .guided import guide

    teacher = Teacher(file, model)
    asked = " ".join(text.split())
    plan = missing([asked], takes, 0, {}) if _kept(text) else missing([], 0, takes, {})

    manifest = teacher.manifest
    made = make_tracker(tracker or on_device(manifest.tracker))
    watcher = Watcher(made, manifest.crop, pictures=False)
    guide(
        plan,
        spec,
        None,
        watcher,
        _Taught(teacher, file),
        SECONDS,
        file,
        (web, manifest.crop) if web else None,
    )
    return teacher.book


def _test(book: "Phrasebook") -> None:
    from ..phrases.matching import Matcher, confusable

    found = Matcher(book).left_out()
    if not found:
        raise UsageError("every phrase has one take: add another, so that one can be left out")
    width = max(len(_told(text)) for text, _ in found)
    for phrase in book.phrases:
        own = [match for text, match in found if text == phrase.text]
        if own:
            right = sum(match.texts[0] == phrase.text for match in own)
            click.echo(f"{_told(phrase.text):{width}}  {right} of {len(own)} takes right")
    right = sum(text == match.texts[0] for text, match in found)
    answered = sum(text == match.texts[0] and match.known for text, match in found if text)
    spoken = sum(bool(text) for text, _ in found)
    click.echo(
        f"{right} of {len(found)} right when left out; {answered} of {spoken} would be answered, "
        "the others are too far from their phrase's other takes"
    )
    for first, second, count in confusable(found):
        times = "once" if count == 1 else f"{count} times"
        click.echo(
            f"taken for each other {times}: {_told(first)}, {_told(second)}; say one of them in "
            "other words, or add takes"
        )


def _load(file: Path, model: str | None) -> "Phrasebook":
    from ..model.file import read_manifest
    from ..phrases.phrasebook import load

    return load(file, read_manifest(model))


def _show(book: "Phrasebook") -> None:
    for phrase in book.phrases:
        takes = len(phrase.takes)
        click.echo(f"{takes:3} {'take ' if takes == 1 else 'takes'}  {_told(phrase.text)}")


def _kept(text: str) -> str:
    """As it is in the file: takes of nothing have no text."""
    text = " ".join(text.split())
    return "" if text.casefold() == NOTHING else text


def _told(text: str) -> str:
    return text or f"({NOTHING})"

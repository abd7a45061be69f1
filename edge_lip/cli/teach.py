"""`edge-lip teach`: phrases of one's own, learned on the device from a few takes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ..recording.plan import NOTHING
from ..system.streams import tell
from . import options
from .wishes import SECONDS, Taught, grant, kept, listed, plan, tested, told

if TYPE_CHECKING:
    from ..phrases.phrasebook import Phrasebook
    from ..reading.teaching import Teacher
    from .guided import AtPage

ACTIONS = ("add", "list", "remove", "test")
OF_A_PHRASE = ("add", "remove")
TAKES = 3
"""In front of a camera, where nobody says how many."""


@click.command(
    epilog=options.examples(
        "edge-lip teach my.phrases --data my-recordings",
        'edge-lip teach my.phrases add "I need water" --camera',
        'edge-lip teach my.phrases add "I need water" --source take-1.mp4 --source take-2.mp4',
        "edge-lip teach my.phrases --camera --web",
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
    "--take",
    type=click.IntRange(1),
    metavar="K",
    help="With remove: only this take of the phrase; test tells which is unlike the others.",
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
    take: int | None,
    model: str | None,
    tracker: str | None,
    web: str | None,
) -> None:
    """Teach FILE phrases, each by a few takes and without training.

    Three takes of each are a good beginning; more can be added at any time, and the clips need not
    be kept. `test` leaves out each take in turn and reads it by the others. With --camera --web and
    nothing else a page lists, adds, removes and tests.
    """
    _check(action, phrase, data, sources, camera, takes, web)
    if take is not None and action != "remove":
        raise UsageError("--take goes with remove: the take of a phrase that is to go")
    if data is not None:
        from ..mouth.kept import SUFFIX
        from ..sources.labelled import labelled_clips
        from ..sources.video import VIDEO_SUFFIXES

        _, clips = labelled_clips(data, tell, (*VIDEO_SUFFIXES, SUFFIX))
        _show(_learn(file, [(one.text, str(one.path)) for one in clips], model, tracker))
    elif action is None or camera or takes:
        spec = options.spec_of(sources[0] if sources else None, camera)
        _learn_live(file, phrase, takes or TAKES, spec, model, tracker, web)
    elif action == "add":
        _show(_learn(file, [(str(phrase), source) for source in sources], model, tracker))
    elif action == "list":
        _show(_load(file, model))
    elif action == "remove":
        from ..phrases.phrasebook import save

        book = _load(file, model).without(kept(str(phrase)), take)
        save(book, file)
        _show(book)
    else:
        for line in tested(_load(file, model)):
            click.echo(line)


def _check(
    action: str | None,
    phrase: str | None,
    data: Path | None,
    sources: Sequence[str],
    camera: str | None,
    takes: int | None,
    web: str | None,
) -> None:
    """Raise UsageError for what does not go together."""
    if action is not None and action not in ACTIONS:
        raise UsageError(f"there is no {action!r}: say one of {', '.join(ACTIONS)}")
    page = action is None and data is None and web is not None
    if (action is None) == (data is None) and not page:
        raise UsageError(
            f"give --data FOLDER, say one of {', '.join(ACTIONS)}, or open a page to teach from: "
            "--camera --web"
        )
    if action in OF_A_PHRASE and not (phrase or "").split():
        raise UsageError(f"say which phrase: edge-lip teach FILE {action} TEXT")
    if action not in OF_A_PHRASE and phrase is not None:
        raise UsageError(f"{phrase!r} is too much: put a phrase of several words in quotes")
    if (action == "add" or page) != bool(sources or camera):
        raise UsageError(
            "--camera and --source go with add, and add with one of them: a camera, or a video for "
            "each take"
        )
    if takes is not None and action != "add" and not page:
        raise UsageError("--takes goes with add: say which phrase is to be taken so often")
    if web is not None and not (page or camera or takes):
        raise UsageError("--web is for takes of a camera: --camera --web")
    if (takes is not None or page) and len(sources) > 1:
        raise UsageError("--takes are all of one source: leave it out where each has its own")


def _learn(
    file: Path, takes: Sequence[tuple[str, str]], model: str | None, tracker: str | None
) -> "Phrasebook":
    from ..reading.teaching import teach as learn
    from .progress import Bar

    with _telling_what_stays(file), Bar(err=True) as bar:
        bar.start("learning", len(takes))

        def told() -> Iterator[tuple[str, str]]:
            for text, spec in takes:
                yield kept(text), spec
                bar.tick()

        return learn(file, told(), model, tracker, bar.say)


def _learn_live(
    file: Path,
    text: str | None,
    takes: int,
    spec: str,
    model: str | None,
    tracker: str | None,
    web: str | None,
) -> None:
    """Takes in front of a camera, each learned as soon as it is kept: of the phrase `text`, or of
    what somebody at the page wishes."""
    from ..mouth.trackers import make_tracker, on_device
    from ..reading.teaching import Teacher
    from ..recording.take import Watcher
    from .guided import Prompter, at_page, guide, whoever

    teacher = Teacher(file, model)
    crop = teacher.manifest.crop
    made = make_tracker(tracker or on_device(teacher.manifest.tracker))
    watcher = Watcher(made, crop, pictures=False)

    def take(phrase: str, prompter: Prompter) -> None:
        guide(
            plan(phrase, takes), spec, {}, watcher, Taught(teacher, file), SECONDS, file, prompter
        )

    with _telling_what_stays(file):
        if text is not None:
            with whoever(web, crop) as prompter:
                take(text, prompter)
        else:
            assert web is not None
            with at_page(web, crop) as person:
                _do_as_wished(teacher, person, lambda phrase: take(phrase, person))
    _show(teacher.book)


@contextmanager
def _telling_what_stays(file: Path) -> Iterator[None]:
    """Whoever stops it in between is told that nothing is lost."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        tell(f"stopped: all that was learned is in {file}" if file.exists() else "nothing learned")
        raise


def _do_as_wished(teacher: "Teacher", person: "AtPage", take: Callable[[str], None]) -> None:
    """Until it is enough: list, take, forget and test what the person at the page names."""
    lines: list[str] = []
    while True:
        wish = person.booth.choose(listed(teacher.book), lines)
        if wish.do == "end":
            return
        lines = grant(teacher, wish, take)


def _load(file: Path, model: str | None) -> "Phrasebook":
    from ..model.file import read_manifest
    from ..phrases.phrasebook import load

    return load(file, read_manifest(model))


def _show(book: "Phrasebook") -> None:
    for phrase in book.phrases:
        takes = len(phrase.takes)
        click.echo(f"{takes:3} {'take ' if takes == 1 else 'takes'}  {told(phrase.text)}")

"""Who shows a recording session to the person and answers it: a terminal with keys, or nobody."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import click

from ..recording.session import Answer, Asks, Begins, Counts, Event, Kept, Taken, Told
from ..system.streams import tell

ANSWERS: Final[dict[str, Answer]] = {
    "\r": "keep",
    "\n": "keep",
    " ": "keep",
    "k": "keep",
    "a": "again",
    "s": "skip",
    "q": "stop",
}
END, ESCAPE = "\x04", "\x1b"
"""Ctrl-D; and how keys begin that are no characters, such as arrows."""
LOOK: Final = 0.2
"""Seconds between looks at whether somebody wants to end it."""
MOST: Final = 64
"""Bytes taken at a time: nobody types more at once."""
BEGIN: Final = "  [Enter begins, s skips, q stops]"
GOOD: Final = "  [Enter keeps it, a once more, s skips, q stops]"
BAD: Final = "  [Enter or a once more, k keeps it all the same, s skips, q stops]"
LOST: Final = "  [Enter or a once more, s skips, q stops]"
ATTEMPTS: Final = 2
"""How often a take is tried where nobody decides."""


class Prompter(Protocol):
    """Shows events, and gives an answer to those that want one."""

    def __call__(self, event: Event) -> Answer | None:
        """Show `event`; see `edge_lip.recording.session` for the answers."""


class Lines:
    """Nobody is there to press keys: a good take is kept, another is tried once more."""

    def __call__(self, event: Event) -> Answer | None:
        """See `Prompter`."""
        show(event)
        if isinstance(event, Asks):
            click.echo()
        if not isinstance(event, Taken) or not event.problems:
            return None
        if event.attempt < ATTEMPTS:
            click.echo("   once more")
            return "again"
        if not event.keepable:
            click.echo("   passed over")
            return "skip"
        click.echo("   kept all the same")
        return "keep"


class Keys:
    """A person at a terminal, who decides. Needs standard input to be one."""

    def __init__(self) -> None:
        self._ready = False

    def __call__(self, event: Event) -> Answer | None:
        """See `Prompter`; raises KeyboardInterrupt for Ctrl-C."""
        show(event)
        if isinstance(event, Asks):
            if self._ready:  # the countdown is time enough to read what comes next
                click.echo()
                return None
            answer = _ask(BEGIN)
            self._ready = True
            return answer
        if not isinstance(event, Taken):
            return None
        if not event.keepable:
            answer = _ask(LOST)
            return "again" if answer == "keep" else answer
        if not event.problems:
            return _ask(GOOD)
        key = _key(BAD)
        return "again" if key in ("\r", "\n", " ") else ANSWERS[key]


def show(event: Event) -> None:
    """What is the same for all: a line, or part of one, for what happens."""
    if isinstance(event, Asks):
        what = f"({event.wanted.asked})" if event.wanted.nothing else event.wanted.asked
        click.echo(f"{event.total - event.left + 1} of {event.total}:  {what}", nl=False)
    elif isinstance(event, Counts):
        click.echo(f"   {event.seconds} ...", nl=False)
    elif isinstance(event, Begins):
        click.echo("   now")
    elif isinstance(event, Told):
        tell(event.text)
    elif isinstance(event, Taken):
        for line in event.problems or (f"good, {event.take.seconds:.1f} s",):
            click.echo(f"   {line}")
    elif isinstance(event, Kept):
        left = f"{event.left} left" if event.left else "that was the last"
        click.echo(f"   kept: {event.name}; {left}")


def _ask(question: str) -> Answer:
    return ANSWERS[_key(question)]


def _key(question: str) -> str:
    """The key of `ANSWERS` that is pressed once `question` is shown; a terminal that is gone is
    like "q"."""
    with _keys_at_once():
        click.echo(question)
        while True:
            typed = _typed()
            if not typed or END in typed:
                return "q"
            if not typed.startswith(ESCAPE):
                for key in typed.lower():
                    if key in ANSWERS:
                        return key


@contextmanager
def _keys_at_once() -> Iterator[None]:
    """Meanwhile the terminal gives each key at once, unseen; Ctrl-C goes on to work. What was typed
    before, while nobody asked, is no answer."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSAFLUSH)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _typed() -> str:
    """What is typed next; nothing where nobody can any more."""
    try:
        if sys.platform == "win32":
            return click.getchar()
        # Not one long wait: a Ctrl-C between Python's last look and the system's read would only be
        # noticed at the next key.
        while not select.select([sys.stdin], [], [], LOOK)[0]:
            pass
        return os.read(sys.stdin.fileno(), MOST).decode(errors="ignore")
    except (EOFError, OSError):
        return ""

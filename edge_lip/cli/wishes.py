"""What somebody wishes to be done with taught phrases, by words or at a page: `teach`, and the page
of `run`."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ..errors import EdgeLipError, UsageError
from ..recording.plan import NOTHING, missing
from ..system.identity import folded, tidied
from ..system.streams import tell

if TYPE_CHECKING:
    from ..phrases.phrasebook import Phrasebook
    from ..reading.teaching import Teacher
    from ..recording.plan import Wanted
    from ..recording.take import Take
    from ..web.booth import Wish

SECONDS: Final = 6.0
"""After which a take ends whose lips do not stop."""


class Taught:
    """Where takes of a camera go: into the file of phrases (see `Keeper`)."""

    video = False

    def __init__(self, teacher: "Teacher", file: object) -> None:
        self._teacher, self._file = teacher, file

    def keep(self, take: "Take", wanted: "Wanted", problems: Sequence[str], when: str) -> str:
        """See `Keeper.keep`."""
        self._teacher.learn_crops(kept(wanted.phrase), take.crops)
        return str(self._file)


def grant(teacher: "Teacher", wish: "Wish", take: Callable[[str], None]) -> list[str]:
    """Take, forget or test what somebody wishes; what there is to say of it, in lines. What can't
    be done is told, for the next may be."""
    try:
        if wish.do == "add":
            take(wish.text)
        elif wish.do == "remove":
            teacher.forget(kept(wish.text))
        else:
            return tested(teacher.book)
    except EdgeLipError as error:
        tell(str(error))
        return [str(error)]
    return []


def listed(book: "Phrasebook") -> list[tuple[str, int]]:
    """Its phrases, as people call them, and how many takes there are of each."""
    return [(one.text or NOTHING, len(one.takes)) for one in book.phrases]


def plan(text: str, takes: int) -> "list[Wanted]":
    """So many takes of the phrase `text`."""
    phrase = kept(text)
    return missing([phrase], takes, 0, {}) if phrase else missing([], 0, takes, {})


def tested(book: "Phrasebook") -> list[str]:
    """How each phrase's takes are read by the others, and what to do about it, in lines."""
    from ..phrases.matching import Matcher, confusable

    found = Matcher(book).left_out()
    if not found:
        raise UsageError("every phrase has one take: add another, so that one can be left out")
    width, lines = max(len(told(one.text)) for one in found), []
    for phrase in book.phrases:
        own = [one for one in found if one.text == phrase.text]
        if own:
            right = sum(one.right for one in own)
            lines.append(f"{told(phrase.text):{width}}  {right} of {len(own)} takes right")
    right = sum(one.right for one in found)
    answered = sum(one.right and one.match.known() for one in found if one.text)
    spoken = sum(bool(one.text) for one in found)
    lines.append(
        f"{right} of {len(found)} right when left out; {answered} of {spoken} would be answered, "
        "the others are too far from their phrase's other takes"
    )
    for first, second, count in confusable(found):
        times = "once" if count == 1 else f"{count} times"
        lines.append(
            f"taken for each other {times}: {told(first)}, {told(second)}; say one of them in "
            "other words, or add takes"
        )
    for one in found:
        if not one.right:
            other = told(one.match.texts[0])
            lines.append(
                f"take {one.number} of {told(one.text)} is nearer to {other}: if it went wrong, "
                "take it away (remove --take)"
            )
    return lines


def kept(text: str) -> str:
    """As it is in the file: takes of nothing have no text."""
    return "" if folded(text) == NOTHING else tidied(text)


def told(text: str) -> str:
    """As it is told."""
    return text or f"({NOTHING})"

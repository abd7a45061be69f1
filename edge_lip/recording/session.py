"""A guided session: asks for one take after the other, records it, and says what is wrong with it.

It knows no terminal and no page. `session` gives events; whoever shows them sends back an answer
where one is wanted:

    events = session(...)
    event = next(events)
    while True:
        event = events.send(answer if event is asked else None)
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from ..errors import SourceError
from ..sources.capture import follow
from ..sources.frame import Frame, Source
from ..sources.health import Notice
from .checks import problems
from .plan import Wanted
from .take import Seen, Take, Watcher

COUNTDOWN: Final = 3
"""Seconds from the prompt to the take, by the time of the frames."""
LEAD: Final = 0.5
"""Seconds before the take that belong to it: who is prompted begins a little early."""
REST: Final = 0.3
"""Seconds for which lips have to rest once they have stopped (see `Thresholds.hold`): a phrase of
several words may pause, and its last movement is not to be the last picture."""
STALE: Final = 0.5
"""Seconds between two frames after which a countdown begins anew; slow cameras have less."""
OF_NOTHING: Final = 4.0
"""Seconds that a take of nothing lasts at most: longer than most phrases."""

Answer = Literal["keep", "again", "skip", "stop"]


@dataclass(frozen=True)
class Asks:
    """The person is told what to say. Wants an answer: "skip", "stop", or else it begins."""

    wanted: Wanted
    left: int
    """Takes that are still to come, this one among them."""
    total: int
    """Takes that were to come at the beginning."""


@dataclass(frozen=True)
class Counts:
    """So many seconds until the take begins; only in front of what goes on by itself."""

    seconds: int


@dataclass(frozen=True)
class Begins:
    """Now."""

    wanted: Wanted


@dataclass(frozen=True, eq=False)
class Looks:
    """A picture, for whoever shows what the camera sees."""

    frame: Frame
    seen: Seen


@dataclass(frozen=True)
class Told:
    """Something happened to the source, in a line."""

    text: str


@dataclass(frozen=True, eq=False)
class Taken:
    """A take has ended. Wants an answer: an `Answer`; without one it is kept."""

    wanted: Wanted
    take: Take
    problems: tuple[str, ...]
    """What is wrong with it, a line each."""
    keepable: bool
    """Whether it can be kept: without a face there is no mouth to keep where the video is not."""
    attempt: int
    """Which attempt at this take it was, from 1."""


@dataclass(frozen=True)
class Kept:
    """A take is where it was to be."""

    name: str
    """What it is called now (see `Keeper.keep`)."""
    left: int
    """Takes that are still to come."""


Event = Asks | Counts | Begins | Looks | Told | Taken | Kept
Session = Generator[Event, Answer | None, None]


@dataclass(frozen=True)
class Camera:
    """What takes are recorded from."""

    open: Callable[[Wanted], Source]
    """Gives a source for a take."""
    each: bool
    """Whether every take has a source of its own, whatever that is. Otherwise a live one is opened
    once and goes on by itself, and a recording is opened for every take."""


class Keeper(Protocol):
    """Where takes go: a folder, or into a file of phrases."""

    @property
    def video(self) -> bool:
        """Whether it needs the pictures; a face's crops are enough otherwise."""

    def keep(self, take: Take, wanted: Wanted, problems: Sequence[str], when: str) -> str:
        """Keep `take`, all at once, and say what it is called now. Raises EdgeLipError where it
        can't be kept."""


def session(
    plan: Sequence[Wanted],
    camera: Camera,
    watcher: Watcher,
    keeper: Keeper,
    seconds: float,
    clock: Callable[[], datetime] = lambda: datetime.now().astimezone(),
) -> Session:
    """Record all of `plan` for `keeper`, in takes of at most `seconds`. Ends when all were asked
    for, or when the answer is "stop"; `clock` says what is noted as a take's date.

    What was kept stays wherever the session is left, by an exception too. Raises SourceError where
    the source has no (more) pictures, EdgeLipError where nothing can be kept.
    """
    if not plan:
        return
    with closing(_Stream(camera)) as stream:
        stream.prepare(plan[0])  # what can't be opened is told before anybody gets ready
        for number, wanted in enumerate(plan):
            answer = yield Asks(wanted, len(plan) - number, len(plan))
            attempt = 0
            while answer not in ("skip", "stop"):
                attempt += 1
                whole = yield from _record(wanted, stream, watcher, seconds)
                wrong = problems(whole, wanted.nothing)
                take = whole.around_speech()
                keepable = keeper.video or bool(take.crops)
                answer = yield Taken(wanted, take, wrong, keepable, attempt)
                if answer in (None, "keep"):
                    if keepable:
                        when = clock().isoformat("T", "seconds")
                        name = keeper.keep(take, wanted, wrong, when)
                        yield Kept(name, len(plan) - number - 1)
                    break
            if answer == "stop":
                return


class _Stream:
    """The frames that takes are made of."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._source: Source | None = None
        self._frames: Iterator[Frame | Notice] = iter(())
        self._fresh: Wanted | None = None
        """What was opened for and not yet begun: a source may be of its take alone."""

    @property
    def standing(self) -> bool:
        """Whether what is open goes on from take to take."""
        return self._source is not None and self._source.live and not self._camera.each

    def prepare(self, wanted: Wanted) -> None:
        """Have something open for the take `wanted`."""
        if self.standing or self._fresh == wanted:
            return
        self.close()
        self._source = self._camera.open(wanted)
        self._frames, self._fresh = follow(self._source), wanted

    def begin(self, wanted: Wanted) -> tuple[str, Iterator[Frame | Notice]]:
        """The source's name, and its frames from now on."""
        self.prepare(wanted)
        self._fresh = None
        assert self._source is not None
        return self._source.name, self._frames

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
        self._source, self._fresh = None, None


def _record(
    wanted: Wanted, stream: _Stream, watcher: Watcher, seconds: float
) -> Generator[Event, Answer | None, Take]:
    """One take; begun again where the source had a gap."""
    if wanted.nothing:
        seconds = min(seconds, OF_NOTHING)
    while True:
        name, frames = stream.begin(wanted)
        watcher.reset()
        seen: list[Seen] = []
        prompted = None
        if stream.standing:
            seen = yield from _count_down(watcher, frames)
            if not seen:
                raise SourceError(f"{name} has no more pictures")
            prompted = seen[-1].time
        yield Begins(wanted)
        more = yield from _until_said(watcher, frames, prompted, seconds)
        if more is None:
            continue
        if not (seen or more):
            raise SourceError(f"{name} has no more pictures")
        return Take((*seen, *more), prompted, watcher.thresholds, name)


def _count_down(
    watcher: Watcher, frames: Iterator[Frame | Notice]
) -> Generator[Event, Answer | None, list[Seen]]:
    """What was seen in the last moment before the take; nothing where the source ends."""
    seen: deque[Seen] = deque()
    start, told = None, COUNTDOWN + 1
    for item in frames:
        if isinstance(item, Notice):
            yield Told(item.text)
            if item.gap:
                watcher.reset()
                seen.clear()
                start, told = None, COUNTDOWN + 1
            continue
        if seen and item.time - seen[-1].time > STALE:
            seen.clear()  # the person took their time to answer: what waited meanwhile is old
            start, told = None, COUNTDOWN + 1
        seen.append(watcher.watch(item))
        yield Looks(item, seen[-1])
        start = item.time if start is None else start
        left = math.ceil(start + COUNTDOWN - item.time)
        while seen[0].time < item.time - LEAD:
            seen.popleft()
        if left <= 0:
            return list(seen)
        if left < told:
            told = left
            yield Counts(left)
    return []


def _until_said(
    watcher: Watcher, frames: Iterator[Frame | Notice], prompted: float | None, seconds: float
) -> Generator[Event, Answer | None, list[Seen] | None]:
    """What is seen until the lips have moved and rest, or for so many seconds; None after a gap."""
    seen: list[Seen] = []
    spoken, rests = False, 0.0
    for item in frames:
        if isinstance(item, Notice):
            yield Told(item.text)
            if item.gap:
                return None
            continue
        one = watcher.watch(item)
        seen.append(one)
        yield Looks(item, one)
        spoken = spoken or one.speaking
        if one.speaking or one.speed >= watcher.thresholds.on:  # or begins to speak again
            rests = item.time
        start = seen[0].time if prompted is None else prompted
        if (spoken and item.time - rests >= REST) or item.time - start >= seconds:
            break
    return seen

"""Teaching on a page of `run`: between two frames of what it reads, and with the same camera."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from ..mouth.trackers import make_tracker, on_device
from ..phrases.matching import Matcher
from ..phrases.recognizer import PhraseRecognizer
from ..reading.observation import Observation, Observer
from ..reading.reader import Reader
from ..reading.teaching import Teacher
from ..recording.session import Camera, Looks, session
from ..recording.take import Watcher
from ..sources.capture import follow
from ..sources.frame import Closing, Frame, Source
from ..sources.health import Notice
from ..web.booth import Booth, Wish
from .wishes import SECONDS, Taught, grant, kept, listed, plan

TAKES: Final = 3
PATIENCE: Final = 60.0
"""Seconds that a question about a take waits for its answer: meanwhile nothing is read."""
Items = Iterator[Frame | Notice]


class Beside:
    """Does what somebody at the page wishes to be done with the phrases that `reader` reads."""

    def __init__(
        self,
        reader: Reader,
        file: Path,
        model: str | None,
        threshold: float | None,
        alive: Sequence[Observer],
    ) -> None:
        """`file`, `model` and `threshold`: what `reader` was opened with. `alive`: told of each
        frame of a take, and while a question waits. Raises what `Teacher` does."""
        self.booth = Booth(reader.manifest.crop, patience=PATIENCE, meanwhile=self._alive)
        """What the page shows."""
        self._reader, self._file, self._threshold = reader, file, threshold
        self._observers = alive
        self._teacher = Teacher(file, model)
        self._watcher: Watcher | None = None
        self._latest: Observation | None = None
        self.booth.offer(listed(self._teacher.book), [])

    def between(self, source: Source) -> Source:
        """`source`, whose frames go to takes while somebody wishes it; a recording as it is."""
        if source.live:
            return _Shared(source, self._do)
        self.booth.conclude(
            f"{source.name} is a recording: phrases are taught in front of a camera"
        )
        return source

    def _do(self, source: Source, items: Items) -> bool:
        """What is wished now, if anything; whether frames of `items` were taken."""
        wish = self.booth.wished()
        if wish is None:
            return False
        before = self._teacher.book
        lines = self._refusal(wish) or grant(
            self._teacher, wish, partial(self._take, source.name, items)
        )
        book = self._teacher.book
        if book is not before:
            self._reader.recognize_by(PhraseRecognizer(Matcher(book), self._threshold))
        self.booth.offer(listed(book), lines)
        return wish.do == "add"

    def _refusal(self, wish: Wish) -> list[str]:
        """Why it can't be done while phrases are read."""
        rest = {one.text for one in self._teacher.book.phrases} - {kept(wish.text), ""}
        if wish.do == "remove" and not rest:
            return ["the last phrase stays while it is read: add another before"]
        return []

    def _take(self, name: str, items: Items, phrase: str) -> None:
        """Takes of `phrase`, each learned as soon as it is kept."""
        manifest = self._teacher.manifest
        if self._watcher is None:  # most who run never teach
            tracker = make_tracker(on_device(manifest.tracker))
            self._watcher = Watcher(tracker, manifest.crop, pictures=False)
        camera = Camera(lambda _: _Lent(name, items), each=False)
        keeper = Taught(self._teacher, self._file)
        events = session(plan(phrase, TAKES), camera, self._watcher, keeper, SECONDS)
        with closing(events):
            event = next(events, None)
            while event is not None:
                if isinstance(event, Looks):
                    crop = event.seen.crop
                    self._latest = Observation(name, True, event.frame, crop, reading=False)
                    self._alive()
                try:
                    event = events.send(self.booth(event))
                except StopIteration:
                    return

    def _alive(self) -> None:
        if self._latest is not None:
            for observe in self._observers:
                observe(self._latest)


class _Shared(Closing):
    """A live source that somebody else may take frames of."""

    live = True

    def __init__(self, source: Source, take: Callable[[Source, Items], bool]) -> None:
        """`take` is asked before each frame, and says whether it has taken any."""
        self.name = source.name
        self._source, self._take = source, take

    def __iter__(self) -> Iterator[Frame]:
        """The frames that are left."""
        return (item for item in self.follow() if isinstance(item, Frame))

    def follow(self) -> Items:
        """The same, and what happens in between."""
        items = follow(self._source)
        for item in items:
            yield item
            if self._take(self._source, items):
                yield Notice("phrases were taught; reading goes on", gap=True)

    def close(self) -> None:
        """The source."""
        self._source.close()


class _Lent(Closing):
    """What is left of the frames of a live source, which stays open."""

    live = True

    def __init__(self, name: str, items: Items) -> None:
        self.name, self._items = name, items

    def __iter__(self) -> Iterator[Frame]:
        """The frames."""
        return (item for item in self._items if isinstance(item, Frame))

    def follow(self) -> Items:
        """The same, and what happens in between."""
        return self._items

    def close(self) -> None:
        """Nothing: it is somebody else's."""

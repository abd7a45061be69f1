"""From somebody who says a phrase to a file that knows it: no network is trained."""

from collections.abc import Callable, Iterable
from pathlib import Path

from ..errors import DataError, EdgeLipError, FaceError
from ..model.file import read_manifest
from ..mouth.pose import Tracker
from ..phrases.appearance import AppearanceNetwork
from ..phrases.phrasebook import Phrasebook, bound_to, load, save
from ..phrases.takes import SHORTEST, scatter, take_of
from ..sources.given import Given
from .reader import Reader

Say = Callable[[str], object]


class Teacher:
    """Adds takes to a file of phrases; each is kept as soon as it is there."""

    def __init__(
        self,
        path: str | Path,
        model: str | Path | None = None,
        tracker: Tracker | str | None = None,
    ) -> None:
        """`path`: the file, which need not be there yet. `model` and `tracker`: as for
        `open_reader`; of the model the crop alone counts.

        Raises ModelError for such a model, DataError for a file that was taught with another or is
        damaged.
        """
        manifest = read_manifest(model)
        self._path = Path(path)
        there = self._path.exists()
        self.book = load(self._path, manifest) if there else Phrasebook(bound_to(manifest))
        """What the file holds."""
        self._reader = Reader(AppearanceNetwork(manifest, varied=True), tracker)

    def add(self, text: str, source: Given) -> None:
        """Take what is said in `source`, all of it, as one more take of `text`.

        Raises FaceError where there is no face, DataError where too little is seen to compare.
        """
        text = " ".join(text.split())
        utterances = list(self._reader.features(source))
        if not utterances:
            raise FaceError("no face: it has to be in the picture, frontal and lit")
        features = max(utterances, key=len)
        if len(features) < SHORTEST:
            raise DataError(f"too short: a face in {len(features)} moments, {SHORTEST} are needed")
        self.book = self.book.with_take(text, take_of(features), scatter(features))
        save(self.book, self._path)

    def remove(self, text: str) -> None:
        """Forget a phrase; raises DataError where it was never taught."""
        self.book = self.book.without(" ".join(text.split()))
        save(self.book, self._path)


def teach(
    path: str | Path,
    takes: Iterable[tuple[str, Given]],
    model: str | Path | None = None,
    tracker: Tracker | str | None = None,
    say: Say = lambda line: None,
) -> Phrasebook:
    """Add `takes`, pairs of a phrase and a source in which it is said, to the file `path`.

    One that can't be used is told to `say` and passed over. Returns all that the file then holds.
    Raises DataError where none could be used.
    """
    teacher, added = Teacher(path, model, tracker), 0
    for text, source in takes:
        try:
            teacher.add(text, source)
            added += 1
        except EdgeLipError as error:
            say(f"not learned, {text!r}: {error}")
    if not added:
        raise DataError("nothing was learned: there is no take with a face that says something")
    return teacher.book

"""From somebody who says a phrase to a file that knows it: no network is trained."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..errors import DataError, FaceError, SourceError
from ..frontend.timegrid import Moment, on_grid
from ..model.file import read_manifest
from ..mouth.kept import SUFFIX as CROPS
from ..mouth.kept import load_crops
from ..mouth.mouth import Crop
from ..mouth.pose import Tracker
from ..phrases.appearance import AppearanceNetwork
from ..phrases.phrasebook import Phrasebook, bound_to, load, save
from ..phrases.takes import SHORTEST, scatter, take_of
from ..sources.given import Given
from ..system.say import Say, ignore
from .reader import Reader
from .stages import Stopwatch
from .utterance import Utterance


class Teacher:
    """Adds takes to a file of phrases, which is written with each of them."""

    def __init__(self, path: str | Path, model: str | Path | None = None) -> None:
        """`path` need not be there yet; of `model` the crop alone counts. Raises DataError for a
        file that is damaged or was taught with another crop, ModelError for such a model."""
        self._path, self.manifest = Path(path), read_manifest(model)
        there = self._path.exists()
        self.book = (
            load(self._path, self.manifest) if there else Phrasebook(bound_to(self.manifest))
        )
        """What the file holds."""
        self.network = AppearanceNetwork(self.manifest, varied=True)
        """What features are made by."""

    def learn(self, text: str, features: np.ndarray) -> None:
        """Add a take of `text` with these features of its moments, (T, 64 or more), as `network`
        gives them. Raises DataError where they are too few, or known: a take that counts twice
        would make phrases seem more alike than they are. EdgeLipError where nothing can be written.
        Then the file is what it was."""
        if len(features) < SHORTEST:
            raise DataError(f"too short: a face in {len(features)} moments, {SHORTEST} are needed")
        take = take_of(features)
        known = self.book.holding(take)
        if known is not None:
            raise DataError(f"this very take is known, of {known or 'nothing'!r}")
        book = self.book.with_take(" ".join(text.split()), take, scatter(features))
        save(book, self._path)
        self.book = book

    def forget(self, text: str) -> None:
        """Forget the phrase `text`; raises DataError where there is none, EdgeLipError where
        nothing can be written."""
        book = self.book.without(text)
        save(book, self._path)
        self.book = book

    def learn_crops(self, text: str, crops: Sequence[Crop]) -> None:
        """The same of crops of `manifest`'s geometry."""
        utterance = Utterance(self.network, crops[0].time, Stopwatch())
        seen = (Moment(one.image, one.time) for one in crops)
        for moment in on_grid(seen, self.manifest.fps):
            utterance.add(moment)
        utterance.finish()
        features = utterance.features()
        self.learn(text, np.empty((0, 0), np.float32) if features is None else features)


def teach(
    path: str | Path,
    takes: Iterable[tuple[str, Given]],
    model: str | Path | None = None,
    tracker: Tracker | str | None = None,
    say: Say = ignore,
) -> Phrasebook:
    """Add `takes`, pairs of a phrase and a source in which it is said, to the file `path`, which
    need not be there yet; each is kept as soon as it is learned. Returns all that the file holds.
    A source may also be a file of mouth crops (`edge-lip record --no-video`), a path that ends with
    .npz; it has to have the crop of `model`.

    `model` and `tracker`: as for `open_reader`; of the model the crop alone counts. A take that
    can't be used is told to `say` and passed over. Raises DataError where none could be used, or
    for a file that is damaged or was taught with another crop, ModelError for such a model,
    EdgeLipError where nothing can be written; what was learned before stays.
    """
    teacher = Teacher(path, model)
    reader = Reader(teacher.network, tracker)
    before = teacher.book
    for text, source in takes:
        try:
            _learn(teacher, reader, text, source)
        except (SourceError, FaceError, DataError) as error:  # of this take alone
            say(f"not learned, {text!r}: {error}")
    if teacher.book is before:
        raise DataError("nothing was learned: there is no new take with a face that says something")
    return teacher.book


def _learn(teacher: Teacher, reader: Reader, text: str, source: Given) -> None:
    """The longest utterance in `source`; raises FaceError without a face, DataError where too
    little is seen to compare, and for crops of another geometry."""
    if isinstance(source, str | Path) and str(source).lower().endswith(CROPS):
        kept = load_crops(Path(source))
        if kept.geometry != teacher.manifest.crop:
            raise DataError(
                f"{source} has mouth crops of another model: record them with --from MODEL of this"
                " one"
            )
        teacher.learn_crops(text, kept.crops)
        return
    utterances = reader.features(source)
    if not utterances:
        raise FaceError("no face: it has to be in the picture, frontal and lit")
    teacher.learn(text, max(utterances, key=len))

"""From somebody who says a phrase to a file that knows it: no network is trained."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ..errors import DataError, EdgeLipError, FaceError
from ..frontend.timegrid import Moment, on_grid
from ..model.file import read_manifest
from ..mouth.kept import SUFFIX as CROPS
from ..mouth.kept import load_crops
from ..mouth.pose import Tracker
from ..phrases.appearance import AppearanceNetwork
from ..phrases.phrasebook import Phrasebook, bound_to, load, save
from ..phrases.takes import SHORTEST, scatter, take_of
from ..sources.given import Given
from ..sources.labelled import Say
from .reader import Reader
from .stages import Stopwatch
from .utterance import Utterance


def teach(
    path: str | Path,
    takes: Iterable[tuple[str, Given]],
    model: str | Path | None = None,
    tracker: Tracker | str | None = None,
    say: Say = lambda line: None,
) -> Phrasebook:
    """Add `takes`, pairs of a phrase and a source in which it is said, to the file `path`, which
    need not be there yet; each is kept as soon as it is learned. Returns all that the file holds.
    A source may also be a file of mouth crops (`edge-lip record --no-video`), a path that ends with
    .npz; it has to have the crop of `model`.

    `model` and `tracker`: as for `open_reader`; of the model the crop alone counts. A take that
    can't be used is told to `say` and passed over. Raises DataError where none could be used, or
    for a file that is damaged or was taught with another crop, ModelError for such a model.
    """
    manifest, path = read_manifest(model), Path(path)
    book = load(path, manifest) if path.exists() else Phrasebook(bound_to(manifest))
    network = AppearanceNetwork(manifest, varied=True)
    reader = Reader(network, tracker)
    before = book
    for text, source in takes:
        try:
            features = _features(reader, network, source)
            more = book.with_take(" ".join(text.split()), take_of(features), scatter(features))
            save(more, path)
        except EdgeLipError as error:
            say(f"not learned, {text!r}: {error}")
        else:
            book = more
    if book is before:
        raise DataError("nothing was learned: there is no take with a face that says something")
    return book


def _features(reader: Reader, network: AppearanceNetwork, source: Given) -> np.ndarray:
    """The features of what is said in `source`, its longest utterance; raises FaceError without a
    face, DataError where too little is seen to compare, and for crops of another geometry."""
    if isinstance(source, str | Path) and str(source).lower().endswith(CROPS):
        features = _of_crops(network, Path(source))
    else:
        utterances = reader.features(source)
        if not utterances:
            raise FaceError("no face: it has to be in the picture, frontal and lit")
        features = max(utterances, key=len)
    if len(features) < SHORTEST:
        raise DataError(f"too short: a face in {len(features)} moments, {SHORTEST} are needed")
    return features


def _of_crops(network: AppearanceNetwork, path: Path) -> np.ndarray:
    """The features of crops that were cut when the take was recorded."""
    kept = load_crops(path)
    manifest = network.manifest
    if kept.geometry != manifest.crop:
        raise DataError(
            f"{path} has mouth crops of another model: record them with --from MODEL of this one"
        )
    utterance = Utterance(network, kept.crops[0].time, Stopwatch())
    for moment in on_grid((Moment(one.image, one.time) for one in kept.crops), manifest.fps):
        utterance.add(moment)
    utterance.finish()
    features = utterance.features()
    return np.empty((0, 0), np.float32) if features is None else features

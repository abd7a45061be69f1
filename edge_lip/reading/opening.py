"""A reader for a file of a model, or of taught phrases: what its parts are made by."""

from collections import deque
from pathlib import Path

from ..errors import UsageError
from ..model.file import open_model, read_manifest
from ..model.network import LIPS, Network
from ..mouth.pose import Tracker
from ..mouth.trackers import make_tracker, on_device
from ..text.decoding import Decoder
from .load_shedding import LoadShedding
from .reader import Reader
from .recognizer import Recognizer
from .triggers.trigger import Trigger


def open_reader(
    model: str | Path | None = None,
    tracker: Tracker | str | None = None,
    decoder: Decoder | str | None = None,
    *,
    threads: int = 1,
    delegate: str | None = None,
    partial_every: float | None = None,
    longest: float = 10.0,
    threshold: float | None = None,
    top: int = 3,
    live: bool = False,
    load_shedding: LoadShedding | None = None,
    trigger: Trigger | str | None = None,
    phrases: str | Path | None = None,
) -> Reader:
    """A reader for `model`, a file or the name of one that comes with edge-lip (see `find_model`).

    `tracker`: a name or the thing itself; when None, what finds the same as the manifest's for less
    (`on_device`). `decoder`: likewise; the manifest's when None. `threads`: of the interpreters;
    small networks want one. `delegate`: "edgetpu", for an Edge TPU (see `open_delegated`); a
    `source` event tells where there is none, or none any more. `partial_every`: seconds between
    partial events, 0 for none, None for none unless live. `longest`: seconds an utterance may last.
    `threshold`: a final text less confident than this (0 to 1) is rejected; the manifest's when
    None. `top`: how many choices an event has. `live`: for pushed frames; sources know it
    themselves. `load_shedding`: what gives up something where a live source is faster than this
    machine reads. `trigger`: what begins and ends an utterance, or its name; when None, the lips
    live, and the face elsewhere. `phrases`: a file of taught phrases (`edge-lip teach`), which are
    read in the place of what the model reads; of the model only the crop counts then. Raises
    `ModelError` when there is no such model or it is damaged, `DataError` for such a file.
    """
    notices: deque[str] = deque()
    recognizer: Recognizer | None = None
    if phrases is not None:
        if decoder is not None or delegate is not None:
            raise UsageError("taught phrases are not decoded: leave out decoder and delegate")
        from ..phrases.appearance import AppearanceNetwork
        from ..phrases.matching import Matcher
        from ..phrases.phrasebook import load
        from ..phrases.recognizer import PhraseRecognizer

        manifest = read_manifest(model)
        recognizer = PhraseRecognizer(Matcher(load(Path(phrases), manifest)), threshold)
        opened: Network = AppearanceNetwork(manifest)
    else:
        opened = open_model(model, threads, delegate, notices.append)
    if tracker is None or isinstance(tracker, str):
        name = tracker or on_device(opened.manifest.tracker, LIPS in opened.inputs)
        tracker = make_tracker(name, threads)
    return Reader(
        opened,
        tracker,
        decoder,
        partial_every=partial_every,
        longest=longest,
        threshold=threshold,
        top=top,
        live=live,
        load_shedding=load_shedding,
        trigger=trigger,
        recognizer=recognizer,
        notices=notices,
    )

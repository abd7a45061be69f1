"""The conductor: frames in, events out.

    with open_reader() as reader:
        for event in reader.stream("clip.mp4"):
            if event.kind == "final":
                print(event.text, event.confidence)

or, with pictures of one's own, `reader.push(frame)` for each and `reader.finish()` at the end.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from ..errors import SourceError
from ..events import Event, EventKind, spoken_words
from ..frontend.lips import lip_shape
from ..frontend.timegrid import Moment, Resampler
from ..model.network import LIPS, Network
from ..mouth.mouth import Crop, Mouth
from ..mouth.pose import FaceCounter, Pose, Tracker
from ..mouth.trackers import make_tracker, on_device
from ..mouth.trackers.flow import FlowTracker
from ..sources.bgr import as_bgr
from ..sources.capture import follow
from ..sources.frame import Frame, Source
from ..sources.given import FPS, Given, as_source
from ..sources.health import Notice
from ..sources.specs import expand, open_source
from ..text.decoding import Decoder, make_decoder
from ..text.hypothesis import NOTHING, Hypothesis
from ..text.tasks import TASKS
from .load_shedding import LoadShedding
from .observation import Observation, Observer
from .recognizer import NetworkRecognizer, Recognizer
from .stages import Stopwatch
from .triggers import make_trigger
from .triggers.trigger import Trigger
from .utterance import Utterance
from .visibility import Visibility

LIVE_PARTIAL_SECONDS = 0.2
"""How often a live source gives a partial event, unless told otherwise."""


class Reader:
    """Reads one stream at a time; memory stays bounded however long it runs.

    A recorded stream is one utterance, from its first face to its end. In a live one the motion of
    the lips tells utterances apart. Either way, an utterance also ends when there was no face that
    can be read for half a second, when another one is there, and after `longest` seconds.
    """

    def __init__(
        self,
        model: Network,
        tracker: Tracker | str | None = None,
        decoder: Decoder | str | None = None,
        *,
        partial_every: float | None = None,
        longest: float = 10.0,
        threshold: float | None = None,
        top: int = 3,
        live: bool = False,
        load_shedding: LoadShedding | None = None,
        trigger: Trigger | str | None = None,
        notices: deque[str] | None = None,
        recognizer: Recognizer | None = None,
    ) -> None:
        """Put the parts together.

        `tracker` and `decoder` are names or the things themselves; when None, the decoder is that
        of the manifest, and the tracker finds the same as the manifest's for less, where that will
        do (`on_device`).
        `partial_every`: seconds between partial events, 0 for none, None for none unless
        live. `longest`: seconds an utterance may last. `threshold`: a final text less confident
        than this (0 to 1) is rejected; the manifest's when None. `top`: how many choices an event
        has. `live`: for pushed frames; `stream` knows it from the source. `load_shedding`: what
        gives up something where a live source is faster than this machine reads. `trigger`: what
        begins and ends an utterance, or its name; when None, the lips (`auto`) in a live stream,
        and in others the face (`always`). `notices`: lines that somebody else puts in, such as
        `open_model`'s `tell`; each becomes a `source` event. `recognizer`: what makes texts of
        features in the place of the model's second half and a decoder.
        """
        manifest = model.manifest
        if tracker is None or isinstance(tracker, str):
            tracker = make_tracker(tracker or on_device(manifest.tracker, LIPS in model.inputs))
        self.manifest = manifest
        """Of the model that reads."""
        self.inputs = model.inputs
        """What its encoder takes of a moment, by name."""
        self.stopwatch = Stopwatch()
        self.observers: list[Observer] = []
        """Called with each frame once it is read; whoever wants to look on adds themselves."""
        self._model = model
        self._tracker = tracker
        self._load_shedding = load_shedding or LoadShedding()
        self._notices = deque() if notices is None else notices
        self._mouth = Mouth(_TimedTracker(tracker, self.stopwatch), manifest.crop)
        self._resampler = Resampler(manifest.fps)
        self._face = Visibility()
        self._before: deque[Moment] = deque()
        self._utterance: Utterance | None = None
        self._shown = False
        """Whether the utterance has had a text, if only a partial one."""
        self._wanted_trigger = make_trigger(trigger) if isinstance(trigger, str) else trigger
        self._wanted_partials = partial_every
        self._longest = longest
        self._recognizer = recognizer or self._decoding(decoder, threshold)
        self._top = top
        self.reset(live=live)

    def _decoding(self, decoder: Decoder | str | None, threshold: float | None) -> Recognizer:
        """The model's second half with a decoder."""
        manifest = self.manifest
        if decoder is None or isinstance(decoder, str):
            task = TASKS[manifest.task]
            decoder = make_decoder(task, manifest.decoding, manifest.classes, decoder)
        if threshold is None:
            threshold = manifest.decoding.threshold
        return NetworkRecognizer(self._model, decoder, threshold, self.stopwatch)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()
        self._trigger.close()

    def recognize_by(self, recognizer: Recognizer) -> None:
        """Make texts by `recognizer` from now on."""
        self._recognizer = recognizer

    def reset(self, source: str = "", live: bool = False) -> None:
        """Drop what has been seen; the frames to come are of another stream, called `source`."""
        self._source = source
        self._live = live
        self._frames = self._faces = self._dropped = 0
        self._time = -inf
        default = LIVE_PARTIAL_SECONDS if live else 0.0
        self._partial_every = default if self._wanted_partials is None else self._wanted_partials
        self._next_partial = 0.0
        self._load_shedding.reset()
        self._mouth.reset()
        self._face.reset(expected=live)
        self._trigger = self._wanted_trigger or make_trigger("auto" if live else "always")
        self._before = deque(maxlen=max(1, round(self._trigger.lead * self.manifest.fps)))
        self._forget()

    def stream(self, source: Given, fps: float | None = None) -> Iterator[Event]:
        """Read a source to its end: a path or spec (see `open_source`), a `Source`, or what else
        `as_source` makes one of. A folder of clips is all of them, one after the other. `fps`: what
        `open_source` makes of it; of pictures without times, 25 when None.

        Closes only what it opened. Raises `SourceError` for one that can't be read.
        """
        if isinstance(source, str | Path):
            for spec in expand(source):
                with open_source(spec, fps) as opened:
                    yield from self._stream(opened)
        else:
            yield from self._stream(as_source(source, FPS if fps is None else fps))

    def read(self, source: Given, fps: float | None = None) -> Iterator[Event]:
        """The same as `stream`, by the name that it had before."""
        return self.stream(source, fps)

    def features(self, source: Given, fps: float | None = None) -> list[np.ndarray]:
        """The features (T, F) float32 of each utterance of a source that has an end, as the
        encoder gives them; nothing is decoded. Takes and raises what `stream` does.
        """
        usual, keeper = self._recognizer, _Keeper([])
        self._recognizer = keeper
        try:
            for _ in self.stream(source, fps):
                pass
        finally:
            self._recognizer = usual
        return keeper.kept

    def _stream(self, source: Source) -> Iterator[Event]:
        self.reset(source.name, source.live)
        frames = self._load_shedding.keep_up(follow(source)) if source.live else follow(source)
        while True:
            try:
                with self.stopwatch.lap("read"):
                    frame = next(frames)
            except StopIteration:
                break
            if isinstance(frame, Notice):
                if frame.gap:
                    yield from self._stop(perf_counter())
                yield self._event("source", message=frame.text)
            else:
                yield from self.push(frame)
        yield from self.finish()

    def push(self, frame: Frame) -> list[Event]:
        """Take the next frame; give what follows from it.

        Raises `SourceError` for an image that can't be read (see `as_bgr`), and for a time that is
        not after that of the frame before.
        """
        arrived = perf_counter()
        if not frame.time > self._time:
            raise SourceError(
                f"a frame of {frame.time} s after one of {self._time} s: give times that grow, and "
                "call finish() before another stream"
            )
        frame = as_bgr(frame)
        self._time = frame.time
        events = self._stop(arrived) if self._resampler.stale(frame.time) else []
        self._frames += 1
        self._dropped += frame.dropped
        if isinstance(self._tracker, FlowTracker):
            self._tracker.patience = self._load_shedding.current.patience
        with self.stopwatch.lap("crop"):
            crop = self._mouth.watch(frame)
            told = self._face.watch(crop, frame.time)
            if crop and crop.first:
                events += self._stop(arrived)
            readable = crop is not None and self._face.readable
            samples = self._resampler.push(self._seen(crop)) if crop and readable else []
        if crop is not None:
            self._faces += 1
            if readable:
                events += self._follow(crop, samples, arrived)
            if self._face.due(frame.time) and isinstance(self._tracker, FaceCounter):
                told += self._face.count(self._tracker.faces(frame.image))
        events += [self._event("face", message=line) for line in told]
        if self.observers:
            reading = self._utterance is not None
            observation = Observation(self._source, self._live, frame, crop, reading)
            for observe in self.observers:
                observe(observation)
        return events + self._told()

    def _seen(self, crop: Crop) -> Moment:
        """What of a crop the model takes."""
        lips = lip_shape(crop.pose) if LIPS in self._model.inputs else None
        return Moment(crop.image, crop.time, lips)

    def finish(self) -> list[Event]:
        """End the stream: the final event of the utterance, or that there was no face."""
        events = self._end(perf_counter())
        events += self._told()
        if self._frames and not self._faces:
            events.append(self._event("no_face"))
        self.reset(live=self._live)
        return events

    def _follow(self, crop: Crop, samples: list[Moment], arrived: float) -> list[Event]:
        """What follows from a mouth that was seen."""
        events = []
        speaks = self._trigger.speaks(crop)
        for sample in samples:
            if speaks:
                events += self._add(sample, arrived)
            else:
                self._before.append(sample)
        if not speaks:
            events += self._end(arrived)
        return events

    def _add(self, sample: Moment, arrived: float) -> list[Event]:
        if self._utterance is None:
            self._before.append(sample)
            self._utterance = Utterance(self._model, self._before[0].time, self.stopwatch)
            self._shown = False
            self._next_partial = sample.time + self._partial_every
            while self._before:
                self._utterance.add(self._before.popleft())
        else:
            self._utterance.add(sample)
        utterance = self._utterance
        if utterance.end - utterance.start >= self._longest:
            return self._end(arrived)
        if not self._partial_every or utterance.end < self._next_partial:
            return []
        self._next_partial += self._partial_every * self._load_shedding.current.partials
        return self._read(utterance, "partial", arrived)

    def _stop(self, since: float) -> list[Event]:
        """End whatever goes on because the face is gone: what comes is not connected to it."""
        events = self._end(since)
        self._forget()
        return events

    def _end(self, since: float) -> list[Event]:
        utterance, self._utterance = self._utterance, None
        if utterance is None:
            return []
        utterance.finish()
        return self._read(utterance, "final", since)

    def _read(self, utterance: Utterance, kind: EventKind, since: float) -> list[Event]:
        """One event with the text of `utterance`; none before its first features."""
        features = utterance.features()
        if features is None:
            return []
        if kind == "partial":
            hypothesis = self._recognizer.partial(features, self._live)
        else:
            hypothesis = self._recognizer.final(features, self._live)
            said = hypothesis.verdict == "said" and bool(hypothesis.text.strip())
            waited_for = self._trigger.asked or self._shown
            if not said and hypothesis.verdict != "rejected" and not waited_for:
                return []  # a yawn, a smile, a turned head: nobody waits for a text
            kind = "final" if said else "rejected"
        self._shown = self._shown or bool(hypothesis.text)
        return [
            self._event(
                kind,
                text="" if kind == "rejected" else hypothesis.text,
                confidence=hypothesis.confidence,
                words=spoken_words(hypothesis, utterance.start, self.manifest.fps),
                choices=hypothesis.choices[: self._top],
                start=utterance.start,
                end=utterance.end,
                latency=perf_counter() - since,
            )
        ]

    def _told(self) -> list[Event]:
        """What others have to tell since the last time."""
        return [
            self._event("source", message=self._notices.popleft())
            for _ in range(len(self._notices))
        ]

    def _event(self, kind: EventKind, **what: Any) -> Event:
        return Event(
            kind,
            source=self._source,
            frames=self._frames,
            faces=self._faces,
            dropped=self._dropped,
            level=self._load_shedding.level,
            **what,
        )

    def _forget(self) -> None:
        self._resampler.reset()
        self._utterance = None
        self._before.clear()
        self._trigger.reset()


@dataclass(frozen=True)
class _TimedTracker:
    """A tracker with its time taken, apart from that of cutting the crop."""

    tracker: Tracker
    stopwatch: Stopwatch

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        with self.stopwatch.lap("face"):
            return self.tracker.track(image, time)

    def reset(self) -> None:
        self.tracker.reset()


@dataclass(frozen=True)
class _Keeper:
    """A recognizer that keeps the features of each utterance, and makes nothing of them."""

    kept: list[np.ndarray]

    def partial(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        return NOTHING

    def final(self, features: np.ndarray, doubt: bool) -> Hypothesis:
        self.kept.append(features)
        return NOTHING

"""Faces that say nothing, for an hour: how often is a text made of it, and what would lose speech?

    python -m benchmarks silence --data path/to/grid --cache FOLDER [--split test] [--model M]
                                 [--tracker T] [--minutes 60] [--others 10] [--out docs]

Films of people who say nothing (`idle.py`, `rest.py`), and the streams of `live.py` for what is
said. Mouths are found and cut once and kept in FOLDER, half a gigabyte an hour; utterances are
then found and read as a reader does, at each speed at which lips begin to speak, so that false
texts per hour stand against missed utterances. `--minutes` of still faces, `--others` of each other
kind. `--out docs` draws docs/pictures/silence.png.
"""

import argparse
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from edge_lip.errors import FaceError
from edge_lip.frontend.lips import lip_shape
from edge_lip.frontend.timegrid import Moment
from edge_lip.model.file import open_model
from edge_lip.model.network import LIPS as LIP_SHAPE
from edge_lip.model.network import Network
from edge_lip.model.shipped import shipped_model
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Crop, Mouth
from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers import make_tracker, on_device
from edge_lip.reading.speech_activity import FINE_LIPS, LIPS, LipMotion, Thresholds, Utterances
from edge_lip.reading.stages import Stopwatch
from edge_lip.reading.utterance import Utterance
from edge_lip.sources.frame import Frame
from edge_lip.system.files import replacing
from edge_lip.text.decoding import make_decoder
from edge_lip.text.silence import says_something
from edge_lip.text.tasks import TASKS
from training.evaluation.readings import SPLITS, choose_clips, model_recipe

from .arguments import above_zero
from .idle import KINDS
from .live import Said, make_streams
from .rest import FPS, load, show

ONS = (0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)
"""Speeds to try; `off` keeps its part of `on`."""
CONFIDENCES = (0.0, 0.1, 0.25, 0.5)
LONGEST, GONE = 10.0, 0.5
"""Seconds that an utterance may last, and that a face may be gone in one: a reader's."""


@dataclass(frozen=True)
class Found:
    """An utterance that was begun, from one frame to another."""

    first: int
    last: int
    words: bool
    """Whether any are seen."""
    confidence: float


class Watched:
    """The mouths of a film."""

    def __init__(
        self, images: np.ndarray, poses: np.ndarray, points: np.ndarray, fine: bool
    ) -> None:
        """Of each frame its crop, x, y, scale and angle of its pose (NaN without a face), the
        points of lips and chin; `fine` as in `Pose`."""
        self._images, self._poses, self._points, self._fine = images, poses, points, fine
        self._there = ~np.isnan(poses[:, 0])
        self._speeds = np.full(len(images), np.nan)
        motion = LipMotion()
        for number in np.flatnonzero(self._there).tolist():
            self._speeds[number] = motion.watch(self._crop(number))

    @property
    def thresholds(self) -> Thresholds:
        """Those that hold for what the tracker sees."""
        return FINE_LIPS if self._fine else LIPS

    def moment(self, number: int) -> Moment:
        """Of that frame, what a network takes."""
        crop = self._crop(number)
        return Moment(crop.image, crop.time, lip_shape(crop.pose))

    def _crop(self, number: int) -> Crop:
        x, y, scale, angle = self._poses[number].tolist()
        lips, chin = self._points[number, :-1], self._points[number, -1]
        pose = Pose(x, y, scale, angle, (0.0, 0.0), 1.0, lips, chin, self._fine)
        return Crop(self._images[number], number / FPS, pose)

    @property
    def hours(self) -> float:
        """How long it is."""
        return len(self._images) / FPS / 3600

    def utterances(self, thresholds: Thresholds) -> Iterator[tuple[int, int]]:
        """First frame, and the one after the last, of each utterance."""
        lead = round((thresholds.shortest + thresholds.before) * FPS)
        watch, free, first, seen = Utterances(thresholds), 0, None, 0
        for number in np.flatnonzero(self._there).tolist():
            if number - seen > GONE * FPS:
                if first is not None:
                    yield first, seen + 1
                watch, free, first = Utterances(thresholds), number, None
            seen = number
            speaks = watch.watch(float(self._speeds[number]), number / FPS)
            if speaks and first is None:
                first = max(free, number + 1 - lead)
            elif first is not None and (not speaks or number - first >= LONGEST * FPS):
                yield first, number
                free, first = number, None
        if first is not None:
            yield first, len(self._images)

    def there(self, first: int, last: int) -> list[int]:
        """Those frames that have a face."""
        return [number for number in range(first, last) if self._there[number]]


class Bench:
    """Reads what was watched; each utterance once."""

    def __init__(self, model: Network) -> None:
        self._model = model
        manifest = model.manifest
        self._decode = make_decoder(TASKS[manifest.task], manifest.decoding, manifest.classes)
        self._read: dict[tuple[int, int, int], tuple[bool, float]] = {}

    def find(self, film: Watched, faster: float = 1.0) -> list[Found]:
        """What a live reader would begin, were its thresholds so many times as high."""
        how = film.thresholds
        how = replace(how, on=how.on * faster, off=how.off * faster)
        return [Found(*ends, *self._look(film, *ends)) for ends in film.utterances(how)]

    def _look(self, film: Watched, first: int, last: int) -> tuple[bool, float]:
        key = (id(film), first, last)
        if key not in self._read:
            utterance = Utterance(self._model, first / FPS, Stopwatch())
            for number in film.there(first, last):
                utterance.add(film.moment(number))
            utterance.finish()
            features = utterance.features()
            assert features is not None, "an utterance has frames"
            logits = self._model.decode(features)
            words = says_something(logits, FPS)
            self._read[key] = words, self._decode(logits).confidence
        return self._read[key]


def watch(
    cache: Path, pictures: Iterable[np.ndarray], count: int, tracker: str, shape: CropGeometry
) -> Watched:
    """The mouths in the first `count` of the pictures; those that `cache` keeps, if it does."""
    if not cache.exists():
        mouth = Mouth(make_tracker(tracker), shape)
        images = np.zeros((count, shape.height, shape.width), np.uint8)
        poses, points = np.full((count, 4), np.nan), np.zeros((count, 41, 2), np.float32)
        fine = False
        for number, image in enumerate(itertools.islice(pictures, count)):
            crop = mouth.watch(Frame(image, number / FPS))
            if crop is not None:
                pose, images[number], fine = crop.pose, crop.image, crop.pose.fine
                points[number, :-1], points[number, -1] = pose.lips, pose.chin
                poses[number] = pose.x, pose.y, pose.scale, pose.angle
        with replacing(cache) as temporary, temporary.open("wb") as file:
            np.savez(file, images=images, poses=poses, points=points, fine=fine)
    with np.load(cache) as arrays:
        return Watched(*(arrays[name] for name in ("images", "poses", "points", "fine")))


def missed(
    bench: Bench, streams: Sequence[tuple[Watched, Sequence[Said]]], faster: float = 1.0
) -> list[float]:
    """Of each utterance that is said, the confidence of the best event about it; -1 where there is
    none."""
    best = []
    for film, said in streams:
        found = [one for one in bench.find(film, faster) if one.words]
        for one in said:
            about = [
                event.confidence
                for event in found
                if event.first / FPS < one.end and event.last / FPS > one.start
            ]
            best.append(max(about, default=-1.0))
    return best


def table(bench: Bench, films: dict[str, Watched], said: Sequence[float]) -> Iterator[str]:
    """Lines of Markdown at the thresholds that hold."""
    columns = " | ".join(f"texts at a confidence of {c:g} and more" for c in CONFIDENCES[1:])
    yield f"| an hour of | watched, h | begun | texts | {columns} |"
    yield "|---" * (4 + len(CONFIDENCES[1:])) + "|"
    for name, film in films.items():
        found = bench.find(film)
        texts = [sum(one.words and one.confidence >= c for one in found) for c in CONFIDENCES]
        cells = [f"{count / film.hours:.0f}" for count in (len(found), *texts)]
        yield f"| {name} | {film.hours:.2f} | " + " | ".join(cells) + " |"
    lost = " | ".join(f"{sum(best < c for best in said)}" for c in CONFIDENCES)
    yield f"| utterances missed, of {len(said)} | | | {lost} |"


def draw(curves: dict[str, list[tuple[float, float, float]]], target: Path, note: str) -> None:
    """False texts per hour over the share of utterances missed, for each `on`.

    Raises EdgeLipError where `target` (PNG) can't be written.
    """
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for (name, points), ink in zip(curves.items(), ("tab:orange", "tab:blue"), strict=True):
        ons, lost, false = zip(*points, strict=True)
        axes.plot(lost, false, "o-", color=ink, markersize=4, label=name)
        for on, x, y in zip(ons, lost, false, strict=True):
            axes.annotate(f"{on:g}", (x, y), (4, 4), textcoords="offset points", fontsize=7)
    axes.set_yscale("symlog", linthresh=1)
    axes.set(xlabel="utterances missed, %", ylabel="false texts per hour", ylim=(-0.2, None))
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.supxlabel(note, fontsize=8, color="dimgrey")
    with replacing(target) as temporary:
        figure.savefig(temporary, format="png", dpi=100)


def main(arguments: Sequence[str] | None = None) -> None:
    """Watch, read, count and draw."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks silence", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--cache", type=Path, required=True, help="what was watched is kept here")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", type=Path, help="the one that comes with edge-lip")
    parser.add_argument("--tracker", choices=("attention", "flow", "landmarks"))
    parser.add_argument("--minutes", type=above_zero, default=60.0, help="of still faces")
    parser.add_argument(
        "--others", type=above_zero, default=10.0, help="minutes of each other kind"
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--out", type=Path, metavar="docs", help="whose picture is drawn")
    options = parser.parse_args(arguments)
    model = open_model(options.model or shipped_model())
    shape = model.manifest.crop
    tracker = options.tracker or on_device(model.manifest.tracker, LIP_SHAPE in model.inputs)
    recipe = model_recipe(model.manifest)
    takes = load(choose_clips(options.data, recipe, options.split))
    names = " ".join(take.clip.name for take in takes)
    of = hashlib.sha256(names.encode()).hexdigest()[:8]  # models differ in what they test on
    bench = Bench(model)
    options.cache.mkdir(parents=True, exist_ok=True)

    def cache(name: str, count: int) -> Path:
        return options.cache / f"{options.split}-{of}-{tracker}-{name}-{count}.npz"

    streams = []
    for number, stream in enumerate(make_streams(takes, (1.5, 3.0))):
        count = sum(len(shot.order) for shot in stream.shots)
        path = cache(f"stream{number}", count)
        film = watch(path, show(stream.shots), count, tracker, shape)
        streams.append((film, stream.said))
    films: dict[str, Watched] = {}
    for number, name in enumerate(options.kinds):
        minutes = options.minutes if name == "still" else options.others
        count = round(minutes * 60 * FPS)
        pictures = KINDS[name](takes, np.random.default_rng(number))
        films[name] = watch(cache(name, count), pictures, count, tracker, shape)
        if not films[name].there(0, count):
            raise FaceError(f"no face is found in the film {name!r}: of it no text can come")
    print(*table(bench, films, missed(bench, streams)), sep="\n", flush=True)
    hours = sum(film.hours for film in films.values())
    curves: dict[str, list[tuple[float, float, float]]] = {"whatever moves": [], "with words": []}
    for on in ONS:
        faster = on / next(iter(films.values())).thresholds.on
        found = [one for film in films.values() for one in bench.find(film, faster)]
        said = missed(bench, streams, faster)
        lost = 100 * sum(best < 0 for best in said) / len(said)
        false = sum(one.words for one in found) / hours
        curves["whatever moves"].append((on, lost, len(found) / hours))
        curves["with words"].append((on, lost, false))
        print(f"on {on:g}: {lost:.1f} % missed, {len(found) / hours:.0f} begun, {false:.1f} texts")
    if options.out:
        note = f"{options.split}, {tracker}: {hours:.1f} h of nothing, {len(said)} said"
        draw(curves, options.out / "pictures" / "silence.png", note)

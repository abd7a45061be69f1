"""Pictures of a training: its curves, what the network sees and reads, what it mixes up, and how
far its confidence can be believed."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from PIL import Image, ImageDraw

from edge_lip.errors import DataError
from edge_lip.frontend.pixels import CLIP
from edge_lip.system.files import replacing
from edge_lip.system.lettering import Lettering, lettering

from .label_metrics import Answers, Bin, calibration_error

LOSSES = {"loss": "total", "ctc": "CTC, nats an utterance", "word": "words, nats a frame"}
RATES = {
    "validation_wer": "words wrong",
    "validation_cer": "characters wrong",
    "validation_top1": "labels right",
}
"""Columns of the history, and what they are called in its picture."""

ENLARGED = 4
"""Screen pixels to a crop pixel."""
MARGIN = 12
TEXT_SIZE = 20
"""Pixels; smaller where a line would not fit otherwise."""
LINE = TEXT_SIZE * 3 // 2
"""Pixels from one line of text to the next."""
POINTS = 72
"""To an inch; with so many pixels to one, a size in points is one in pixels."""
GREYS = 64
"""Fewer shades make a much smaller GIF, and nobody sees it."""
LINGER = 1000
"""Milliseconds for which the last frame stays, so that its text can be read."""


def draw_curves(history: Path, target: Path) -> None:
    """Losses and validation rates over the epochs of `history` (CSV), as PNG, SVG or PDF.

    Raises DataError where `history` has no epochs, EdgeLipError where `target` can't be written.
    """
    columns = _read_history(history)
    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, rates = figure.subplots(1, 2)
    for names, axes in ((LOSSES, losses), (RATES, rates)):
        marker = "o" if names is RATES else None
        for name, label in names.items():
            if name in columns:
                points = zip(*columns[name], strict=True)
                axes.plot(*points, label=label, marker=marker, markersize=3)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        if axes.lines:
            axes.legend(frameon=False)
    losses.set(title="Training loss", ylabel="loss (logarithmic)", yscale="log")
    rates.set(title="Validation clips", ylabel="share of what was said", ylim=(0, None))
    rates.yaxis.set_major_formatter(PercentFormatter(1))
    _save(figure, target)


def draw_confusion(
    matrix: np.ndarray, labels: Sequence[str], target: Path, letters: Lettering | None = None
) -> None:
    """How often word `i` was read as word `j`: `matrix` (N, N) of counts, a row a word said.
    `letters`: how labels are shown, where others tell what its numbers mean.

    Shades are shares of a row, figures are counts. Raises EdgeLipError where `target` can't be
    written.
    """
    letters = letters or lettering(labels)
    with letters.used():
        _draw_confusion(np.asarray(matrix), [letters.shown(label) for label in labels], target)


def _draw_confusion(matrix: np.ndarray, labels: Sequence[str], target: Path) -> None:
    size = max(4.0, 0.32 * len(labels) + 1.5)
    figure = Figure(figsize=(size + 0.8, size), layout="constrained")
    axes = figure.subplots()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            ink = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count:g}", ha="center", va="center", color=ink, fontsize=8)
    longest = max(map(len, labels))
    axes.set_xticks(range(len(labels)), labels, rotation=90 if longest > 2 else 0)
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="read", ylabel="said")
    bar = figure.colorbar(image, shrink=0.8, format=PercentFormatter(1))
    bar.set_label("share of the times it was said")
    _save(figure, target)


def draw_reliability(bins: Sequence[Bin], target: Path) -> None:
    """Share read right over confidence, beside the diagonal of a confidence that is right as often
    as it says, and how many clips there are of each.

    Raises EdgeLipError where `target` can't be written.
    """
    figure = Figure(figsize=(5, 6), layout="constrained")
    shares, counts = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    places, widths = [one.low for one in bins], [one.high - one.low for one in bins]
    ink = {"align": "edge", "edgecolor": "white"}
    shares.bar(places, [one.right for one in bins], widths, color="tab:blue", alpha=0.6, **ink)
    shares.plot((0, 1), (0, 1), "--", color="grey", label="as often right as it says")
    means, right = [one.confidence for one in bins], [one.right for one in bins]
    shares.plot(means, right, "o", color="tab:blue", label="as often right as it is")
    shares.set(title=f"Calibration error {calibration_error(bins):.1%}", ylabel="read right")
    shares.set(xlim=(0, 1), ylim=(0, 1))
    shares.legend(frameon=False, loc="upper left")
    counts.bar(places, [one.clips for one in bins], widths, color="grey", alpha=0.6, **ink)
    counts.set(xlabel="confidence", ylabel="clips")
    counts.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    shares.yaxis.set_major_formatter(PercentFormatter(1))
    for axes in (shares, counts):
        axes.spines[["top", "right"]].set_visible(False)
    _save(figure, target)


def draw_coverage(
    answered: np.ndarray, right: np.ndarray, threshold: Answers, target: Path
) -> None:
    """Share read right (N,) of the share of clips answered (N,), ascending, as the threshold falls;
    the model's own `threshold` is marked.

    Raises EdgeLipError where `target` can't be written.
    """
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.plot(answered, right, drawstyle="steps-post")
    label = f"the model's threshold, {threshold.threshold:.2f}"
    axes.plot(threshold.answered, 1 - threshold.wrong, "o", color="tab:orange", label=label)
    axes.set(xlabel="clips answered", ylabel="of these read right", xlim=(0, 1.02), ylim=(0, 1.02))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower left")
    _save(figure, target)


def draw_utterance(
    crops: np.ndarray,
    fps: float,
    target: Path,
    words: Sequence[tuple[str, int]],
    reference: str,
    letters: Lettering | None = None,
) -> None:
    """What the network sees and reads, as an animated GIF in its own time.

    `crops`: (T, h, w), or (T, 2, h, w) with depth, which is shown beside grey; uint8 or normalized
    float32. `words`: each word read, with the frame from which it is shown. `reference`: what was
    said. `letters`: how the texts are shown. Raises EdgeLipError where `target` can't be written.
    """
    letters = letters or lettering([reference, *(word for word, _ in words)])
    words = [(letters.shown(word), start) for word, start in words]
    reference = letters.shown(reference)
    if crops.ndim == 4:
        crops = np.concatenate((crops[:, 0], crops[:, 1]), axis=2)
    if crops.dtype != np.uint8:
        crops = ((crops + CLIP) * (255 / (2 * CLIP))).clip(0, 255).astype(np.uint8)
    width = crops.shape[2] * ENLARGED + 2 * MARGIN
    said, read = f"said  {reference}", f"read  {' '.join(word for word, _ in words)}"
    with letters.used():
        write = _Pen((said, read), width - 2 * MARGIN).write
    frames = []
    for number, crop in enumerate(crops):
        shown = " ".join(word for word, start in words if start <= number)
        done = (number + 1) / len(crops)
        frames.append(_frame(crop, done, (write(f"read  {shown}"), write(said))))
    # GIF counts in hundredths of a second: rounded once, so that the pace stays even.
    period = max(2, round(100 / fps)) * 10
    durations = [period] * (len(frames) - 1) + [LINGER]
    with replacing(target) as temporary:
        frames[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=frames[1:],
            duration=durations,
            loop=0,
            optimize=False,
        )


def _frame(crop: np.ndarray, done: float, lines: Sequence[np.ndarray]) -> Image.Image:
    """One picture: the enlarged crop, a bar that fills up to `done` (0..1), lines of text."""
    height, width = (side * ENLARGED for side in crop.shape)
    picture = Image.new("L", (width + 2 * MARGIN, height + 3 * MARGIN + 2 * LINE))
    large = Image.fromarray(crop).resize((width, height), Image.Resampling.BICUBIC)
    picture.paste(large, (MARGIN, MARGIN))
    draw = ImageDraw.Draw(picture)
    below = MARGIN + height
    draw.rectangle((MARGIN, below + 3, MARGIN + round(width * done) - 1, below + 5), fill=255)
    for number, (line, ink) in enumerate(zip(lines, (255, 150), strict=True)):
        place = (MARGIN, below + MARGIN + number * LINE)
        picture.paste(ink, place, Image.fromarray(line))
    return picture.point([grey * GREYS // 256 * 255 // (GREYS - 1) for grey in range(256)])


class _Pen:
    """Writes lines of text, all in one size and in the fonts in use when it was made."""

    def __init__(self, lines: Sequence[str], width: int) -> None:
        """In the largest size in which all of `lines` are at most `width` pixels wide."""
        self._figure = Figure(
            figsize=(width / POINTS, LINE / POINTS), dpi=POINTS, facecolor="black"
        )
        self._canvas = FigureCanvasAgg(self._figure)
        self._text = self._figure.text(0, 0.3, "", color="white")
        self._written: dict[str, np.ndarray] = {}
        for size in range(TEXT_SIZE, 8, -1):
            self._text.set_fontsize(size)
            if max(map(self._width, lines)) <= width:
                break

    def _width(self, line: str) -> float:
        """Pixels."""
        self._text.set_text(line)
        return float(self._text.get_window_extent().width)

    def write(self, line: str) -> np.ndarray:
        """(LINE, width) uint8: how much ink is where."""
        if line not in self._written:
            self._text.set_text(line)
            self._canvas.draw()
            self._written[line] = np.asarray(self._canvas.buffer_rgba())[..., 0].copy()
        return self._written[line]


def _read_history(path: Path) -> dict[str, list[tuple[int, float]]]:
    """(epoch, value) of each column, where there is a value."""
    columns: dict[str, list[tuple[int, float]]] = {}
    try:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                epoch = int(row.pop("epoch"))
                for column, value in row.items():
                    name = column.replace("holdout_", "validation_")  # of older versions
                    if value:
                        columns.setdefault(name, []).append((epoch, float(value)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} is no history of a training ({error})") from None
    if not columns:
        raise DataError(f"{path} has no epoch in it yet")
    return columns


def _save(figure: Figure, target: Path) -> None:
    FigureCanvasAgg(figure)
    with replacing(target) as temporary:
        figure.savefig(temporary, format=target.suffix[1:], dpi=120)

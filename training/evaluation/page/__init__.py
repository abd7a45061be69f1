"""An evaluation as one HTML file: figures, pictures, and every clip with its mouth crops.

Nothing in it comes from elsewhere, and its policy forbids the browser to load anything.
"""

import base64
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import jiwer
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from edge_lip import __version__
from edge_lip.system.files import replacing
from edge_lip.system.lettering import LEGEND

from ...reports.metrics import Reading
from ...reports.report import Report
from .film import COLUMNS, Film, FilmCamera

__all__ = ["Evaluation", "Film", "FilmCamera", "write_page"]

THUMBNAILS = 12
"""Crops of a clip shown side by side."""
CHOICES = 3


@dataclass(frozen=True)
class Evaluation:
    """What a page is about."""

    model: str
    """The file's name."""
    heading: str
    """Split, arithmetic and decoder, for people."""
    closed: bool
    """Whether a text is one of a list rather than words."""
    readings: Sequence[Reading]
    films: Sequence[Film | None]
    """One for each reading; None where no mouth was seen."""
    report: Report
    curves: Path
    """Picture of the training; left out where there is none."""
    rendered: bool = False
    """Whether the people do not exist."""


@dataclass(frozen=True)
class Row:
    """A clip on the page."""

    reading: Reading
    pairs: tuple[tuple[str, str], ...]
    """What was said and read at each place; empty where something is missing or too much."""
    film: Film | None

    @property
    def errors(self) -> int:
        """Places that differ."""
        return sum(said != read for said, read in self.pairs)

    @property
    def badness(self) -> tuple[float, float, str]:
        """Sort key, worst first: many errors, sure of them; then right, but hardly sure."""
        sure = self.reading.confidence
        return -self.errors, -sure if self.errors else sure, self.reading.clip

    @property
    def choices(self) -> tuple[tuple[str, float], ...]:
        """The likeliest labels; none of a sentence."""
        return self.reading.choices[:CHOICES]

    @property
    def thumbnails(self) -> list[int]:
        """Numbers of the frames shown side by side."""
        if self.film is None:
            return []
        count = min(THUMBNAILS, self.film.frames)
        return [k * (self.film.frames - 1) // max(1, count - 1) for k in range(count)]


def write_page(evaluation: Evaluation, target: Path) -> None:
    """Write the page; raises EdgeLipError where `target` can't be written."""
    environment = Environment(
        loader=PackageLoader(__name__, "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["data"] = _data
    folder = Path(__file__).parent
    style, script = ((folder / name).read_text("utf-8") for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rows = sorted(_rows(evaluation), key=lambda row: row.badness)
    page = environment.get_template("page.html").render(
        evaluation=evaluation,
        rows=rows,
        wrong=sum(row.errors > 0 for row in rows),
        pictures=dict(_pictures(evaluation)),
        columns=COLUMNS,
        style=Markup(style),
        script=Markup(script),
        script_digest=digest,
        version=__version__,
    )
    with replacing(target) as temporary:
        temporary.write_text(page, "utf-8")


def _rows(evaluation: Evaluation) -> Iterator[Row]:
    for reading, film in zip(evaluation.readings, evaluation.films, strict=True):
        said, read = reading.reference, reading.hypothesis
        pairs = [(said, read)] if evaluation.closed else _aligned(said, read)
        yield Row(reading, tuple(pairs), film)


def _aligned(said: str, read: str) -> Iterator[tuple[str, str]]:
    """Words of both texts, those that belong together side by side."""
    found = jiwer.process_words(said, read)
    (words,), (others,) = found.references, found.hypotheses
    for chunk in found.alignments[0]:
        yield from zip_longest(
            words[chunk.ref_start_idx : chunk.ref_end_idx],
            others[chunk.hyp_start_idx : chunk.hyp_end_idx],
            fillvalue="",
        )


def _pictures(evaluation: Evaluation) -> Iterator[tuple[str, bytes]]:
    """Name and PNG of each picture of the report, and of the training's curves; what numbers stand
    for in them is in the name."""
    with tempfile.TemporaryDirectory() as folder:
        evaluation.report.draw(Path(folder))
        legend = Path(folder) / LEGEND
        numbers = ", ".join(legend.read_text("utf-8").splitlines()) if legend.exists() else ""
        for path in sorted(Path(folder).glob("*.png")):
            name = path.stem.replace("-", " ")
            numbered = numbers and path.stem.startswith("confusion")
            yield f"{name}: {numbers}" if numbered else name, path.read_bytes()
    if evaluation.curves.is_file():
        yield "training curves", evaluation.curves.read_bytes()


def _data(content: bytes, kind: str) -> str:
    """The content itself as an address."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"

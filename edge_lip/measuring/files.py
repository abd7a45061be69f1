"""A report as a file: JSON, CSV, or a page."""

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import UsageError
from ..system.files import replacing
from .figures import figure_of, flat
from .page import page

Report = Mapping[str, Any]


def writer_for(path: Path) -> Callable[[Report, Path], None]:
    """What writes a report to a file of that name; raises UsageError for another suffix, and where
    there is no such folder."""
    if path.suffix not in WRITERS:
        raise UsageError(f"{path}: a report is one of {', '.join(WRITERS)}")
    if not path.parent.is_dir():
        raise UsageError(f"can't write {path}: there is no folder {path.parent}")
    return WRITERS[path.suffix]


def _write_json(report: Report, path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n")


def _write_csv(report: Report, path: Path) -> None:
    """A line for each figure: its path, its value, what it means. Nothing is an empty cell."""
    with replacing(path) as temporary, temporary.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("figure", "value", "meaning"))
        for name, value in flat(report):
            figure = figure_of(name)
            told = "; ".join(value) if isinstance(value, list) else value
            rows.writerow((name, told, figure.meaning if figure else ""))


def _write_page(report: Report, path: Path) -> None:
    with replacing(path) as temporary:
        temporary.write_text(page(report))


WRITERS: Final[Mapping[str, Callable[[Report, Path], None]]] = {
    ".json": _write_json,
    ".csv": _write_csv,
    ".html": _write_page,
}
"""By suffix; each raises EdgeLipError where nothing can be written."""

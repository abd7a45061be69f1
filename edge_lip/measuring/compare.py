"""A report beside an older one: what became better, what worse, by how much."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeGuard

from ..errors import UsageError
from .figures import FORMAT, figure_of, flat

SLACK: Final[Mapping[str, float]] = {"_ms": 0.02, "_s": 0.005}
"""By a figure's unit: differences this small are no difference, whatever the part of it."""

ALIKE: Final = (
    *(f"machine.{name}" for name in ("cpu", "cores", "architecture", "python", "interpreter")),
    *("model_sha256", "source", "threads", "tracker", "delegate"),
)
"""What should be the same in both for the comparison to be of edge-lip alone."""

Judgement = Literal["better", "same", "WORSE"]


@dataclass(frozen=True)
class Verdict:
    """On one figure."""

    path: str
    old: float
    new: float
    judgement: Judgement

    @property
    def ratio(self) -> float:
        """New to old; infinite where there was nothing."""
        return self.new / self.old if self.old else float("inf") if self.new else 1.0


def load_report(path: Path) -> dict[str, Any]:
    """A report that `edge-lip benchmark --out` wrote.

    Raises UsageError where it can't be read, is none, or is of another format.
    """
    try:
        report = json.loads(path.read_text())
    except OSError as error:
        raise UsageError(f"can't read {path}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: give a file that --out wrote") from error
    if not isinstance(report, dict) or "format" not in report or "stages" not in report:
        raise UsageError(f"{path} is no report of edge-lip benchmark with a format: measure again")
    if report["format"] != FORMAT:
        raise UsageError(
            f"{path} has format {report['format']}, this edge-lip writes {FORMAT}: measure again"
        )
    return report


def compare(old: Mapping[str, Any], new: Mapping[str, Any], tolerance: float) -> list[Verdict]:
    """Verdicts on every judged figure that both have. `tolerance`: a part of the old figure, such
    as 0.1, by which a figure may grow."""
    before, verdicts = dict(flat(old)), []
    for path, value in flat(new):
        figure, was = figure_of(path), before.get(path)
        if figure is None or not figure.judged or not _number(was) or not _number(value):
            continue
        verdicts.append(Verdict(path, was, value, _judge(path, was, value, tolerance)))
    return verdicts


def unlike(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Lines on what else is not the same in both."""
    before, after = dict(flat(old)), dict(flat(new))
    return [
        f"{path} was {before.get(path)}, is {after.get(path)}"
        for path in ALIKE
        if before.get(path) != after.get(path)
    ]


def _judge(path: str, old: float, new: float, tolerance: float) -> Judgement:
    slack = next((some for unit, some in SLACK.items() if path.endswith(unit)), 0.0)
    if abs(new - old) <= max(slack, tolerance * old):
        return "same"
    return "WORSE" if new > old else "better"


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)

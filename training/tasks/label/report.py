"""What an evaluation of labels says."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from edge_lip.model.manifest import Manifest

from ...reports.label_metrics import (
    THRESHOLDS,
    answers,
    by_speaker,
    coverage,
    label_confusion,
    recalls,
    reliability,
    score_labels,
)
from ...reports.metrics import Reading
from ...reports.report import Report


def label_report(readings: Sequence[Reading], manifest: Manifest) -> Report:
    """Top-1 and top-3, whether the confidence can be believed, and what rejecting would do."""
    result = score_labels(readings, manifest.labels)
    recall, bins = recalls(readings), reliability(readings)
    own = answers(readings, manifest.decoding.threshold)
    table = [answers(readings, one) for one in sorted({*THRESHOLDS, own.threshold})]
    speakers = by_speaker(readings)
    misread = [
        f"{reading.clip}: {reading.reference}  read as  "
        f"{reading.hypothesis or 'nothing'} ({reading.confidence:.2f})"
        for reading in readings
        if reading.hypothesis != reading.reference
    ]
    summary = [
        f"{result.clips} clips, {result.labels} labels",
        f"top-1 {result.top1:.2%} (95 %: {result.low:.1%} to {result.high:.1%}), "
        f"top-3 {result.top3:.2%}, mean over labels {result.macro:.1%}; "
        f"chance {result.chance:.1%}, the most frequent label {result.majority:.1%}",
        f"confidence: calibration error {result.ece:.1%}, log loss {result.nll:.3f} nats",
        "rejecting what is less confident than",
        *(
            f"  {one.threshold:.2f}: {one.answered:.1%} answered, {one.wrong:.1%} of them wrong"
            + (" (the model's own)" if one == own else "")
            for one in table
        ),
    ]
    if speakers:
        summary.append(
            f"{len(speakers.top1)} speakers: top-1 {speakers.mean:.1%} on average, "
            f"standard deviation {speakers.deviation:.1%}"
        )
        summary += [
            f"  {name or '(unknown)'}: top-1 {share:.1%} of {clips} clips"
            for name, (share, clips) in speakers.top1.items()
        ]

    def draw(folder: Path) -> list[str]:
        from edge_lip.system.lettering import lettering

        from ...reports.pictures import draw_confusion, draw_coverage, draw_reliability

        confusion = label_confusion(readings, manifest.labels)
        letters = lettering(confusion.words)
        draw_confusion(confusion.counts, confusion.words, folder / "confusion.png", letters)
        draw_reliability(bins, folder / "reliability.png")
        draw_coverage(*coverage(readings), own, folder / "coverage.png")
        return letters.explain(folder)

    return Report(
        figures={**asdict(result), **asdict(own)},
        details={
            "recalls": recall,
            "reliability": [asdict(one) for one in bins],
            "thresholds": [asdict(one) for one in table],
            "speakers": asdict(speakers) if speakers else None,
        },
        misread=misread,
        summary=summary,
        draw=draw,
    )

"""What an evaluation of sentences says."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from edge_lip.model.manifest import Manifest

from ...reports.metrics import Reading, confusions, score
from ...reports.report import Report


def sentence_report(readings: Sequence[Reading], manifest: Manifest) -> Report:
    """Error rates, and for each place in a sentence which words are read as which."""
    result = score(readings)
    misread = [
        f"{reading.clip}: {reading.reference}  read as  {reading.hypothesis}"
        for reading in readings
        if reading.hypothesis != reading.reference
    ]
    summary = [
        f"{result.clips} clips, {result.words} words",
        f"WER {result.wer:.2%} (95 %: {result.low:.1%} to {result.high:.1%}), "
        f"CER {result.cer:.2%}, exact {result.exact:.1%}",
        f"wrong by place: {', '.join(f'{rate:.1%}' for rate in result.places)}",
    ]
    speakers = sorted({reading.speaker for reading in readings})
    if len(speakers) > 1:
        for speaker in speakers:
            own = score([reading for reading in readings if reading.speaker == speaker])
            summary.append(f"  {speaker or '(unknown)'}: WER {own.wer:.1%} of {own.words} words")

    def draw(folder: Path) -> list[str]:
        from edge_lip.system.lettering import lettering

        from ...reports.pictures import draw_confusion

        found = confusions(readings)
        letters = lettering(sorted({word for confusion in found for word in confusion.words}))
        for place, one in enumerate(found, 1):
            draw_confusion(one.counts, one.words, folder / f"confusion-{place}.png", letters)
        return letters.explain(folder)

    return Report(asdict(result), {}, misread, summary, draw)

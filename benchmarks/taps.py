"""What a wrong sentence costs on the page to speak by: taps until the right one is said.

    python -m benchmarks taps --data path/to/grid [--split test] [--model M] [--decoder beam]

Each clip is read as `edge-lip run` reads it, and corrected with as few taps as the page allows:
"say it" is one, so is one of the sentences that are offered; a word is changed by two, if it is
among its choices. What is not there has to be written: a tap to change it, one for the place of
each wrong word, one for each character that goes or comes, and one to say it. That is also what it
costs without choices.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from edge_lip.confirmation.choices import other_texts
from edge_lip.errors import EdgeLipError
from edge_lip.events import Event
from edge_lip.model.file import open_model
from edge_lip.model.shipped import find_model
from edge_lip.reading.opening import open_reader
from edge_lip.text.decoders import DECODERS
from edge_lip.web.conversation import TEXTS, UNSURE
from training.evaluation.readings import SPLITS, choose_clips, model_recipe

BELOW = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Of `--confirm unsure?below=…`."""


@dataclass(frozen=True)
class Read:
    """One clip."""

    said: str
    event: Event

    @property
    def right(self) -> bool:
        """Whether nothing has to be corrected."""
        return self.event.text == self.said

    @property
    def wrong_words(self) -> list[tuple[int, str]]:
        """Place and right word of each that is wrong; none where there are too many or too few."""
        words = self.said.split()
        if len(words) != len(self.event.words):
            return []
        pairs = enumerate(zip(words, self.event.words, strict=True))
        return [(n, right) for n, (right, read) in pairs if right != read.text]

    def by_choices(self) -> int | None:
        """Taps without writing; None where that can't be."""
        offered = [choice.text for choice in other_texts(self.event, TEXTS)]
        if self.right or self.said in offered:
            return 1
        wrong = self.wrong_words
        there = wrong and all(
            right in [choice.text for choice in self.event.words[n].choices] for n, right in wrong
        )
        return 2 * len(wrong) + 1 if there else None

    def by_writing(self) -> int:
        """Taps without choices."""
        if self.right:
            return 1
        places = max(1, len(self.wrong_words))
        return 2 + places + changed(self.event.text, self.said)


def changed(old: str, new: str) -> int:
    """Characters that go and that come, as few as can be."""
    row = list(range(len(new) + 1))
    for n, before in enumerate(old, 1):
        diagonal, row[0] = row[0], n
        for m, after in enumerate(new, 1):
            least = diagonal if before == after else 1 + min(row[m], row[m - 1])
            diagonal, row[m] = row[m], least
    return row[-1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks taps", description="Taps until the right sentence is said."
    )
    parser.add_argument("--data", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--split", choices=SPLITS, default="test")
    parser.add_argument("--model", help="the one that comes with edge-lip")
    parser.add_argument("--decoder", choices=DECODERS, help="the model's")
    options = parser.parse_args(arguments)
    path = find_model(options.model)
    recipe = model_recipe(open_model(path).manifest)
    reads = []
    with open_reader(path, decoder=options.decoder) as reader:
        for clip in choose_clips(options.data, recipe, options.split):
            for event in reader.stream(clip.path):
                if event.kind == "final":
                    reads.append(Read(clip.text, event))
    if not reads:
        raise EdgeLipError(f"no clip of {options.split} in {options.data} gave a text")
    decoder = f", decoder {options.decoder}" if options.decoder else ""
    print(f"{path.name}, {len(reads)} clips ({options.split}){decoder}\n")
    report("all", reads)
    report("read wrong", [read for read in reads if not read.right])
    marks(reads)
    print("\n| unsure below | asked | of them right | wrong and said unasked |\n|---|---|---|---|")
    for below in BELOW:
        asked = [read for read in reads if read.event.confidence < below]
        unasked = sum(not r.right for r in reads) - sum(not r.right for r in asked)
        print(f"| {below:g} | {len(asked)} | {sum(r.right for r in asked)} | {unasked} |")


def marks(reads: Sequence[Read]) -> None:
    """Which words the page marks as unsure, of sentences with as many words as were said."""
    pairs = [
        (word.confidence < UNSURE, right == word.text)
        for read in reads
        if len(read.said.split()) == len(read.event.words)
        for right, word in zip(read.said.split(), read.event.words, strict=True)
    ]
    marked, right = sum(mark for mark, _ in pairs), sum(right for _, right in pairs)
    both = sum(mark and not right for mark, right in pairs)
    print(
        f"words: {len(pairs)}, {marked} marked as unsure; {both} of the {len(pairs) - right} wrong "
        f"ones are, and {marked - both} of the {right} right ones"
    )


def report(which: str, reads: Sequence[Read]) -> None:
    """How many taps, and how many can't do without writing."""
    if not reads:
        return
    both = [(read.by_choices(), read.by_writing()) for read in reads]
    one = sum(taps == 1 for taps, _ in both)
    written = sum(taps is None for taps, _ in both)
    chosen = [writing if taps is None else taps for taps, writing in both]
    writing = [taps for _, taps in both]
    print(f"{which}: {len(reads)} sentences, {one} by one tap, {written} have to be written")
    for name, taps in (("with choices", chosen), ("without", writing)):
        print(f"  {name}: mean {mean(taps):.1f}, median {median(taps):g}, most {max(taps)} taps")


if __name__ == "__main__":
    main()

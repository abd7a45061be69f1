"""How long taught phrases take: to be opened, and from the last frame to the answer."""

import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np

from edge_lip.phrases.appearance import SIZE, VARIED
from edge_lip.phrases.matching import Matcher
from edge_lip.phrases.phrasebook import Phrasebook, load, save
from edge_lip.phrases.takes import scatter, take_of

SIZES: Final = (1, 12, 100, 500)
"""Phrases in a file, three takes of each."""
ANSWERS: Final = 50


def speed(size: int) -> str:
    """The time that a file of so many phrases takes, as a line. Processor time, which other
    work does not change; of an answer it is that of what comes after the last frame: from the
    features of an utterance to its text."""
    book = Phrasebook("")
    for phrase in range(size):
        for take in range(3):
            features = made_up(phrase, take)
            book = book.with_take(f"phrase {phrase}", take_of(features), scatter(features))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.phrases"
        start = time.process_time()
        save(book, path)
        saved = time.process_time()
        matcher = Matcher(load(path))
        opened = time.process_time()
        count = path.stat().st_size
    answers = []
    for k in range(ANSWERS):
        features = made_up(k % size, 3 + k)
        begun = time.process_time()
        matcher.match(take_of(features))
        answers.append(time.process_time() - begun)
    middle, late = (1000 * float(np.quantile(answers, share)) for share in (0.5, 0.95))
    return (
        f"{size:3} phrases: an answer {middle:.1f} ms (95 % within {late:.1f}), "
        f"saved in {1000 * (saved - start):.0f} ms, opened in {1000 * (opened - saved):.0f} ms, "
        f"{count / 1000:.0f} kB"
    )


def made_up(phrase: int, take: int) -> np.ndarray:
    """Features (40, 64 (1 + VARIED)) that go another way for each phrase, with noise."""
    path = np.random.default_rng(phrase).normal(0, 1, (6, SIZE))
    noise = np.random.default_rng([phrase, take]).normal(0, 0.2, (40, 1 + VARIED, SIZE))
    at = np.linspace(0, len(path) - 1, 40)
    there = np.stack([np.interp(at, np.arange(len(path)), column) for column in path.T], axis=1)
    return (there[:, None] + noise).reshape(40, -1).astype(np.float32)

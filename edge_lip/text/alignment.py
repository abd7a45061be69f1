"""When each word is said, by the frame-wise words head.

CTC says what is said in which order, not when: with the whole utterance before it, it may show the
first character long before the lips move.
"""

from collections.abc import Sequence

import numpy as np

from .trellis import NEVER, evidence

SILENCE = 0


def word_spans(
    words: np.ndarray, said: Sequence[int], goes_on: bool = False
) -> list[tuple[int, int]]:
    """Frames [start, end) of each of the words `said`, in order.

    `words`: (T, W + 1) log-probabilities, class 0 silence, T at least `len(said)`; `said`: their
    classes. Silence may stand before, between and after them; with `goes_on`, anything may follow.
    """
    # Silence, word, silence, word, ..., silence: the silences may be passed over.
    classes = [SILENCE] + [state for word in said for state in (word, SILENCE)]
    last = len(classes) - 1
    scores = evidence(words[:, classes])
    if goes_on:
        scores[:, last] = evidence(np.delete(words, said[-1], axis=1).max(axis=1))
    # State by state, all frames at once: to have come into one at a frame is worth what was reached
    # before, and to be in it later that and all scores since. `gains` leaves those before out.
    before = np.cumsum(scores, axis=0) - scores
    reached, gains = np.full((2, last + 1, len(words)), NEVER)
    for k in range(last + 1):
        gains[k, 0] = 0.0 if k < 2 else NEVER
        for source in _sources(k):
            np.maximum(gains[k, 1:], reached[source, :-1], out=gains[k, 1:])
        gains[k] -= before[:, k]
        np.maximum.accumulate(gains[k], out=reached[k])
        reached[k] += before[:, k] + scores[:, k]
    spans: list[tuple[int, int]] = []
    end, state = len(words), last - 1 + int(reached[last, -1] > reached[last - 1, -1])
    while True:
        start = int(gains[state, :end].argmax())
        if state % 2:
            spans.append((start, end))
        if start == 0:
            return spans[::-1]
        state, end = max(_sources(state), key=lambda source: reached[source, start - 1]), start


def _sources(state: int) -> tuple[int, ...]:
    """From where one comes into a state: odd ones are words, after which the next may follow."""
    if state % 2 and state > 1:
        return state - 1, state - 2
    return (state - 1,) if state else ()

"""When each word is said, by the frame-wise words head.

CTC says what is said in which order, not when: with the whole utterance before it, it may show the
first character long before the lips move.
"""

from collections.abc import Sequence

import numpy as np

from .trellis import Trellis, evidence, viterbi

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
    edges = [(k, k, 0.0) for k in range(last + 1)] + [(k, k + 1, 0.0) for k in range(last)]
    edges += [(k, k + 2, 0.0) for k in range(1, last - 1, 2)]
    graph = Trellis.build(last + 1, edges, {0: 0.0, 1: 0.0}, [last - 1, last])
    path, _ = viterbi(graph, scores, graph.final)
    frames = [np.flatnonzero(path == 2 * k + 1) for k in range(len(said))]
    return [(int(own[0]), int(own[-1]) + 1) for own in frames]

"""Best path and path sums through a graph of states over time: Viterbi and forward-backward.

Everything is in the log domain and vectorized over the edges of the graph, frame by frame.
Rabiner, "A tutorial on hidden Markov models", 1989.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# The log-probability of what can't happen. Finite, as -inf less -inf is not a number.
NEVER = -1e30
IMPOSSIBLE = NEVER / 2

# About the smallest probability of float32: a class that a model gives 0 is unlikely, no more.
FLOOR = -100.0

Merge = Callable[["Trellis", np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Trellis:
    """Directed edges between S states, sorted by target, and where paths begin and end.

    `source`, `target`, `weight` are (E,), `first` (S,) says where the edges into a state begin,
    `start` and `final` (S,) are log weights of beginning and ending in a state.
    """

    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    first: np.ndarray
    start: np.ndarray
    final: np.ndarray

    @classmethod
    def build(
        cls,
        states: int,
        edges: Iterable[tuple[int, int, float]],
        start: Mapping[int, float],
        final: Iterable[int],
    ) -> "Trellis":
        """A graph from its edges (source, target, log weight), entries and ends."""
        sources, targets, weights = zip(*edges, strict=True)
        begin, end = np.full((2, states), NEVER)
        begin[list(start)] = list(start.values())
        end[list(final)] = 0.0
        return _sorted(np.array(sources), np.array(targets), np.array(weights), begin, end)

    @cached_property
    def reverse(self) -> "Trellis":
        """The same graph with every edge turned round."""
        return _sorted(self.target, self.source, self.weight, self.final, self.start)


def evidence(log_probs: np.ndarray) -> np.ndarray:
    """Log-probabilities in double precision and none below FLOOR."""
    floored: np.ndarray = np.maximum(log_probs.astype(float), FLOOR)
    return floored


def viterbi(graph: Trellis, scores: np.ndarray, final: np.ndarray) -> tuple[np.ndarray, float]:
    """The best path through `scores` (T, S) with T >= 1: its states (T,) and its score.

    `final` (S,) are the log weights of ending in a state. There is no path when the score is below
    IMPOSSIBLE.
    """
    best = _sweep(graph, graph.start, scores, _best)
    path = np.empty(len(scores), dtype=np.intp)
    path[-1] = np.argmax(best[-1] + final)
    ends = np.append(graph.first[1:], len(graph.source))
    for t in range(len(scores) - 1, 0, -1):
        edges = slice(graph.first[path[t]], ends[path[t]])
        came_from = graph.source[edges]
        path[t - 1] = came_from[np.argmax(best[t - 1, came_from] + graph.weight[edges])]
    return path, float(best[-1, path[-1]] + final[path[-1]])


def forward(graph: Trellis, scores: np.ndarray) -> np.ndarray:
    """Log sum of all paths that are in a state at a frame, (T, S), that frame's score included."""
    return _sweep(graph, graph.start, scores, _sum)


def backward(graph: Trellis, scores: np.ndarray, final: np.ndarray) -> np.ndarray:
    """Log sum of all ways on from a state at a frame, (T, S), that frame's score included."""
    return _sweep(graph.reverse, final, scores[::-1], _sum)[::-1]


def log_sum(values: np.ndarray) -> float:
    """log(sum(exp(values))) of a vector."""
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))


def _sorted(
    source: np.ndarray, target: np.ndarray, weight: np.ndarray, start: np.ndarray, final: np.ndarray
) -> Trellis:
    states = np.arange(len(start))
    # reduceat needs an edge into every state: those that have none get one that is never taken.
    lonely = np.setdiff1d(states, target)
    source = np.concatenate([source, lonely])
    target = np.concatenate([target, lonely])
    weight = np.concatenate([weight, np.full(len(lonely), NEVER)])
    order = np.argsort(target, kind="stable")
    source, target, weight = source[order], target[order], weight[order]
    return Trellis(source, target, weight, np.searchsorted(target, states), start, final)


def _sweep(graph: Trellis, start: np.ndarray, scores: np.ndarray, merge: Merge) -> np.ndarray:
    reached = np.empty(scores.shape)
    reached[0] = start + scores[0]
    for t in range(1, len(scores)):
        reached[t] = merge(graph, reached[t - 1][graph.source] + graph.weight) + scores[t]
    return reached


def _best(graph: Trellis, edges: np.ndarray) -> np.ndarray:
    return np.maximum.reduceat(edges, graph.first)


def _sum(graph: Trellis, edges: np.ndarray) -> np.ndarray:
    top = np.maximum.reduceat(edges, graph.first)
    return top + np.log(np.add.reduceat(np.exp(edges - top[graph.target]), graph.first))

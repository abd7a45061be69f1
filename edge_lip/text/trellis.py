"""Best path and path sums through a graph of states over time: Viterbi and forward-backward.

Frame by frame, vectorized over the states. Best paths are found in the log domain. Path sums are
made of plain numbers, brought back to about 1 every few frames, because logarithms cost more than
all the rest; where numbers don't reach so far, which shows, they are made of logarithms.
Rabiner, "A tutorial on hidden Markov models", 1989.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

# The log-probability of what can't happen. Finite, as -inf less -inf is not a number.
NEVER: Final = -1e30
IMPOSSIBLE: Final = NEVER / 2

# About the smallest probability of float32: a class that a model gives 0 is unlikely, no more.
FLOOR: Final = -100.0

FEW: Final = 3
"""Edges into most states: from itself, from the one before, past a blank."""
RESCALED: Final = 8
"""Frames after which plain numbers are brought back to about 1."""
NOISE: Final = 1e-6
"""Nats by which sums over the same paths may differ, forwards and backwards."""


@dataclass(frozen=True)
class Semiring:
    """How what comes together is merged, and how what follows is joined."""

    merge: np.ufunc
    join: np.ufunc
    nothing: float


BEST: Final = Semiring(np.maximum, np.add, NEVER)
SUM: Final = Semiring(np.add, np.multiply, 0.0)
LOG_SUM: Final = Semiring(np.logaddexp, np.add, NEVER)


@dataclass(frozen=True)
class Edges:
    """Those between S states, by target.

    `few` (FEW, S) are the sources of the edges into each state, S where there are fewer; only the
    last has a log weight, `few_weight` (S,). States with more, `crowded` (C,), have theirs in
    `many` and `many_weight` (M,), sorted by target; `first` (C,) says where those of each begin.
    """

    few: np.ndarray
    few_weight: np.ndarray
    crowded: np.ndarray
    many: np.ndarray
    many_weight: np.ndarray
    first: np.ndarray

    @classmethod
    def build(
        cls, states: int, source: np.ndarray, target: np.ndarray, weight: np.ndarray
    ) -> "Edges":
        """Those from `source` to `target` with log weights, (E,) each."""
        order = np.lexsort((weight != 0, target))  # what has a weight comes last
        source, target, weight = source[order], target[order], weight[order]
        weighted = weight != 0
        crowd = np.bincount(target, minlength=states) > FEW
        crowd |= np.bincount(target[weighted], minlength=states) > 1
        row = np.arange(len(target)) - np.searchsorted(target, target)
        row[weighted] = FEW - 1
        many = crowd[target]
        few, few_weight = np.full((FEW, states), states), np.zeros(states)
        few[row[~many], target[~many]] = source[~many]
        few_weight[target[~many]] = weight[~many]
        crowded = np.flatnonzero(crowd)
        first = np.searchsorted(target[many], crowded)
        return cls(few, few_weight, crowded, source[many], weight[many], first)

    def within(self, states: np.ndarray) -> "Edges":
        """Those between some of the states, (P,) in ascending order, which become 0 to P - 1."""
        number = np.full(self.few.shape[1] + 1, len(states))
        number[states] = np.arange(len(states))
        few = number[self.few[:, states]]
        sizes = np.diff(self.first, append=len(self.many))
        target = number[np.repeat(self.crowded, sizes)]
        source = number[self.many]
        kept = (source < len(states)) & (target < len(states))
        target = target[kept]
        crowded = np.unique(target)
        first = np.searchsorted(target, crowded)
        weights = self.few_weight[states], self.many_weight[kept]
        return Edges(few, weights[0], crowded, source[kept], weights[1], first)

    @cached_property
    def ways(self) -> list[list[int]]:
        """`few` by state."""
        ways: list[list[int]] = self.few.T.tolist()
        return ways

    def best_source(self, state: int, best: np.ndarray) -> int:
        """From where the best path comes into `state`; `best` (S + 1,) are those to all states."""
        at = np.searchsorted(self.crowded, state)
        if at < len(self.crowded) and self.crowded[at] == state:
            end = self.first[at + 1] if at + 1 < len(self.first) else len(self.many)
            edges = slice(self.first[at], end)
            sources = self.many[edges]
            return int(sources[np.argmax(best[sources] + self.many_weight[edges])])
        ways = self.ways[state]
        reached = [best[way] for way in ways]
        reached[-1] += self.few_weight[state]
        return ways[reached.index(max(reached))]


@dataclass(frozen=True)
class Trellis:
    """A graph of S states, and where paths begin and end.

    `reverse` are the edges turned round; `start` and `final` (S,) are log weights of beginning and
    ending in a state.
    """

    edges: Edges
    reverse: Edges
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
        source, target, weight = (np.array(part) for part in zip(*edges, strict=True))
        begin, end = np.full((2, states), NEVER)
        begin[list(start)] = list(start.values())
        end[list(final)] = 0.0
        there, back = (source, target), (target, source)
        return cls(*(Edges.build(states, *way, weight) for way in (there, back)), begin, end)


def evidence(log_probs: np.ndarray) -> np.ndarray:
    """Log-probabilities in double precision and none below FLOOR."""
    floored: np.ndarray = np.maximum(log_probs.astype(float), FLOOR)
    return floored


def log_sum(values: np.ndarray) -> float:
    """log(sum(exp(values))) of a vector."""
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))


def viterbi(graph: Trellis, scores: np.ndarray, final: np.ndarray) -> tuple[np.ndarray, float]:
    """The best path through `scores` (T, S) with T >= 1: its states (T,) and its score.

    `final` (S,) are the log weights of ending in a state. There is no path when the score is below
    IMPOSSIBLE.
    """
    best = _history(graph.edges, graph.start, scores, BEST)
    state = int(np.argmax(best[-1, :-1] + final))
    score = float(best[-1, state] + final[state])
    path = [state]
    for row in best[-2::-1]:
        state = graph.edges.best_source(state, row)
        path.append(state)
    return np.array(path[::-1]), score


def log_total(graph: Trellis, scores: np.ndarray) -> float:
    """Log of the sum of all paths through `scores` (T, S) with T >= 1, below IMPOSSIBLE when there
    is none."""
    return log_sum(_history(graph.edges, graph.start, scores, LOG_SUM)[-1, :-1] + graph.final)


def shares(
    graph: Trellis,
    scores: np.ndarray,
    final: np.ndarray,
    entered: np.ndarray,
    along: np.ndarray | None = None,
) -> np.ndarray:
    """What share of all paths through `scores` (T, S) ever enters each of the states `entered`
    (A,): once, if for several frames.

    Into the last of them only paths count that were in none but the states `along` (P,) until then;
    those are in ascending order, that last one among them, and None is all. Where there is no path
    at all, all shares are 0.
    """
    along = np.arange(scores.shape[1]) if along is None else along
    sums = _sums(graph, scores, final, entered, along, SUM)
    forwards, backwards = sums.totals
    if not abs(forwards - backwards) < NOISE:  # infinite, or paths were lost on one of the ways
        sums = _sums(graph, scores, final, entered, along, LOG_SUM)
        if sums.totals[0] < IMPOSSIBLE:
            return np.zeros(len(entered))
    return sums.shares


class _Step:
    """One frame further along some edges."""

    def __init__(self, edges: Edges, semiring: Semiring) -> None:
        weights = [edges.few_weight, edges.many_weight]
        if semiring is SUM:
            weights = [np.exp(weight) for weight in weights]
        self._edges = edges
        self._merge, self._join = semiring.merge, semiring.join
        self._few_weight, self._many_weight = weights
        self._few, self._many = np.empty(edges.few.shape), np.empty(edges.many.shape)

    def __call__(self, before: np.ndarray, now: np.ndarray) -> None:
        """What is in the states `before` (S + 1,), the last of which is none, goes to `now` (S,)."""
        edges, few, many = self._edges, self._few, self._many
        # Indices are right; "clip" is the mode in which NumPy needs no copy.
        before.take(edges.few, out=few, mode="clip")
        self._join(few[-1], self._few_weight, out=few[-1])
        self._merge.reduce(few, axis=0, out=now)
        if len(many):
            before.take(edges.many, out=many, mode="clip")
            self._join(many, self._many_weight, out=many)
            now[edges.crowded] = self._merge.reduceat(many, edges.first)


def _history(edges: Edges, start: np.ndarray, scores: np.ndarray, semiring: Semiring) -> np.ndarray:
    """What is in each state at each frame, (T, S + 1); in the last, which is none, nothing."""
    history = np.full((len(scores), scores.shape[1] + 1), semiring.nothing)
    step = _Step(edges, semiring)
    np.add(start, scores[0], out=history[0, :-1])
    before = history[0]
    for row, score in zip(history[1:], scores[1:], strict=True):
        now = row[:-1]
        step(before, now)
        semiring.join(now, score, out=now)
        before = row
    return history


@dataclass(frozen=True)
class _Sums:
    """Log sums (T, A) of the paths up to some states and on from them, and `scores` of those, which
    are in both; `totals` are those of all paths, forwards and backwards."""

    reached: np.ndarray
    onward: np.ndarray
    scores: np.ndarray
    totals: tuple[float, float]

    @property
    def shares(self) -> np.ndarray:
        """Of entering each state: of being there, less having stayed."""
        total = self.totals[0]
        there = np.exp(self.reached + self.onward - self.scores - total).sum(axis=0)
        stayed = np.exp(self.reached[:-1] + self.onward[1:] - total).sum(axis=0)
        share: np.ndarray = np.clip(there - stayed, 0.0, 1.0)
        return share


def _sums(
    graph: Trellis,
    scores: np.ndarray,
    final: np.ndarray,
    entered: np.ndarray,
    along: np.ndarray,
    semiring: Semiring,
) -> _Sums:
    """Forwards, backwards, and forwards `along`: side by side, as calls take longer than numbers."""
    frames, states = scores.shape
    plain = semiring is SUM
    # Less the best of its frame no score is above 0: nothing overflows, and little is lost.
    scale = scores.max(axis=1) if plain else np.zeros(frames)
    values = scores - scale[:, np.newaxis] if plain else scores
    start = np.concatenate([graph.start, final, graph.start[along], [NEVER]])
    if plain:
        start, values = np.exp(start), np.exp(values)
    parts = [values, values[::-1], values[:, along]]
    bounds = [0, states, 2 * states, 2 * states + len(along)]
    owns = [slice(*bound) for bound in pairwise(bounds)]
    step = _Step(_beside([graph.edges, graph.reverse, graph.edges.within(along)]), semiring)
    last = 2 * states + np.searchsorted(along, entered[-1])
    wanted = np.concatenate([entered[:-1], [last], entered + states])
    kept, gained = np.empty((frames, len(wanted))), np.zeros((3, frames))
    now, before = start, np.full_like(start, semiring.nothing)
    for t in range(frames):
        if t:
            now, before = before, now
            step(before, now[:-1])
        for part, own in zip(parts, owns, strict=True):
            semiring.join(now[own], part[t], out=now[own])
        if plain and t % RESCALED == RESCALED - 1:
            for k, own in enumerate(owns):
                top = now[own].max()
                if top > 0:
                    now[own] /= top
                    gained[k, t] = np.log(top)
        now.take(wanted, out=kept[t], mode="clip")
    if plain:
        with np.errstate(divide="ignore"):
            kept, now = np.log(kept), np.log(now)
    gained += scale, scale[::-1], scale
    forwards, backwards, alongside = np.cumsum(gained, axis=1)
    reached, onward = np.hsplit(kept, 2)
    reached[:, :-1] += forwards[:, np.newaxis]
    reached[:, -1] += alongside
    onward = (onward + backwards[:, np.newaxis])[::-1]
    totals = (
        log_sum(now[owns[0]] + final) + forwards[-1],
        log_sum(now[owns[1]] + graph.start) + backwards[-1],
    )
    return _Sums(reached, onward, scores[:, entered], totals)


def _beside(graphs: Sequence[Edges]) -> Edges:
    """Those of several graphs that have nothing to do with each other, as one."""
    sizes = [edges.few.shape[1] for edges in graphs]
    total = sum(sizes)
    starts = np.cumsum([0, *sizes])
    many = np.cumsum([0, *(len(edges.many) for edges in graphs)])
    few = np.hstack([edges.few + start for edges, start in zip(graphs, starts, strict=False)])
    for edges, start, size in zip(graphs, starts, sizes, strict=False):
        own = few[:, start : start + size]
        own[edges.few == size] = total
    return Edges(
        few,
        np.concatenate([edges.few_weight for edges in graphs]),
        np.concatenate([e.crowded + start for e, start in zip(graphs, starts, strict=False)]),
        np.concatenate([e.many + start for e, start in zip(graphs, starts, strict=False)]),
        np.concatenate([edges.many_weight for edges in graphs]),
        np.concatenate([e.first + start for e, start in zip(graphs, many, strict=False)]),
    )

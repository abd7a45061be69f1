"""Best path and path sums through a graph of states over time: Viterbi and forward-backward.

Frame by frame, in a few calls each that go along all edges. Best paths are found in the log domain.
Path sums are made of plain numbers, brought back to about 1 every few frames, because logarithms
cost more than all the rest; where numbers don't reach so far, which shows, of logarithms.
Rabiner, "A tutorial on hidden Markov models", 1989.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import Final

import numpy as np

# The log-probability of what can't happen. Finite, as -inf less -inf is not a number.
NEVER: Final = -1e30
IMPOSSIBLE: Final = NEVER / 2

# About the smallest probability of float32: a class that a model gives 0 is unlikely, no more.
FLOOR: Final = -100.0

FEW: Final = 2
"""Edges into most states, beside that from itself: from the one before, past a blank."""
BLOCK: Final = 2**16
"""So many scores at most lie side by side for a sweep: long utterances would need much memory."""
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

    The states `crowded` (C,) have theirs in `many` and `many_weight` (M,), sorted by target;
    `first` (C,) says where those of each begin. Into each other state there is one from itself, and
    up to FEW more, whose sources are `few` (FEW, S), S where there is none; of these only the last
    has a log weight, `few_weight` (S,).
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
        # Into a state that has none there is one from nowhere.
        lonely = np.setdiff1d(np.arange(states), target)
        source = np.append(source, np.full(len(lonely), states))
        target, weight = np.append(target, lonely), np.append(weight, np.zeros(len(lonely)))
        order = np.lexsort((weight != 0, target))  # what has a weight comes last
        source, target, weight = source[order], target[order], weight[order]
        weighted = weight != 0
        stays = (source == target) & ~weighted

        def count(which: np.ndarray) -> np.ndarray:
            return np.bincount(target[which], minlength=states)

        crowd = (count(stays) != 1) | (count(~stays) > FEW) | (count(weighted) > 1)
        many = crowd[target]
        others = ~many & ~stays
        into = target[others]
        row = np.where(
            weighted[others], FEW - 1, np.arange(len(into)) - np.searchsorted(into, into)
        )
        few, few_weight = np.full((FEW, states), states), np.zeros(states)
        few[row, into] = source[others]
        few_weight[target[others & weighted]] = weight[others & weighted]
        crowded = np.flatnonzero(crowd)
        first = np.searchsorted(target[many], crowded)
        return cls(few, few_weight, crowded, source[many], weight[many], first)

    def within(self, states: np.ndarray) -> "Edges":
        """Those between some of the states, (P,) in ascending order, which become 0 to P - 1."""
        number = np.full(len(self.few_weight) + 1, len(states))
        number[states] = np.arange(len(states))
        target = number[np.repeat(self.crowded, np.diff(self.first, append=len(self.many)))]
        ours = target < len(states)
        # Those from elsewhere now come from nowhere.
        crowded, first = np.unique(target[ours], return_index=True)
        return Edges(
            number[self.few[:, states]],
            self.few_weight[states],
            crowded,
            number[self.many[ours]],
            self.many_weight[ours],
            first,
        )

    def into(self, state: int) -> tuple[list[int], list[float]]:
        """Sources and log weights of the edges into one."""
        place = self._places.get(state)
        if place is None:
            weights = [0.0] * FEW + [self.few_weight.item(state)]
            return [state, *self.few[:, state].tolist()], weights
        edges = slice(*place)
        return self.many[edges].tolist(), self.many_weight[edges].tolist()

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        """Where the edges into each crowded state begin and end."""
        bounds = [*self.first.tolist(), len(self.many)]
        return dict(zip(self.crowded.tolist(), pairwise(bounds), strict=True))


def beside(graphs: Sequence[Edges]) -> Edges:
    """Those of several graphs that have nothing to do with each other, as one."""
    sizes = [len(edges.few_weight) for edges in graphs]
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    firsts = np.cumsum([0, *(len(edges.many) for edges in graphs[:-1])]).tolist()

    def joined(name: str, offsets: Sequence[int]) -> np.ndarray:
        parts = [getattr(edges, name) for edges in graphs]
        moved = [part + offset for part, offset in zip(parts, offsets, strict=True)]
        return np.concatenate(moved, axis=-1)

    def numbered(name: str) -> np.ndarray:
        """Numbers of sources, of which one behind the last state is none."""
        numbers = joined(name, starts)
        begin = 0
        for edges, start, size in zip(graphs, starts, sizes, strict=True):
            own = numbers[..., begin : begin + getattr(edges, name).shape[-1]]
            own[own == start + size] = sum(sizes)
            begin += own.shape[-1]
        return numbers

    none = [0] * len(graphs)
    return Edges(
        numbered("few"),
        joined("few_weight", none),
        joined("crowded", starts),
        numbered("many"),
        joined("many_weight", none),
        joined("first", firsts),
    )


@dataclass(frozen=True)
class Trellis:
    """A graph of S states, and where paths begin and end.

    `both_ways` are the edges, and behind them the same turned round; `start` and `final` (S,) are
    log weights of beginning and ending in a state.
    """

    edges: Edges
    both_ways: Edges
    start: np.ndarray
    final: np.ndarray

    @classmethod
    def build(
        cls,
        states: int,
        edges: Sequence[tuple[int, int, float]],
        start: Mapping[int, float],
        final: Sequence[int],
    ) -> "Trellis":
        """A graph from its edges (source, target, log weight), entries and ends."""
        source, target, weight = (np.array(part) for part in zip(*edges, strict=True))
        begin, end = np.full((2, states), NEVER)
        begin[list(start)] = list(start.values())
        end[list(final)] = 0.0
        there = Edges.build(states, source, target, weight)
        back = Edges.build(states, target, source, weight)
        return cls(there, beside([there, back]), begin, end)


def evidence(log_probs: np.ndarray) -> np.ndarray:
    """Log-probabilities in double precision and none below FLOOR."""
    floored: np.ndarray = np.maximum(log_probs.astype(float), FLOOR)
    return floored


def log_sum(values: np.ndarray) -> float:
    """log(sum(exp(values))) of a vector."""
    top = values.max()
    if np.isneginf(top):
        return float(top)
    return float(top + np.log(np.exp(values - top).sum()))


def viterbi(graph: Trellis, scores: np.ndarray, final: np.ndarray) -> tuple[np.ndarray, float]:
    """The best path through `scores` (T, S) with T >= 1: its states (T,) and its score.

    `final` (S,) are the log weights of ending in a state. There is no path when the score is below
    IMPOSSIBLE.
    """
    best = _history(graph, scores, BEST)
    state = int(np.argmax(best[-1, :-1] + final))
    score = float(best[-1, state] + final[state])
    path = [state]
    for row in best[-2::-1]:
        sources, weights = graph.edges.into(state)
        ways = [row.item(s) + w for s, w in zip(sources, weights, strict=True)]
        state = sources[ways.index(max(ways))]
        path.append(state)
    return np.array(path[::-1]), score


def log_total(graph: Trellis, scores: np.ndarray) -> float:
    """Log of the sum of all paths through `scores` (T, S) with T >= 1, below IMPOSSIBLE when there
    is none."""
    return log_sum(_history(graph, scores, LOG_SUM)[-1, :-1] + graph.final)


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


def _sweep(
    edges: Edges, start: np.ndarray, scores: Iterable[np.ndarray], semiring: Semiring
) -> Iterator[np.ndarray]:
    """What is in each state at each frame, and in one more, which is none, nothing: (S + 1,).

    What is done to it is done to all that follows from it.
    """
    # Two arrays take turns. Views of them take as long as what is done with them: made once.
    turns = np.full((2, len(start) + 1), semiring.nothing)
    turns[0, :-1] = start
    ways = [_calls(edges, turns[1 - k], turns[k], semiring) for k in range(2)]
    owns = [turn[:-1] for turn in turns]
    for t, score in enumerate(scores):
        k = t % 2
        if t:
            for call in ways[k]:
                call()
        semiring.join(owns[k], score, out=owns[k])
        yield turns[k]


def _calls(
    edges: Edges, before: np.ndarray, now: np.ndarray, semiring: Semiring
) -> list[Callable[[], object]]:
    """What brings the states `before` to those `now`, both (S + 1,)."""
    merge, join = semiring.merge, semiring.join
    weigh = np.exp if semiring is SUM else np.array
    own = now[:-1]
    few, many = np.empty(edges.few.shape), np.empty(len(edges.many))
    merged = np.empty(len(edges.crowded))
    # Indices are right; "clip" is the mode in which NumPy needs no copy.
    calls: list[Callable[[], object]] = [partial(before.take, edges.few, None, few, "clip")]
    if edges.few_weight.any():
        calls.append(partial(join, few[-1], weigh(edges.few_weight), out=few[-1]))
    calls.append(partial(merge, before[:-1], few[0], out=own))
    calls += [partial(merge, own, row, out=own) for row in few[1:]]
    if len(many):
        calls.append(partial(before.take, edges.many, None, many, "clip"))
        if edges.many_weight.any():
            calls.append(partial(join, many, weigh(edges.many_weight), out=many))
        calls.append(partial(merge.reduceat, many, edges.first, 0, None, merged))
        calls.append(partial(now.put, edges.crowded, merged, "clip"))
    return calls


def _history(graph: Trellis, scores: np.ndarray, semiring: Semiring) -> np.ndarray:
    """What is in each state at each frame, (T, S + 1)."""
    history = np.empty((len(scores), scores.shape[1] + 1))
    for row, now in zip(history, _sweep(graph.edges, graph.start, scores, semiring), strict=True):
        row[:] = now
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
    """Forwards, backwards and `along` in one sweep: it is the number of calls that takes time."""
    frames, states = scores.shape
    plain = semiring is SUM
    edges = beside([graph.both_ways, graph.edges.within(along)])
    start = np.concatenate([graph.start, final, graph.start[along]])
    scale, values = np.zeros(frames), scores
    if plain:
        # Less the best of its frame no score is above 0: nothing overflows, and little is lost.
        scale = scores.max(axis=1)
        values = scores - scale[:, np.newaxis]
        np.exp(values, out=values)
        start = np.exp(start)

    def rows() -> Iterator[np.ndarray]:
        size = max(1, BLOCK // len(start))
        for first in range(0, frames, size):
            there = values[first : first + size]
            back = values[::-1][first : first + size]
            yield from np.concatenate([there, back, there[:, along]], axis=1)

    last = 2 * states + np.searchsorted(along, entered[-1])
    wanted = np.concatenate([entered[:-1], [last], entered + states])
    kept, lost = np.empty((frames, len(wanted))), np.zeros((3, frames))
    for t, now in enumerate(_sweep(edges, start, rows(), semiring)):
        if plain and t % RESCALED == RESCALED - 1:
            for k, part in enumerate(np.split(now[:-1], [states, 2 * states])):
                top = part.max()
                if top > 0:
                    part /= top
                    lost[k, t] = np.log(top)
        now.take(wanted, None, kept[t], "clip")
    if plain:
        with np.errstate(divide="ignore"):
            kept, now = np.log(kept), np.log(now)
    lost += scale, scale[::-1], scale
    there, back, ours = np.cumsum(lost, axis=1)
    reached, onward = np.hsplit(kept, 2)
    reached[:, :-1] += there[:, np.newaxis]
    reached[:, -1] += ours
    onward = (onward + back[:, np.newaxis])[::-1]
    ends = now[:states] + final, now[states : 2 * states] + graph.start
    totals = log_sum(ends[0]) + float(there[-1]), log_sum(ends[1]) + float(back[-1])
    return _Sums(reached, onward, scores[:, entered], totals)

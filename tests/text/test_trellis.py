"""Best paths and path sums against all paths there are."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_lip.text.trellis import IMPOSSIBLE, Trellis, log_total, shares, viterbi

STATES, FRAMES = 6, 4

few = settings(derandomize=True, deadline=None, max_examples=12)
seeds = st.integers(0, 10_000)

Edges = list[tuple[int, int, float]]


def some_edges(rng: np.random.Generator, stay: float) -> Edges:
    """Forwards only, few or many into a state, some with a weight; so many stay where they are."""
    edges: Edges = [(s, s, 0.0) for s in range(STATES) if rng.random() < stay]
    for source in range(STATES):
        for target in range(source + 1, STATES):
            if rng.random() < 0.7:
                edges.append((source, target, float(rng.choice([0.0, rng.normal()]))))
    return edges or [(0, 0, 0.0)]


def paths(
    edges: Edges, start: dict[int, float], scores: np.ndarray
) -> dict[tuple[int, ...], float]:
    """All paths, and their log weights without that of ending."""
    weights = {(source, target): weight for source, target, weight in edges}
    found = {}
    for path in product(range(scores.shape[1]), repeat=len(scores)):
        steps = list(zip(path, path[1:], strict=False))
        if path[0] in start and all(step in weights for step in steps):
            total = start[path[0]] + sum(weights[step] for step in steps)
            found[path] = float(total + scores[np.arange(len(path)), path].sum())
    return found


@few
@given(seeds, st.sampled_from([0.3, 1.0]))
def test_best_path_and_sum_of_all(seed: int, stay: float) -> None:
    rng = np.random.default_rng(seed)
    edges, scores = some_edges(rng, stay), rng.normal(size=(FRAMES, STATES))
    start, final = {0: 0.3, 2: -0.5}, [STATES - 1, STATES - 2]
    graph = Trellis.build(STATES, edges, start, final)
    found = {p: w for p, w in paths(edges, start, scores).items() if p[-1] in final}
    path, best = viterbi(graph, scores, graph.final)
    total = log_total(graph, scores)
    if found:
        assert best == pytest.approx(max(found.values()))
        assert tuple(path) == max(found, key=lambda p: found[p])
        assert total == pytest.approx(np.logaddexp.reduce(list(found.values())))
    else:
        assert best < IMPOSSIBLE and total < IMPOSSIBLE


@few
@given(seeds)
def test_what_share_of_the_paths_enters_a_state(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges, scores = some_edges(rng, 1.0), rng.normal(size=(FRAMES, STATES))
    start, final = {0: 0.0, 1: 0.2}, rng.normal(size=STATES)
    found = paths(edges, start, scores)
    weights = {path: np.exp(weight + final[path[-1]]) for path, weight in found.items()}
    graph = Trellis.build(STATES, edges, start, range(STATES))
    along = np.array([0, 2, 3])
    *each, last = shares(graph, scores, final, np.array([*range(STATES), 3]), along)
    for state, share in enumerate(each):
        entered = sum(w for path, w in weights.items() if state in path)
        assert share == pytest.approx(entered / sum(weights.values()))
    only = {path: w for path, w in weights.items() if 3 in path}
    kept = sum(w for path, w in only.items() if set(path[: path.index(3)]) <= {0, 2})
    assert last == pytest.approx(kept / sum(weights.values()))


@pytest.mark.parametrize("behind", [10.0, 300.0, 3000.0])
def test_a_path_that_was_far_behind_and_caught_up_counts(behind: float) -> None:
    """Farther than numbers reach: then the sums are made of logarithms."""
    ahead = np.full(40, behind / 20)
    ahead[20:] *= -1
    scores = np.stack([ahead, np.zeros(40)], axis=1)
    graph = Trellis.build(2, [(0, 0, 0.0), (1, 1, 0.0)], {0: 0.0, 1: 0.0}, [0, 1])
    found = shares(graph, scores, graph.final, np.array([0, 1]))
    assert found == pytest.approx([0.5, 0.5])


def test_long_and_unlikely_is_no_obstacle() -> None:
    graph = Trellis.build(2, [(0, 0, 0.0), (0, 1, 0.0), (1, 1, 0.0)], {0: 0.0}, [1])
    scores = np.full((3000, 2), -70.0)
    found = shares(graph, scores, graph.final, np.array([0, 1]))
    assert found == pytest.approx([1.0, 1.0])
    assert log_total(graph, scores) == pytest.approx(-70 * 3000 + np.log(2999))


def test_no_path_at_all() -> None:
    graph = Trellis.build(3, [(0, 1, 0.0), (1, 2, 0.0)], {0: 0.0}, [2])
    scores = np.zeros((2, 3))
    assert viterbi(graph, scores, graph.final)[1] < IMPOSSIBLE
    assert shares(graph, scores, graph.final, np.array([0, 1, 2])).tolist() == [0.0, 0.0, 0.0]

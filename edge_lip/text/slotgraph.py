"""The graphs of states that spell the sentences of a slot grammar.

Every path through a graph is one sentence with one alignment, and every such pair is one path: so
path sums are the CTC likelihoods of sentences (Graves et al. 2006) times the evidence for words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .tokens import BLANK, encode
from .trellis import Trellis, evidence

SILENCE = 0
NOBODY = -1


@dataclass(frozen=True)
class Alternative:
    """One word of a slot: the class of each character, its class in the words head, log prior."""

    labels: tuple[int, ...]
    word: int
    prior: float


Slots = Sequence[Sequence[Alternative]]
Placed = tuple[Alternative, int]
"""A word and its first or last state."""


@dataclass(frozen=True)
class SlotGraph:
    """A graph and what its S states stand for; the alternatives of all slots are counted through.

    `token` (S,) is the token a state emits; `words` (S, 3) the classes of the words head that may
    be seen there; `owner` (S,) the alternative a state spells, or NOBODY between words; `last`
    (A,) the state that completes each alternative.
    """

    graph: Trellis
    token: np.ndarray
    words: np.ndarray
    owner: np.ndarray
    last: np.ndarray

    def scores(
        self,
        tokens: np.ndarray,
        words: np.ndarray | None,
        token_weight: float,
        word_weight: float,
    ) -> np.ndarray:
        """Log score (T, S) of each state at each frame from log-probabilities (T, C), (T, W+1)."""
        scores: np.ndarray = (token_weight * evidence(tokens)).take(self.token, axis=1)
        if words is not None and word_weight:
            kinds, kind = self._kinds
            seen = (word_weight * evidence(words)).take(kinds, axis=1).max(axis=1)
            scores += seen.take(kind, axis=1)
        return scores

    def along(self, said: Sequence[int]) -> np.ndarray:
        """The states in which no other alternatives are than `said`, in ascending order."""
        ours = np.zeros(len(self.last) + 1, bool)
        ours[[*said, NOBODY]] = True
        seen = np.zeros(self.words.max() + 1, bool)
        seen[SILENCE] = True
        seen[self.words[self.last[said]]] = True
        return np.flatnonzero(ours[self.owner] & seen[self.words].all(axis=1))

    @cached_property
    def _kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """The different ones of `words`, (3, K), and which of them each state has, (S,)."""
        kinds, kind = np.unique(self.words, axis=0, return_inverse=True)
        return kinds.T, kind.ravel()


def alternatives(
    slots: Sequence[Sequence[str]],
    priors: Sequence[Sequence[float]] | None,
    tokens: Sequence[str],
    words: Sequence[str],
) -> list[list[Alternative]]:
    """The slots with their words spelled, looked up (class i + 1 is word i) and weighed."""
    classes = {word: index for index, word in enumerate(words, start=1)}

    def alternative(slot: int, place: int, text: str) -> Alternative:
        prior = priors[slot][place] if priors else -math.log(len(slots[slot]))
        return Alternative(tuple(encode(text, tokens)), classes.get(text, SILENCE), prior)

    return [
        [alternative(s, place, text) for place, text in enumerate(slot)]
        for s, slot in enumerate(slots)
    ]


def token_graph(slots: Slots, space: int, pairs: bool) -> SlotGraph:
    """CTC over the characters of the sentences, with the token `space` between words.

    Between two words lie the states "blank, space, blank". Where exactly one word ends and the
    next begins CTC does not say, so these may show either word or silence; likewise silence or
    the word in the blanks before the first and after the last. For that, each pair of
    neighbouring words needs states of its own; without word evidence (`pairs` false) one set
    for each place between two slots does, and large vocabularies stay cheap.
    """
    build = _Builder()
    left: list[Placed] = []
    for place, slot in enumerate(slots):
        chains = [_spell(build, alternative) for alternative in slot]
        right = [(a, head) for a, (head, _) in zip(slot, chains, strict=True)]
        if place == 0:
            build.start |= {head: alternative.prior for alternative, head in right}
        for later in _groups(right, pairs):
            if place == 0:
                _lead(build, later)
            for earlier in _groups(left, pairs):
                _junction(build, space, earlier, later)
        left = [(a, end) for a, (_, end) in zip(slot, chains, strict=True)]
    for earlier in _groups(left, pairs):
        trail = build.state(BLANK, *_only(earlier))
        build.edges += [(end, trail, 0.0) for _, end in earlier]
        build.final += [trail, *(end for _, end in earlier)]
    return build.finish()


def word_graph(slots: Slots) -> SlotGraph:
    """Words one after the other, by the words head alone.

    A word lasts at least as many frames as it has characters. Silence may come before, between
    and after words.
    """
    build = _Builder()
    before: list[int] = []
    for place, slot in enumerate(slots):
        pause = build.state(BLANK)
        build.edges += [(end, pause, 0.0) for end in before]
        if place == 0:
            build.start[pause] = 0.0
        ends = []
        for alternative in slot:
            # Only the last state of a word can stay: one path for each segmentation.
            chain = [build.state(BLANK, alternative.word, stay=False) for _ in alternative.labels]
            build.edges += [(a, b, 0.0) for a, b in zip(chain, chain[1:], strict=False)]
            build.edges.append((chain[-1], chain[-1], 0.0))
            build.edges += [(state, chain[0], alternative.prior) for state in (pause, *before)]
            if place == 0:
                build.start[chain[0]] = alternative.prior
            build.own(chain)
            ends.append(chain[-1])
        before = ends
    trail = build.state(BLANK)
    build.edges += [(end, trail, 0.0) for end in before]
    build.final += [*before, trail]
    return build.finish()


@dataclass
class _Builder:
    token: list[int] = field(default_factory=list)
    words: list[tuple[int, int, int]] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    edges: list[tuple[int, int, float]] = field(default_factory=list)
    start: dict[int, float] = field(default_factory=dict)
    final: list[int] = field(default_factory=list)

    def state(self, token: int, *words: int, stay: bool = True) -> int:
        """A state outside of words: it may show any of `words` (two at most) or silence."""
        index = len(self.token)
        self.token.append(token)
        first, second = (*words, SILENCE, SILENCE)[:2]
        self.words.append((first, second, SILENCE))
        self.owner.append(NOBODY)
        if stay:
            self.edges.append((index, index, 0.0))
        return index

    def own(self, chain: Sequence[int]) -> None:
        """Give the states of `chain` to the next alternative: they show its word, no silence."""
        for state in chain:
            word = self.words[state][0]
            self.words[state] = (word, word, word)
            self.owner[state] = len(self.last)
        self.last.append(chain[-1])

    def finish(self) -> SlotGraph:
        graph = Trellis.build(len(self.token), self.edges, self.start, self.final)
        return SlotGraph(
            graph,
            np.array(self.token),
            np.array(self.words),
            np.array(self.owner),
            np.array(self.last),
        )


def _spell(build: _Builder, alternative: Alternative) -> tuple[int, int]:
    """The characters of a word with an optional blank between them: first and last state."""
    chain = [build.state(alternative.labels[0], alternative.word)]
    for before, label in zip(alternative.labels, alternative.labels[1:], strict=False):
        character = chain[-1]
        blank = build.state(BLANK, alternative.word)
        chain += [blank, build.state(label, alternative.word)]
        build.edges += [(character, blank, 0.0), (blank, chain[-1], 0.0)]
        if label != before:  # without a blank CTC would read a repeated character as one
            build.edges.append((character, chain[-1], 0.0))
    build.own(chain)
    return chain[0], chain[-1]


def _groups(placed: list[Placed], pairs: bool) -> list[list[Placed]]:
    """Words that share the states beside them: each its own when words are paired, else all."""
    return [[one] for one in placed] if pairs else [placed] if placed else []


def _only(placed: Sequence[Placed]) -> tuple[int, ...]:
    """The class of the only one; none of several: nobody looks at words where they share states."""
    return (placed[0][0].word,) if len(placed) == 1 else ()


def _decided(right: Sequence[Placed]) -> float:
    """The prior that is due on entering the states before the words `right`: of the only one."""
    return right[0][0].prior if len(right) == 1 else 0.0


def _lead(build: _Builder, right: Sequence[Placed]) -> None:
    """Blank before the first states of the words on the right."""
    lead = build.state(BLANK, *_only(right))
    decided = _decided(right)
    build.start[lead] = decided
    build.edges += [(lead, head, alternative.prior - decided) for alternative, head in right]


def _junction(build: _Builder, space: int, left: Sequence[Placed], right: Sequence[Placed]) -> None:
    """Blank, space, blank from the last states of words on the left to the first on the right."""
    words = (*_only(left), *_only(right))
    before, gap, after = (build.state(token, *words) for token in (BLANK, space, BLANK))
    decided = _decided(right)
    build.edges += [(before, gap, 0.0), (gap, after, 0.0)]
    for _, end in left:
        build.edges += [(end, before, decided), (end, gap, decided)]
    for alternative, head in right:
        rest = alternative.prior - decided
        build.edges += [(gap, head, rest), (after, head, rest)]

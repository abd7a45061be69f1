"""Decoding into the sentences of a slot grammar: one word of each slot, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import UsageError
from . import slotgraph, trellis
from .alignment import word_spans
from .hypothesis import NOTHING, Choice, Hypothesis, Word
from .tokens import CHARACTERS

LEAST, MOST = 0.001, 10
"""A word is told as a choice that is at least so likely, and so many of a place at most."""


@dataclass(frozen=True)
class Grammar:
    """Slots of alternative words; `priors` are their log-probabilities (None: all alike)."""

    slots: tuple[tuple[str, ...], ...]
    priors: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        if not self.slots or not all(self.slots):
            raise UsageError("a grammar needs at least one slot, and each slot at least one word")
        for slot in self.slots:
            if len(set(slot)) < len(slot):
                raise UsageError(f"a grammar slot names a word twice: {' '.join(slot)}")
            if any(not word or word != word.strip() for word in slot):
                raise UsageError("a grammar word is empty or has spaces around it")
        if self.priors and [len(p) for p in self.priors] != [len(s) for s in self.slots]:
            raise UsageError("the priors of a grammar need one number for each word of each slot")


class GrammarDecoder:
    """The best sentence of a grammar, with the posterior probabilities of its words and of itself.

    A frame's score is token_weight * log p(token) + word_weight * log p(word). Both weights scaled
    down alike leave the text as it is and make the confidence more modest: frames are not
    independent, as the posterior takes them to be. With token_weight 0 the words head decides
    alone; then a word lasts at least as many frames as it has characters.
    """

    def __init__(
        self,
        grammar: Grammar,
        tokens: Sequence[str] = CHARACTERS,
        words: Sequence[str] = (),
        token_weight: float = 1.0,
        word_weight: float = 0.0,
    ) -> None:
        """`words` are those of the words head, without silence.

        Raises UsageError when the model can't spell a word of the grammar or has no evidence for
        it, or when there is nothing to decode by.
        """
        if token_weight < 0 or word_weight < 0 or not (token_weight or (word_weight and words)):
            raise UsageError(
                "a grammar decoder needs a token_weight above 0, or a word_weight above 0 and a"
                " model with a words head; neither may be negative"
            )
        self.grammar = grammar
        self._by_words = bool(words) and word_weight > 0
        missing = sorted({word for slot in grammar.slots for word in slot} - set(words))
        if self._by_words and missing:
            raise UsageError(
                f"the model's words head does not know {missing[0]!r} of the grammar:"
                " set word_weight to 0 or take the word out"
            )
        if len(grammar.slots) > 1 and " " not in tokens:
            raise UsageError("a grammar of several slots needs a model with a space token")
        self._space = tokens.index(" ") if " " in tokens else 0
        self._token_weight = token_weight
        self._word_weight = word_weight
        self._slots = slotgraph.alternatives(grammar.slots, grammar.priors, tokens, words)
        self._graph = self._build(self._slots)
        self._names = [(s, word) for s, slot in enumerate(grammar.slots) for word in slot]

    def __call__(self, tokens: np.ndarray, words: np.ndarray | None = None) -> Hypothesis:
        """The sentence in a whole utterance.

        `tokens` (T, C) and `words` (T, W + 1) are log-probabilities. An utterance too short for
        any sentence gives an empty text with confidence 0.
        """
        return self._decode(tokens, words, goes_on=False)

    def partial(self, tokens: np.ndarray, words: np.ndarray | None = None) -> Hypothesis:
        """The words completed so far in an utterance that goes on."""
        return self._decode(tokens, words, goes_on=True)

    def posteriors(self, tokens: np.ndarray, words: np.ndarray | None = None) -> list[np.ndarray]:
        """For each slot the posterior probability of each of its words, summing to 1.

        All zero when the utterance is too short for any sentence.
        """
        sizes = np.cumsum([len(slot) for slot in self._slots])[:-1]
        if len(tokens) == 0:
            return np.split(np.zeros(len(self._names)), sizes)
        scores = self._scores(self._graph, tokens, words)
        return np.split(self._posteriors(scores, self._graph.graph.final)[0], sizes)

    def _build(self, slots: slotgraph.Slots) -> slotgraph.SlotGraph:
        if self._token_weight == 0:
            return slotgraph.word_graph(slots)
        return slotgraph.token_graph(slots, self._space, pairs=self._by_words)

    def _scores(
        self, graph: slotgraph.SlotGraph, tokens: np.ndarray, words: np.ndarray | None
    ) -> np.ndarray:
        if words is None and self._token_weight == 0:
            raise UsageError("token_weight is 0, but the model has no words head to decode by")
        words = words if self._by_words else None
        return graph.scores(tokens, words, self._token_weight, self._word_weight)

    def _decode(self, tokens: np.ndarray, words: np.ndarray | None, goes_on: bool) -> Hypothesis:
        if len(tokens) == 0:
            return NOTHING
        graph = self._graph
        final = np.zeros_like(graph.graph.final) if goes_on else graph.graph.final
        scores = self._scores(graph, tokens, words)
        path, best = trellis.viterbi(graph.graph, scores, final)
        said = self._said(path)
        if best < trellis.IMPOSSIBLE or not said:
            return NOTHING
        posteriors, onward, total = self._posteriors(scores, final)
        end = graph.last[said[-1]]
        prefix = self._build([self._chosen(a) for a in said])
        reached = trellis.forward(prefix.graph, self._scores(prefix, tokens, words))
        text_posterior = _completed(
            reached[:, prefix.last[-1]], onward[:, end], scores[:, end], total
        )
        if words is not None and self._by_words and self._token_weight:
            classes = [self._chosen(a)[0].word for a in said]
            spans = word_spans(words, classes, goes_on)
        else:
            spans = _owned(graph.owner[path], said)
        found = [
            Word(
                self._names[a][1],
                float(posteriors[a]),
                *span,
                () if goes_on else self._choices(posteriors, self._names[a][0]),
            )
            for a, span in zip(said, spans, strict=True)
        ]
        return Hypothesis(
            " ".join(word.text for word in found), float(text_posterior), tuple(found)
        )

    def _said(self, path: np.ndarray) -> list[int]:
        """The alternatives that a path completes, in order."""
        ends = np.isin(path, self._graph.last)
        return list(dict.fromkeys(self._graph.owner[path[ends]].tolist()))

    def _chosen(self, alternative: int) -> list[slotgraph.Alternative]:
        slot, word = self._names[alternative]
        return [self._slots[slot][self.grammar.slots[slot].index(word)]]

    def _choices(self, posteriors: np.ndarray, slot: int) -> tuple[Choice, ...]:
        """The likeliest words of `slot`."""
        there = [
            Choice(word, float(posterior))
            for (place, word), posterior in zip(self._names, posteriors, strict=True)
            if place == slot and posterior >= LEAST
        ]
        return tuple(sorted(there, key=lambda choice: -choice.confidence)[:MOST])

    def _posteriors(
        self, scores: np.ndarray, final: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Posterior of completing each alternative (A,), backward sums (T, S), the log total."""
        graph = self._graph
        reached = trellis.forward(graph.graph, scores)
        onward = trellis.backward(graph.graph, scores, final)
        total = trellis.log_sum(reached[-1] + final)
        if total < trellis.IMPOSSIBLE:
            return np.zeros(len(self._names)), onward, total
        last = graph.last
        return _completed(reached[:, last], onward[:, last], scores[:, last], total), onward, total


def _owned(owner: np.ndarray, said: Sequence[int]) -> list[tuple[int, int]]:
    """Frames [start, end) of each alternative on a path whose states belong to `owner` (T,)."""
    frames = [np.flatnonzero(owner == a) for a in said]
    return [(int(own[0]), int(own[-1]) + 1) for own in frames]


def _completed(
    reached: np.ndarray, onward: np.ndarray, scores: np.ndarray, total: float
) -> np.ndarray:
    """The share of all paths that ever enter a state, from its columns (T, ...) of the sums.

    A path enters a word's last state once: being there, less having stayed there.
    """
    there = np.exp(reached + onward - scores - total).sum(axis=0)
    stayed = np.exp(reached[:-1] + onward[1:] - total).sum(axis=0)
    share: np.ndarray = np.clip(there - stayed, 0.0, 1.0)
    return share

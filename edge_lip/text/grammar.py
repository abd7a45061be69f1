"""Decoding into the sentences of a slot grammar: one word of each slot, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import UsageError
from . import slotgraph, trellis
from .alignment import word_spans
from .hypothesis import NOTHING, Choice, Hypothesis, Word, likeliest
from .tokens import CHARACTERS


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
        self._token_weight = token_weight
        self._word_weight = word_weight
        self._slots = slotgraph.alternatives(grammar.slots, grammar.priors, tokens, words)
        self._space = tokens.index(" ") if " " in tokens else 0
        self._names = [word for slot in grammar.slots for word in slot]
        ends = np.cumsum([len(slot) for slot in grammar.slots]).tolist()
        spans = [range(end - len(slot), end) for end, slot in zip(ends, grammar.slots, strict=True)]
        self._beside = [span for span in spans for _ in span]
        """Of each alternative, those of its slot."""
        self._classes = [alternative.word for slot in self._slots for alternative in slot]

    @cached_property
    def _graph(self) -> slotgraph.SlotGraph:
        """Made when there is something to decode: frames need none."""
        if self._token_weight == 0:
            return slotgraph.word_graph(self._slots)
        return slotgraph.token_graph(self._slots, self._space, pairs=self._by_words)

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
        sizes = np.cumsum([len(slot) for slot in self.grammar.slots])[:-1]
        if len(tokens) == 0:
            return np.split(np.zeros(len(self._names)), sizes)
        graph = self._graph
        scores = self._scores(tokens, words)
        return np.split(trellis.shares(graph.graph, scores, graph.graph.final, graph.last), sizes)

    def _scores(self, tokens: np.ndarray, words: np.ndarray | None) -> np.ndarray:
        if words is None and self._token_weight == 0:
            raise UsageError("token_weight is 0, but the model has no words head to decode by")
        words = words if self._by_words else None
        return self._graph.scores(tokens, words, self._token_weight, self._word_weight)

    def _decode(self, tokens: np.ndarray, words: np.ndarray | None, goes_on: bool) -> Hypothesis:
        if len(tokens) == 0:
            return NOTHING
        graph = self._graph
        final = np.zeros_like(graph.graph.final) if goes_on else graph.graph.final
        scores = self._scores(tokens, words)
        path, best = trellis.viterbi(graph.graph, scores, final)
        said = self._said(path)
        if best < trellis.IMPOSSIBLE or not said:
            return NOTHING
        # Each word, whatever the others are; and the last of them, with these before it. Of a whole
        # utterance those, too, that were not said: they are what it could be.
        asked = said if goes_on else range(len(self._names))
        ends = graph.last[[*asked, said[-1]]]
        *shares, whole = trellis.shares(
            graph.graph, scores, final, ends, graph.along(said)
        ).tolist()
        likely = dict(zip(asked, shares, strict=True))
        if words is not None and self._by_words and self._token_weight:
            spans = word_spans(words, [self._classes[a] for a in said], goes_on)
        else:
            spans = _owned(graph.owner[path], said)
        found = [
            Word(
                self._names[a],
                likely[a],
                *span,
                () if goes_on else self._choices(likely, self._beside[a]),
            )
            for a, span in zip(said, spans, strict=True)
        ]
        return Hypothesis(" ".join(word.text for word in found), whole, tuple(found))

    def _said(self, path: np.ndarray) -> list[int]:
        """The alternatives that a path completes, in order."""
        ends = np.isin(path, self._graph.last)
        return list(dict.fromkeys(self._graph.owner[path[ends]].tolist()))

    def _choices(self, likely: Mapping[int, float], slot: range) -> tuple[Choice, ...]:
        """The likeliest words of a slot."""
        return likeliest({self._names[a]: likely[a] for a in slot})


def _owned(owner: np.ndarray, said: Sequence[int]) -> list[tuple[int, int]]:
    """Frames [start, end) of each alternative on a path whose states belong to `owner` (T,)."""
    frames = [np.flatnonzero(owner == a) for a in said]
    return [(int(own[0]), int(own[-1]) + 1) for own in frames]

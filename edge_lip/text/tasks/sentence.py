"""Sentences: characters in order by CTC, and perhaps an output that names each frame's word."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ...errors import ModelError
from ..classes import Classes, some
from ..decoding import Decoding
from ..logits import Logits
from .task import Slots


class SentenceTask:
    """See `edge_lip.text.tasks.Task`."""

    name: Final = "sentence"
    does: Final = "spells sentences"
    closed: Final = False
    decoders: Final = ("greedy", "beam", "lexicon", "grammar")
    fits: Final = ("slide",)  # letters have times, which the other two would bend
    classes: Final = "tokens"
    output: Final = "logits"

    def check(self, classes: Classes, decoding: Decoding) -> None:
        """Tokens, the blank first; words where there is a head for them; no labels."""
        if not classes.tokens or classes.tokens[0]:
            raise ModelError(
                "the manifest's first token must be the empty string, the blank of CTC"
            )
        if decoding.activation != "softmax":
            raise ModelError("the manifest's activation must be softmax for the task 'sentence'")
        if classes.labels:
            raise ModelError("the manifest's labels must be empty for the task 'sentence'")

    def outputs(self, classes: Classes) -> dict[str, tuple[int | None, ...]]:
        """`logits` (T, tokens), and `words` (T, words + 1), silence first, where there are some."""
        shapes: dict[str, tuple[int | None, ...]] = {"logits": (None, len(classes.tokens))}
        if classes.words:
            shapes["words"] = (None, len(classes.words) + 1)
        return shapes

    def join(
        self, parts: Sequence[Logits], starts: Sequence[int], frames: int, decoding: Decoding
    ) -> Logits:
        """Each frame's are of the window in which it is nearest the middle: there the network knows
        most of what comes before and after. Averages would blur the peaks of CTC, which shift by a
        frame."""
        tokens = [one.tokens for one in parts if one.tokens is not None]
        words = [one.words for one in parts if one.words is not None]
        moments = np.arange(frames)
        middles = np.array(starts)[:, np.newaxis] + (len(tokens[0]) - 1) / 2
        owner = np.abs(moments - middles).argmin(axis=0)
        place = owner, moments - np.array(starts)[owner]
        return Logits(np.stack(tokens)[place], np.stack(words)[place] if words else None)

    def slots(self, classes: Classes, decoding: Decoding) -> Slots:
        """Those of the grammar."""
        return decoding.grammar or ()

    def reads(self, classes: Classes) -> str:
        """How many words, and some of them."""
        words = classes.words
        return f"sentences of {len(words)} words: {some(words)}" if words else "sentences"

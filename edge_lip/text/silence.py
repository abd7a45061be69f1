"""Whether anything is said at all: lips move without a word, too."""

import numpy as np

from .logits import Logits

SHORTEST_SECONDS = 0.3
"""So long words have to be seen, all of an utterance together. Six words of GRID's take at least a
second; what a yawn or a turned head looks like for a moment is over sooner (docs/live.md)."""
SURE = 0.5
"""A word is seen in a frame where it is likelier than this: than all else together."""


def says_something(logits: Logits, fps: float) -> bool:
    """Whether words are seen for long enough, at `fps` frames a second; a model without a words
    head can't tell, and is believed."""
    if logits.words is None:
        return True
    seen = logits.words[:, 1:].max(axis=1) > np.log(SURE)
    return bool(np.count_nonzero(seen) >= SHORTEST_SECONDS * fps)

"""What the classes of a network's outputs stand for."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Classes:
    """The lists of a manifest; a model has those of its task (see `edge_lip.text.tasks`)."""

    tokens: Sequence[str] = ()
    """Classes of `logits`: characters; class 0, the blank of CTC, is the empty string."""
    words: Sequence[str] = ()
    """Classes 1, 2, … of `words`; class 0 is silence. Empty without such a head."""
    labels: Sequence[str] = ()
    """Classes of `labels`."""


def some(names: Sequence[str], shown: int = 8) -> str:
    """`names` for a line of text: the first few, and how many more there are."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more > 0 else "")

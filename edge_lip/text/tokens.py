"""The classes of a model's token output: characters, with the blank of CTC as class 0."""

import string
from collections.abc import Iterable, Sequence

from ..errors import UsageError

BLANK = 0
CHARACTERS: tuple[str, ...] = ("", " ", *string.ascii_lowercase)


def encode(text: str, tokens: Sequence[str] = CHARACTERS) -> list[int]:
    """The class of each character of `text`.

    Raises UsageError for a character that is not among `tokens`.
    """
    classes = {token: index for index, token in enumerate(tokens) if token}
    unknown = sorted(set(text) - classes.keys())
    if unknown:
        raise UsageError(
            f"{text!r} can't be spelled with the model's tokens: it has no {unknown[0]!r}"
        )
    return [classes[character] for character in text]


def decode(labels: Iterable[int], tokens: Sequence[str] = CHARACTERS) -> str:
    """The text that `labels` spell, with single spaces between words and none around them."""
    return " ".join("".join(tokens[label] for label in labels).split())

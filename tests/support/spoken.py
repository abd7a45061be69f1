"""A grammar of some size, and logits that say one of its sentences clearly."""

import numpy as np

from edge_lip.text.grammar import Grammar
from edge_lip.text.tokens import CHARACTERS, encode

COMMANDS = Grammar(
    (
        ("bin", "lay", "place", "set"),
        ("blue", "green", "red", "white"),
        ("at", "by", "in", "with"),
        tuple("abcdefghijklmnopqrstuvxyz"),
        tuple(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]),
        ("again", "now", "please", "soon"),
    )
)
WORDS = [word for slot in COMMANDS.slots for word in slot]


def speak(text: str, silence: int = 4, clear: float = 8.0) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of tokens (T, 28) and words (T, 52): each character is seen for a frame,
    with a blank after it, and silence lasts `silence` frames before and after."""
    tokens = [0] * silence
    words = [0] * silence
    for place, word in enumerate(text.split()):
        spelled = encode((" " if place else "") + word)
        tokens += [label for character in spelled for label in (character, 0)]
        words += [WORDS.index(word) + 1] * (2 * len(spelled))
    tokens += [0] * silence
    words += [0] * silence
    return _peaked(tokens, len(CHARACTERS), clear), _peaked(words, len(WORDS) + 1, clear)


def _peaked(classes: list[int], size: int, clear: float) -> np.ndarray:
    logits = np.eye(size)[classes] * clear
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)

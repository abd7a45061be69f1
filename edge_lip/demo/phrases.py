"""What can be said to a model, as far as its manifest tells."""

import random
from collections.abc import Sequence

from ..errors import UsageError
from ..model.manifest import Manifest
from ..system.identity import folded

SHORTEST, LONGEST = 2, 4
"""Words that are drawn where a model knows words and no grammar."""


def draw_text(manifest: Manifest, seed: int) -> str:
    """The text of that seed; raises `UsageError` where the manifest tells of none."""
    chance = random.Random(seed)
    if slots := manifest.slots:
        return " ".join(chance.choice(slot) for slot in slots)
    if manifest.words:
        return " ".join(chance.choices(manifest.words, k=chance.randint(SHORTEST, LONGEST)))
    raise UsageError("the model does not tell which words it reads: give a TEXT to say")


def spell(manifest: Manifest, text: str) -> str:
    """`text` as the model spells it; raises `UsageError`, with what can be said, where it can't."""
    words, slots = text.split(), manifest.slots
    if not words:
        raise UsageError("there is nothing to say: give a TEXT, or none at all")
    if len(slots) == 1:  # a text may have several words all the same
        can = f"one of {', '.join(slots[0])}"
        spelled = [_spelled(" ".join(words), slots[0])]
    elif slots:
        told = ", ".join("/".join(slot) for slot in slots)
        can = f"{len(slots)} words, one of each of {told}"
        spelled = [_spelled(word, slot) for word, slot in zip(words, slots, strict=False)]
        if len(words) != len(slots):
            spelled = [None]
    elif manifest.words:
        can = f"the words {', '.join(manifest.words)}"
        spelled = [_spelled(word, manifest.words) for word in words]
    else:
        return " ".join(words)
    known = [word for word in spelled if word is not None]
    if len(known) < len(spelled):
        raise UsageError(f"the model can't read '{text}': it reads {can}")
    return " ".join(known)


def _spelled(word: str, known: Sequence[str]) -> str | None:
    """The one of `known` that it is but for its case."""
    return next((one for one in known if folded(one) == folded(word)), None)

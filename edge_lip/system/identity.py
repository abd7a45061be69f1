"""When two texts are one: what nobody sees on a screen makes no difference."""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    # Two more part letters of some scripts that would join, or join others: there they are seen.
    "|(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])"
)
"""Characters without any width: soft hyphens, marks of direction and of byte order, joiners."""


def tidied(text: str) -> str:
    """`text` as it is kept and compared: composed (NFC), its words parted by single spaces,
    whatever space was there, and without characters that have no width. All that can be seen stays
    as it is."""
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", text).split()))


def folded(text: str) -> str:
    """The same without its case: of texts that are one for people, this is one, too."""
    return unicodedata.normalize("NFC", tidied(text).casefold())

"""What aligners write where nobody says a word, and where somebody says one they don't know."""

from edge_lip.system.identity import folded

SILENCES = frozenset(
    {"", "sil", "sp", "ssil", "pau", "#", "h#", "!sil", "<s>", "</s>", "<p>", "<p:>", "<eps>"}
    | {f"{left}{name}{right}" for left, right in ("<>", "[]", "{}", "()") for name in (
        "sil", "silence", "sp", "pause", "noise", "ns", "nsn", "breath", "br"
    )}
    | {"++noise++", "++breath++", "++smack++", "nsn"}
)  # fmt: skip
"""Without case. No word that somebody may say is among them: "silence", "pause" and "noise" are
ones."""
UNKNOWN = frozenset(
    {"unk", "spn", "oov", *(f"<{name}>" for name in ("unk", "spn", "oov")), "[unk]"}
)


def is_silence(word: str) -> bool:
    """Whether an aligner means silence, or a noise that is no word."""
    return folded(word) in SILENCES


def is_unknown(word: str) -> bool:
    """Whether an aligner means a word that it can't spell."""
    return folded(word) in UNKNOWN

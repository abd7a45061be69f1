"""Words as phonemes, in the ARPAbet of the CMU Pronouncing Dictionary, stress left out."""

import re
from collections.abc import Sequence

from ..errors import UsageError


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """First the letters, then their phonemes, entries parted by commas."""
    entries = (entry.split() for entry in text.split(","))
    return {letters: tuple(sounds) for letters, *sounds in entries}


DICTIONARY = _table("""
    a AH, again AH G EH N, am AE M, are AA R, at AE T, begin B IH G IH N, bin B IH N, blue B L UW,
    by B AY, bye B AY, choose CH UW Z, connection K AH N EH K SH AH N, eight EY T,
    excuse IH K S K Y UW Z, five F AY V, four F AO R, game G EY M, good G UH D, green G R IY N,
    have HH AE V, hello HH AH L OW, how HH AW, i AY, in IH N, lay L EY, love L AH V, me M IY,
    meet M IY T, navigation N AE V AH G EY SH AH N, next N EH K S T, nice N AY S, nine N AY N,
    now N AW, one W AH N, place P L EY S, please P L IY Z, previous P R IY V IY AH S, red R EH D,
    set S EH T, seven S EH V AH N, six S IH K S, soon S UW N, sorry S AA R IY, start S T AA R T,
    stop S T AA P, thank TH AE NG K, this DH IH S, three TH R IY, time T AY M, to T UW, two T UW,
    web W EH B, welcome W EH L K AH M, white W AY T, with W IH DH, you Y UW, zero Z IH R OW,
    b B IY, c S IY, d D IY, e IY, f EH F, g JH IY, h EY CH, j JH EY, k K EY, l EH L, m EH M,
    n EH N, o OW, p P IY, q K Y UW, r AA R, s EH S, t T IY, u Y UW, v V IY, x EH K S, y W AY,
    z Z EH D
""")
"""The words and phrases of MIRACL-VC1 and GRID's 51 words; "a" is the article."""
LETTER_A = ("EY",)

SPELLINGS = _table("""
    tion SH AH N, igh AY, tch CH, ai EY, ar AA R, au AO, aw AO, ay EY, ch CH, ck K, ea IY, ee IY,
    er ER, ew UW, ir ER, kn N, ng NG, oa OW, oi OY, oo UW, or AO R, ou AW, ow OW, oy OY, ph F,
    qu K W, sh SH, th TH, ur ER, wh W, wr R, a AE, b B, c K, d D, e EH, f F, g G, h HH, i IH,
    j JH, k K, l L, m M, n N, o AA, p P, q K, r R, s S, t T, u AH, v V, w W, x K S, y IY, z Z
""")
"""What letters sound like in most words, for those not in the dictionary; the longest first."""


DIGITS = dict(
    zip(
        "0123456789",
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        strict=True,
    )
)


def pronounced(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of `text` in lower case, each with its phonemes.

    Digits are words. Raises `UsageError` for what nobody can say.
    """
    words = _words(text)
    return [
        (word, LETTER_A if _is_letter(words, place) else DICTIONARY.get(word) or _spelled(word))
        for place, word in enumerate(words)
    ]


def _words(text: str) -> list[str]:
    text = text.replace("’", "'")
    unsaid = sorted(set(re.findall(r"[^\sA-Za-z0-9.,;:!?'\"()-]", text)))
    if unsaid:
        raise UsageError(f"the talker can't say {' '.join(unsaid)}: give letters and digits")
    digits = re.sub(r"[0-9]", lambda digit: f" {DIGITS[digit[0]]} ", text)
    return re.findall(r"[a-z]+", digits.lower().replace("'", ""))


def _is_letter(words: Sequence[str], place: int) -> bool:
    """Whether that word is the letter A, as it is before a digit; else it is the article."""
    after = words[place + 1 : place + 2]
    return words[place] == "a" and bool(after) and after[0] in DIGITS.values()


def _spelled(word: str) -> tuple[str, ...]:
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    # A letter written twice sounds once; "ee" and "oo" have sounds of their own.
    word = re.sub(r"([^eo])\1", r"\1", word)
    found = re.findall("|".join(SPELLINGS), word)
    return tuple(sound for letters in found for sound in SPELLINGS[letters])

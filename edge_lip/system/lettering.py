"""Texts in pictures of matplotlib's, in whatever script: with fonts of this machine that have it,
or a number."""

import logging
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .files import replacing

USUAL = "DejaVu Sans"
"""The font that matplotlib brings along."""
PLACEHOLDERS = "LastResort"
"""Begins the names of files of fonts that have a box for every character there is."""
LEGEND = "labels.txt"


@dataclass(frozen=True)
class Lettering:
    """How a set of texts is put into pictures."""

    fonts: tuple[str, ...]
    """Families, looked through in turn for each character."""
    numbers: dict[str, int]
    """Texts that no font here can show, and what stands for them: their place in the set."""

    def shown(self, text: str) -> str:
        """What a picture has for `text`."""
        return f"[{self.numbers[text]}]" if text in self.numbers else text

    @contextmanager
    def used(self) -> Iterator[None]:
        """Pictures that are made meanwhile have these fonts; a $ is a $ and begins no formula."""
        from matplotlib import rc_context

        with rc_context({"font.family": list(self.fonts), "text.parse_math": False}):
            yield

    def explain(self, folder: Path) -> list[str]:
        """Write into `folder` which text each number stands for, and give that in a line; nothing
        where all texts are shown. Raises EdgeLipError where it can't be written."""
        if not self.numbers:
            return []
        legend = [f"{self.shown(text)} {text}" for text in self.numbers]
        with replacing(folder / LEGEND) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in legend), "utf-8")
        return [
            f"no font of this machine has the letters of {len(legend)} labels; pictures have "
            f"numbers for them, {folder / LEGEND} says which (a font such as Noto shows them)"
        ]


def lettering(texts: Sequence[str]) -> Lettering:
    """How to show `texts`: in the usual font as far as it goes, then in the fewest others."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    # A font that there is in one weight alone is what was asked for.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    fonts = [USUAL]
    left = _drawn("".join(texts)) - _covered(font_manager.findfont(USUAL))
    candidates = {path: left & _covered(path) for path in (_others() if left else ())}
    while found := max((left & own for own in candidates.values()), key=len, default=set()):
        best = next(path for path, own in candidates.items() if left & own == found)
        font_manager.fontManager.addfont(best)
        fonts.append(font_manager.ttfFontProperty(FT2Font(best)).name)
        left -= found
    numbers = {text: k for k, text in enumerate(texts, 1) if _drawn(text) & left}
    return Lettering(tuple(fonts), numbers)


def _drawn(text: str) -> set[str]:
    """The characters that take a glyph."""
    return {one for one in text if not one.isspace() and unicodedata.category(one) != "Cf"}


def _others() -> list[str]:
    """Files of all fonts of this machine, those that matplotlib has not heard of, too."""
    from matplotlib import font_manager

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    paths = known.union(font_manager.findSystemFonts())
    return sorted(path for path in paths if not Path(path).name.startswith(PLACEHOLDERS))


def _covered(path: str) -> set[str]:
    """The characters that a font has; none where it can't be drawn with."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
        return {chr(code) for code in font.get_charmap()} if font.scalable else set()
    except (OSError, RuntimeError, ValueError):
        return set()

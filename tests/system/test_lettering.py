"""Texts in pictures: with a font that has their letters, else as numbers that a list explains."""

from pathlib import Path

import pytest

from edge_lip.system import lettering as module
from edge_lip.system.lettering import lettering

font_manager = pytest.importorskip("matplotlib.font_manager")
FontBuilder = pytest.importorskip("fontTools.fontBuilder").FontBuilder
TTGlyphPen = pytest.importorskip("fontTools.pens.ttGlyphPen").TTGlyphPen

CHINESE = ("开灯", "关灯")
ARABIC = "شغل الضوء"


def font(path: Path, characters: str) -> Path:
    """A font in which each of these characters is a block."""
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for point in ((50, 700), (950, 700), (950, 0)):
        pen.lineTo(point)
    pen.closePath()
    names = {ord(one): f"u{ord(one):04X}" for one in characters}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files of the fonts of this machine: none but matplotlib's own, until some are added."""
    found: list[str] = []
    monkeypatch.setattr(module, "_others", lambda: found)
    return found


def test_letters_that_the_usual_font_has(fonts: list[str]) -> None:
    letters = lettering(["go", "höher", ARABIC])
    assert letters.fonts == (module.USUAL,) and letters.numbers == {}
    assert letters.shown(ARABIC) == ARABIC


def test_fonts_of_the_machine_are_looked_through(fonts: list[str], tmp_path: Path) -> None:
    fonts += [
        str(font(tmp_path / "Half.ttf", "灯")),
        str(font(tmp_path / "Whole.ttf", "开关灯")),
        str(font(tmp_path / "Kana.ttf", "あ")),
        str(tmp_path / "gone.ttf"),
    ]
    (tmp_path / "damaged.ttf").write_bytes(b"no font at all")
    fonts.append(str(tmp_path / "damaged.ttf"))
    letters = lettering(["go", *CHINESE])
    assert letters.fonts == (module.USUAL, "Whole") and letters.numbers == {}
    assert lettering(["go", *CHINESE, "あ"]).fonts == (module.USUAL, "Whole", "Kana")


def test_letters_that_no_font_has_are_numbers(fonts: list[str], tmp_path: Path) -> None:
    fonts.append(str(font(tmp_path / "Half.ttf", "灯")))
    letters = lettering(["go", *CHINESE, ARABIC])
    assert [letters.shown(text) for text in ("go", *CHINESE, ARABIC)] == [
        "go",
        "[2]",
        "[3]",
        ARABIC,
    ]
    (line,) = letters.explain(tmp_path)
    assert line.startswith("no font of this machine has the letters of 2 labels")
    assert (tmp_path / "labels.txt").read_text("utf-8") == "[2] 开灯\n[3] 关灯\n"


def test_nothing_is_written_where_all_is_shown(fonts: list[str], tmp_path: Path) -> None:
    assert lettering(["go"]).explain(tmp_path) == []
    assert list(tmp_path.iterdir()) == []

"""The texts of the page, language by language."""

import json
import re
from pathlib import Path

import pytest

from edge_lip.web import texts
from edge_lip.web.page import STATIC
from edge_lip.web.texts import choose, filled, languages, manifest, read_texts

PAGE = (STATIC / "speak.html").read_text()
CODE = (STATIC / "speak.js").read_text()
MADE = {"lang", "query", "languages", "texts"}


def test_every_language_has_every_text_with_the_same_places() -> None:
    assert {"de", "en", "es", "fr"} <= set(languages())
    english = json.loads((texts.FOLDER / "en.json").read_text())
    for language in languages():
        own = json.loads((texts.FOLDER / f"{language}.json").read_text())
        assert own.keys() == english.keys(), language
        for key, text in own.items():
            assert text and re.findall(r"{\w+}", text) == re.findall(r"{\w+}", english[key]), key


def test_no_text_is_missing_and_none_is_idle() -> None:
    used = set(re.findall(r"{{([\w-]+)}}", PAGE)) - MADE
    used |= set(re.findall(r"\bt\.(\w+)", CODE)) | set(re.findall(r't\["([\w-]+)"\]', CODE))
    used |= set(re.findall(r'named\("(\w+)"', CODE))
    kinds = ("idle", "partial", "asked", "said", "rejected", "no", "late")
    used |= {f"state-{kind}" for kind in kinds} | {"announce-asked", "announce-said", "language"}
    known = {key for key in read_texts("en") if not key.startswith("notice ")}
    assert used == known


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "nl, fr;q=0.5", "fr"),
        ("es", "de", "es"),
        ("../../etc/passwd", "", "en"),
        ("xx", "", "en"),
        ("", ";,,", "en"),
    ],
)
def test_which_language_it_is(wanted: str, accepted: str, chosen: str) -> None:
    assert choose(wanted, accepted) == chosen


def test_a_fifth_language_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in texts.FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text())
    hebrew = {"language": "עברית", "dir": "rtl", "say": "</script><b>"}
    (tmp_path / "he.json").write_text(json.dumps(hebrew))
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    page = filled(PAGE, choose("", "he"), token="a&b")
    assert '<html lang="he" dir="rtl">' in page and ">עברית</option>" in page
    assert "<b>" not in page and page.count("</script>") == PAGE.count("</script>")
    assert "Throw away" in page  # what it lacks is English
    assert "speak.webmanifest?token=a%26b&amp;lang=he" in page
    app = json.loads(manifest("he", read_texts("he"), "/speak", "a&b"))
    assert (app["dir"], app["start_url"]) == ("rtl", "/speak?token=a%26b&lang=he")
    assert all((STATIC / icon["src"]).is_file() for icon in app["icons"])

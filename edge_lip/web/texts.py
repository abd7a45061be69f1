"""What stands on the page of a person, one file a language: `texts/LANGUAGE.json`."""

import json
import re
from html import escape
from pathlib import Path
from urllib.parse import urlencode

FOLDER = Path(__file__).parent / "texts"
FIRST = "en"
"""The language that stands in for others, text by text."""
SLOT = re.compile(r"\{\{([\w-]+)\}\}")

Texts = dict[str, str]


def languages() -> list[str]:
    """Those there are a file of."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def read_texts(language: str) -> Texts:
    """The texts of one of `languages()` by their keys; those it lacks are in `FIRST`."""
    texts: Texts = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts if language == FIRST else {**read_texts(FIRST), **texts}


def choose(wanted: str, accepted: str) -> str:
    """The language for a browser: the one that is `wanted`, or the first there is of what it says
    it accepts (the header Accept-Language, whose order browsers keep)."""
    there = languages()
    for name in (wanted, *(part.partition(";")[0] for part in accepted.split(","))):
        language = name.strip().lower().partition("-")[0]
        if language in there:
            return language
    return FIRST


def filled(template: str, language: str, token: str) -> str:
    """The page with its texts: `{{key}}` is the text of that key, and a few are made here."""
    texts = read_texts(language)
    made = {
        "lang": language,
        "query": escape(_query(language, token)),
        "languages": "".join(_option(one, one == language) for one in languages()),
        # No text can end the element that it stands in.
        "texts": json.dumps(texts, ensure_ascii=False).replace("<", "\\u003c"),
    }
    return SLOT.sub(lambda slot: made.get(slot[1]) or escape(texts[slot[1]]), template)


def manifest(language: str, texts: Texts, path: str, token: str) -> str:
    """What a browser that installs the page as an app needs to know (W3C Web App Manifest)."""
    icons = {"icon.svg": "any", "icon-maskable.svg": "maskable"}
    return json.dumps(
        {
            "id": path,
            "name": texts["title"],
            "short_name": texts["title"],
            "lang": language,
            "dir": texts["dir"],
            "start_url": f"{path}?{_query(language, token)}",
            "scope": "/",
            "display": "standalone",
            "background_color": "#0f1316",
            "theme_color": "#0f1316",
            "icons": [
                {"src": name, "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
                for name, purpose in icons.items()
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _query(language: str, token: str) -> str:
    return urlencode({"token": token, "lang": language} if token else {"lang": language})


def _option(language: str, chosen: bool) -> str:
    name = escape(read_texts(language)["language"])
    selected = " selected" if chosen else ""
    return f'<option value="{language}" lang="{language}"{selected}>{name}</option>'

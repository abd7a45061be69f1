"""Text files that people bring: lists, tables, settings, whatever editor has saved them."""

import codecs
import re
from pathlib import Path
from typing import Any

from ..errors import EdgeLipError

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a file begins with whose editor says how it is written; it is no part of the text."""
_BREAK = re.compile(r"\r\n|\r|\n")


def read_text(path: Path, error: type[EdgeLipError]) -> str:
    """The text of a file in UTF-8, or in UTF-16 that says so in a mark at its beginning: without
    that mark, its lines ended by a line feed each, whatever ended them.

    Raises `error`, in one line with the place, where the file can't be read, or holds anything
    else.
    """
    try:
        return as_text(path.read_bytes(), str(path), error)
    except OSError as wrong:
        raise error(f"can't read {path}: {wrong.strerror or wrong}") from None


def as_text(content: bytes, where: str, error: type[EdgeLipError]) -> str:
    """The same of what a file holds; `where` is how the file is called."""
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = _BREAK.sub("\n", content.decode(encoding))
    except UnicodeDecodeError as wrong:
        line = len(_BREAK.findall(content[: wrong.start].decode("latin-1"))) + 1
        raise error(f"{where}:{line}: not UTF-8 text: save it as UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise error(f"{where}:{line}: holds a NUL byte, which no text has: save it as UTF-8")
    return text


def read_lines(path: Path, error: type[EdgeLipError]) -> list[str]:
    """The lines of such a file, without what ends them; nothing else parts a text into lines."""
    text = read_text(path, error)
    return text.removesuffix("\n").split("\n") if text else []


def read_toml(path: Path, error: type[EdgeLipError]) -> dict[str, Any]:
    """The table in a TOML file; raises `error`, with the place, where it is none."""
    import tomllib  # not where a device only opens a model

    text = read_text(path, error)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise error(f"{path} is not a TOML file: {wrong}") from None

"""The fenced blocks of a page, and what its comments say about running them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REMARK = re.compile(r"<!-- (not run|output not compared): (\S(?:(?!-->).)*) -->\s*\Z", re.DOTALL)
RUNNABLE = ("console", "sh", "python")


@dataclass(frozen=True)
class Block:
    """Something to type, as a page has it."""

    page: Path
    line: int
    """Of the opening fence, from 1."""
    language: str
    text: str
    remark: str = ""
    """"not run" or "output not compared", where the comment before the block says so."""
    reason: str = ""

    @property
    def calls(self) -> list[tuple[str, str]]:
        """What is typed into a shell, and what is printed below it (nothing for `sh`)."""
        if self.language == "sh":
            return [(self.text, "")]
        typed: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                typed.append((line[2:], ""))
            elif line.startswith("> "):
                typed[-1] = (typed[-1][0] + line[2:], "")
            else:
                typed[-1] = (typed[-1][0], typed[-1][1] + line)
        return typed


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of `page` in order, those that can be run."""
    text = page.read_text()
    for match in FENCE.finditer(text):
        language, content = match.groups()
        if language in RUNNABLE:
            remark = REMARK.search(text[: match.start()])
            line = text.count("\n", 0, match.start()) + 1
            yield Block(page, line, language, content, *(remark.groups() if remark else ()))

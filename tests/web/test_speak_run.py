"""`edge-lip run --confirm ask --web`: a rendered person speaks, and somebody says yes on a page."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.piped import PATIENCE
from support.windows import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page as Window

pytestmark = pytest.mark.usefixtures("face_models")


@contextmanager
def speaking(browser: "Window", *words: str) -> Iterator[subprocess.Popen[str]]:
    """`edge-lip` in a process of its own, with its page for a person in the browser."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edge_lip", *words, "--web", "127.0.0.1:0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        url = next(found[0] for line in lines if (found := re.search(r"http\S+/speak", line)))
        browser.goto(url)
        wait_for(browser, "document.body?.dataset.state === 'partial'", PATIENCE)
        wait_for(browser, "asked && mayAnswer() && steady()", PATIENCE)
        yield process
    finally:
        process.kill()
        process.communicate()


def test_what_is_read_is_seen_at_once_and_acts_when_it_is_confirmed(
    browser: "Window", tmp_path: Path
) -> None:
    said = tmp_path / "said"
    call = ["run", "talker", "--confirm", "ask", "--to", f"command:tee {said}"]
    call += ["--source", "talker:bin blue at f two now?seed=2"]
    with speaking(browser, *call) as process:
        assert not said.exists()
        unsure = browser.locator("#words .unsure")
        assert unsure.count()  # this one it reads wrong, and knows that it may be
        unsure.first.click()
        browser.locator("#instead button").first.click()
        wanted = browser.evaluate("draftText()")
        assert wanted != browser.evaluate("asked.text")
        wait_for(browser, "steady()")
        browser.locator("#yes").click()
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert said.read_text() == f"{wanted}\n" and out != f"{wanted}\n"


def test_the_demo_asks_whoever_has_the_page_open(browser: "Window") -> None:
    call = ["demo", "bin", "blue", "at", "f", "two", "now", "--seed", "2", "--sentences", "1"]
    with speaking(browser, *call) as process:
        assert process.poll() is None
        browser.locator("#no").click()
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "bin blue at f two now" in out

"""`edge-lip record --web` and `teach add --web`: a person in a real browser."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.piped import PATIENCE
from support.windows import wait_for

import edge_lip
from edge_lip.phrases.phrasebook import load

if TYPE_CHECKING:
    from playwright.sync_api import Page as Window

TALKER = "talker:{text}?seed=7&noise={take}"

Begin = Callable[..., "Session"]

pytestmark = pytest.mark.usefixtures("face_models")


class Session:
    """`edge-lip` in a process of its own, and its page in the browser."""

    def __init__(self, browser: "Window", *words: str) -> None:
        self.browser = browser
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge_lip", *words, "--web", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"open (http://\S+) in a browser", line)
        assert found, line + self.process.stderr.read()
        browser.goto(found[1])

    def until(self, script: str) -> None:
        ended = "document.querySelector('#link').textContent === 'edge-lip has ended'"
        wait_for(self.browser, f"({script}) || {ended}", PATIENCE)
        if not self.browser.evaluate(script):
            raise AssertionError(f"ended before {script}: {self.process.communicate()}")

    def until_asked(self, stage: str) -> None:
        """Return when a question of this stage waits for its answer."""
        self.until(f"asking !== null && asking.stage === {stage!r}")

    def text(self, selector: str) -> str:
        return str(self.browser.evaluate(f"document.querySelector({selector!r}).innerText"))

    def press(self, words: str) -> None:
        self._answer(self.browser.get_by_role("button", name=words).first.click)

    def type(self, key: str) -> None:
        self._answer(lambda: self.browser.keyboard.press(key))

    def _answer(self, give: Callable[[], None]) -> None:
        """Return when the page has taken the answer: the browser handles it in its own time."""
        number = self.browser.evaluate("asking.number")
        give()
        self.until(f"asking === null || asking.number > {number}")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> tuple[int, str]:
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


@pytest.fixture
def begin(browser: "Window") -> Iterator[Begin]:
    """Begins sessions, which end with the test."""
    begun: list[Session] = []

    def start(*words: str) -> Session:
        begun.append(Session(browser, *words))
        return begun[-1]

    yield start
    for session in begun:
        session.close()


def test_a_session_from_begin_to_the_last_take(begin: Begin, tmp_path: Path) -> None:
    phrases, out = tmp_path / "phrases.txt", tmp_path / "mine"
    phrases.write_text("good morning\nopen the window\n")
    session = begin("record", str(phrases), "--out", str(out), "--source", TALKER, "--takes", "1")
    session.until_asked("asks")
    assert session.text("#text") == "good morning" and session.text("#place") == "1 of 2"
    session.press("Begin")
    session.until_asked("taken")
    assert session.text("#now").startswith("good, ")
    session.until("document.querySelector('#picture').naturalWidth > 0")
    session.until("document.querySelector('#mouth').naturalWidth > 0")
    first = session.browser.evaluate("document.querySelector('#answers button').innerText")
    assert first == "Keep it Enter or k"
    session.press("Once more")
    session.until_asked("taken")
    session.type("k")
    session.until("document.querySelector('#text').innerText === 'open the window'")
    session.until_asked("taken")
    assert session.text("#place") == "2 of 2"
    session.type("Enter")
    code, printed = session.end()
    assert code == 0 and printed.endswith(f"2 takes in {out}\n")
    assert {path.name for path in (out / "clips").iterdir()} == {"good morning", "open the window"}
    assert session.browser.evaluate("complaints") == []


def test_stop_keeps_what_there_is(begin: Begin, tmp_path: Path) -> None:
    book = tmp_path / "my.phrases"
    session = begin(
        "teach", str(book), "add", "yes", "--takes", "2", "--source", "talker:yes?seed=7"
    )
    session.until_asked("asks")
    session.type("Enter")
    session.until_asked("taken")
    session.press("Keep it")
    session.until("document.querySelector('#place').innerText === '2 of 2'")
    session.until_asked("taken")
    session.press("Stop")
    code, printed = session.end()
    assert code == 0 and printed.endswith("  1 take   yes\n")


def test_a_page_of_run_teaches_while_it_reads(begin: Begin, tmp_path: Path) -> None:
    book = tmp_path / "my.phrases"
    first = [("good morning", f"talker:good morning?seed=7&noise={noise}") for noise in (1, 2)]
    edge_lip.teach(book, [*first, ("not now", "talker:not now?seed=7&noise=1")])
    endless = "talker:open the window?seed=7&noise=1&pause=1&loop=1"
    session = begin("run", "--phrases", str(book), "--source", endless)
    session.until("!document.querySelector('#teach').hidden")
    session.browser.locator("#teach a").click()
    loaded = "document.readyState === 'complete'"
    session.until(f"location.pathname === '/teach' && {loaded}")
    session.until_asked("choose")
    assert session.browser.evaluate("document.querySelectorAll('#phrases li').length") == 2
    assert session.browser.locator("#end").is_hidden()
    session.press("Test them")
    session.until("document.querySelector('#lines').innerText.includes('right when left out')")
    session.browser.locator("#phrase").fill("open the window")
    session.press("Add it")
    for place in ("1 of 3", "2 of 3", "3 of 3"):
        session.until(f"document.querySelector('#place').innerText === {place!r}")
        session.until_asked("taken")
        session.press("Keep it")
    session.until_asked("choose")
    assert "open the window 3 takes" in session.text("#phrases")
    session.press("Remove")
    session.until_asked("choose")
    assert "good morning" not in session.text("#phrases")
    session.browser.locator("#back a").click()
    session.until(f"location.pathname === '/' && {loaded}")
    session.until("document.querySelector('#history').innerText.includes('open the window')")
    assert session.browser.evaluate("complaints") == []
    assert [one.text for one in load(book).phrases] == ["not now", "open the window"]


def test_a_page_to_teach_from(begin: Begin, tmp_path: Path) -> None:
    book = tmp_path / "my.phrases"
    session = begin("teach", str(book), "--takes", "2", "--source", TALKER)
    chosen = "document.querySelector('#choose').hidden === false"
    for phrase in ("good morning", "open the window"):
        session.until(chosen)
        session.browser.locator("#phrase").fill(phrase)
        session.press("Add it")
        for place in ("1 of 2", "2 of 2"):
            session.until(f"document.querySelector('#place').innerText === {place!r}")
            session.until_asked("taken")
            session.press("Keep it")
    session.until(f"{chosen} && document.querySelectorAll('#phrases li').length === 2")
    assert "2 takes" in session.text("#phrases")
    session.press("Test them")
    session.until("document.querySelector('#lines').innerText.includes('right when left out')")
    session.press("Remove")
    session.until("document.querySelectorAll('#phrases li').length === 1")
    session.press("That is all")
    code, printed = session.end()
    assert code == 0 and printed.endswith("  2 takes  open the window\n")
    assert session.browser.evaluate("complaints") == []

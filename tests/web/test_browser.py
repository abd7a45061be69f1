"""The page in a real browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from support.fakes import DECODER, FACELESS, FakeModel, FakeSource, FakeTracker, film, numbers
from support.windows import wait_for

from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.web.board import Board
from edge_lip.web.page import Page, open_page

if TYPE_CHECKING:
    from playwright.sync_api import Page as Window


class Shown:
    """A page that is open in the browser."""

    def __init__(self, page: Page[Board], reader: Reader, browser: "Window") -> None:
        self.page, self.reader, self.browser = page, reader, browser
        browser.goto(page.url)
        self.wait_for("document.body?.dataset.link === 'open'")
        self.wait_for("document.querySelector('#counts').children.length")

    def wait_for(self, script: str) -> None:
        """Return when the expression is true."""
        wait_for(self.browser, script)

    def read(self, frames: list[Frame], name: str = "film") -> None:
        for event in self.reader.read(FakeSource(frames, name)):
            self.page.board(event)

    def tell(self, event: Event) -> None:
        """Return when the page has it."""
        self.page.board(event)
        shows = event.text or event.message
        self.wait_for(f"document.body.textContent.includes({shows!r})")

    def text(self, selector: str) -> str:
        return str(self.browser.evaluate(f"document.querySelector('{selector}').innerText"))

    def hidden(self, selector: str) -> bool:
        return bool(self.browser.evaluate(f"document.querySelector('{selector}').hidden"))


@pytest.fixture
def shown(browser: "Window") -> Iterator[Shown]:
    reader = Reader(FakeModel(), FakeTracker(), DECODER)
    with open_page(reader, "127.0.0.1:0") as page:
        yield Shown(page, reader, browser)
        assert browser.evaluate("complaints") == []


def test_camera_mouth_text_and_times_are_shown(shown: Shown) -> None:
    shown.read(film(20), "talker:bin blue")
    shown.wait_for("document.querySelector('#picture').naturalWidth === 160")
    shown.wait_for("document.querySelector('#mouth').naturalWidth === 96")
    points = shown.browser.evaluate("document.querySelector('#outline').getAttribute('points')")
    assert np.array([xy.split(",") for xy in points.split()], float).shape == (4, 2)
    shown.wait_for("document.querySelector('#counts dd').textContent === '20'")
    assert shown.text("#text") == numbers(0, 19)
    assert shown.text("#confidence") == "75 % sure"
    assert shown.text("#source") == "talker:bin blue"
    assert not shown.hidden(".badge") and shown.text(".badge") == "rendered"
    assert all(name in shown.text("#stages") for name in ("face", "crop", "encode", "decode"))
    width = "document.querySelector('#confidence i').getBoundingClientRect().width"
    assert shown.browser.evaluate(f"{width} > 50")


def test_only_final_texts_are_announced_and_listed(shown: Shown) -> None:
    live = "document.querySelector('#announced').ariaLive"
    assert shown.browser.evaluate(live) == "polite"
    shown.tell(Event("partial", text="lay red"))
    assert shown.text("#announced") == shown.text("#history") == ""
    shown.page.board.said = "lay red at b"
    shown.tell(Event("final", text="lay red at e", confidence=0.5))
    assert shown.text("#announced") == "lay red at e"
    assert "50 %" in shown.text("#history") and "really said: lay red at b" in shown.text("#said")
    shown.page.board.said = "bin blue"
    shown.tell(Event("final", text="bin blue", confidence=0.9))
    assert shown.text("#said") == "✓ read right"
    assert shown.text("#score") == "1 of 2 read right"


def test_text_is_never_markup(shown: Shown) -> None:
    shown.tell(Event("final", text="<img src=x onerror=alert(1)>"))
    assert "<img" in shown.text("#text")


def test_what_goes_wrong_is_shown(shown: Shown) -> None:
    shown.page.board(Event("rejected", confidence=0.1))
    shown.wait_for("document.querySelector('#text').textContent === '(not understood)'")
    shown.tell(Event("source", message="camera:0 is lost"))
    assert shown.text("#notice") == "camera:0 is lost"
    shown.read([Frame(FACELESS, 0.0), Frame(FACELESS, 0.04)])
    shown.wait_for("document.querySelector('#reading').textContent === 'no face'")
    assert shown.hidden("#mouth") and shown.text("#notice") == ""


def test_the_page_says_when_edge_lip_has_ended(shown: Shown) -> None:
    shown.tell(Event("final", text="soon"))
    shown.page.close()
    shown.wait_for("document.querySelector('#link').textContent === 'edge-lip has ended'")
    assert shown.text("#text") == "soon"


def test_a_phone_shows_it_without_scrolling_sideways(phone: "Window") -> None:
    reader = Reader(FakeModel(), FakeTracker(), DECODER)
    with open_page(reader, "127.0.0.1:0") as page:
        shown = Shown(page, reader, phone)
        shown.read(film(20), "talker:place white with something long?seed=1234567890")
        shown.wait_for("document.querySelector('#picture').naturalWidth === 160")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.evaluate("document.querySelector('#text').offsetTop < innerHeight")
        assert phone.evaluate("complaints") == []

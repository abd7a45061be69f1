"""Whether everybody can use the page of a person: by axe-core, by keys alone, by switches."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.axe import axe_source, violations
from support.talking import Talking, read
from support.windows import wait_for

from edge_lip.events import Event
from edge_lip.web import texts
from edge_lip.web.own_phrases import OwnPhrases

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Window

BLUE = read("bin blue at f", ("green", 0.3), ("red", 0.05), unsure="blue")
FOCUSED = "document.activeElement"
SCANNED = "document.querySelector('.scanned')"


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    cache = getattr(request.config, "cache", None)
    return axe_source(cache.mkdir("axe-core") if cache else tmp_path_factory.mktemp("axe-core"))


@pytest.fixture
def talk() -> Iterator[Talking]:
    with Talking(phrases=OwnPhrases(more=["I need water", "Please open the window"])) as talking:
        yield talking


def shows(kind: str) -> str:
    return f"document.body.dataset.state === {kind!r}"


def states(talk: Talking, window: "Window") -> Iterator[str]:
    """Brings the page into each of its states, one after the other."""
    wait_for(window, shows("idle"))
    yield "nothing was read"
    talk.tell(Event("partial", "bin blue"))
    wait_for(window, shows("partial"))
    yield "something is read"
    talk.tell(BLUE)
    wait_for(window, "asked && mayAnswer()")
    yield "it is asked"
    window.locator("#words .unsure").click()
    yield "a word is changed"
    window.get_by_role("button", name="Write it").click()
    yield "it is written"
    window.keyboard.press("Enter")
    wait_for(window, shows("said"))
    yield "it was said"
    talk.tell(Event("rejected"))
    talk.tell(Event("face", message="the mouth is covered"))
    wait_for(window, "document.querySelector('#notice').textContent")
    yield "it was not understood"
    window.locator("#tidy").click()
    yield "phrases are deleted"
    window.evaluate("setScanning('two', 2)")
    yield "letters for switches"
    window.evaluate("setScanning('off', 2)")
    window.locator("#open").click()
    yield "settings"
    talk.confirmation.ring()
    wait_for(window, "!document.querySelector('#ringing').hidden")
    yield "the bell rings"
    assert window.evaluate("document.getAnimations().length") == 0
    talk.page.close()
    wait_for(window, "document.body.dataset.link === 'waiting'")
    yield "the reader has ended"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    scheme: str, axe: str, talk: Talking, chromium: "Browser"
) -> None:
    size = {"light": (360, 740), "dark": (1180, 820)}[scheme]
    with chromium.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ) as window:
        talk.show(window)
        for state in states(talk, window):
            assert violations(window, axe) == [], state


def test_axe_would_find_something(axe: str, talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    browser.evaluate("$('yes').parentElement.hidden = false; $('yes').textContent = ''")
    assert any(found.startswith("button-name") for found in violations(browser, axe))
    browser.evaluate("$('state').style.color = '#bbb'")
    assert any(found.startswith("color-contrast") for found in violations(browser, axe))


def test_every_control_is_reached_by_the_tab_key_in_the_order_that_is_seen(
    talk: Talking, browser: "Window"
) -> None:
    talk.show(browser)
    talk.tell(BLUE)
    wait_for(browser, "asked && mayAnswer()")
    talk.confirmation.say("before")
    wait_for(browser, "document.querySelectorAll('#said li').length === 1")
    browser.locator("h1").click()  # the tab key goes on from here
    wanted = browser.evaluate(
        "[...document.querySelectorAll('button, input, select')].filter(visible).length"
    )
    names: list[str] = []
    for _ in range(wanted):
        browser.keyboard.press("Tab")
        names.append(
            browser.evaluate(f"{FOCUSED}.getAttribute('aria-label') ?? {FOCUSED}.innerText")
        )
        outline = browser.evaluate(f"getComputedStyle({FOCUSED}).outlineWidth")
        assert outline == "4px", names[-1]
    assert names == [
        *("Bell", "Settings"),
        *("bin, change", "blue, unsure, change", "at, change", "f, change"),
        *("Say it", "Change it", "Throw away", "bin green at f", "bin red at f"),
        *("", "Say it", "Keep as a phrase", "I need water", "Please open the window"),
        *("Delete some", "Say again: before", "Copy: before", "Delete: before"),
    ]


def scan(window: "Window", mode: str, pace: float = 0.5) -> None:
    window.evaluate(f"setScanning({mode!r}, {pace})")


def scanned(window: "Window") -> str:
    """The group, or the button, that is shown."""
    if window.evaluate(f"{SCANNED} === null"):
        return ""
    name = f"{SCANNED}.id || ({SCANNED}.getAttribute('aria-label') ?? {SCANNED}.innerText)"
    return str(window.evaluate(name))


def next_until(window: "Window", wanted: str, key: str = " ") -> list[str]:
    """Go on by a switch to `wanted`; what has come on the way."""
    walked: list[str] = []
    while scanned(window) != wanted:
        assert len(walked) < 40, walked
        window.keyboard.press(key)
        walked.append(scanned(window))
    return walked


def test_two_switches_correct_a_word_and_say_it(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    scan(browser, "two")
    talk.tell(BLUE)
    wait_for(browser, "asked && mayAnswer()")
    assert scanned(browser) == "yes"  # what has come is offered first
    # Behind its last button the group again.
    assert next_until(browser, "answers") == ["change", "no", "answers"]
    assert browser.evaluate("stay.last > 0")  # whoever scans needs time
    next_until(browser, "words")
    browser.keyboard.press("Enter")
    next_until(browser, "blue, unsure, change")
    browser.keyboard.press("Enter")
    assert scanned(browser) == "green"
    browser.keyboard.press("Enter")
    assert scanned(browser) == "yes"
    browser.keyboard.press("Enter")
    wait_for(browser, shows("said"))
    assert talk.said() == ["bin green at f"]
    next_until(browser, "phrases")
    browser.keyboard.press("Enter")
    browser.keyboard.press("Enter")
    wait_for(browser, "document.querySelectorAll('#said li').length === 2")
    assert talk.said()[1] == "I need water"
    assert browser.evaluate("complaints") == []


def test_two_switches_write_what_no_choice_has(talk: Talking, browser: "Window") -> None:
    written = "document.querySelector('#written').value"
    talk.show(browser)
    scan(browser, "two")
    talk.tell(BLUE)
    wait_for(browser, "asked && mayAnswer()")
    next_until(browser, "change")
    browser.keyboard.press("Enter")  # no way into the field, where a switch would be a letter
    assert scanned(browser) == "a b c d e f" and browser.evaluate(written) == "bin blue at f"
    for row, key in (
        ("Space Delete a letter Delete a word", "Delete a word"),
        ("a b c d e f", "b"),
        ("y z . , ? '", "z"),
        ("Space Delete a letter Delete a word", "Delete a letter"),
    ):
        next_until(browser, row)
        browser.keyboard.press("Enter")
        next_until(browser, key)
        browser.keyboard.press("Enter")
        assert scanned(browser) == "a b c d e f"
    assert browser.evaluate(written) == "bin blue at b" and talk.said() == []
    talk.tell(BLUE)  # meanwhile something else is read: it does not come under the switch
    wait_for(browser, "asked && mayAnswer() && !correcting")
    assert scanned(browser) == "a b c d e f"
    next_until(browser, "write")
    browser.keyboard.press("Enter")
    assert scanned(browser) == "Say it"
    browser.keyboard.press("Enter")
    wait_for(browser, "document.querySelectorAll('#said li').length === 1")
    assert talk.said() == ["bin blue at b"] and browser.evaluate("asked !== null")


def test_two_switches_set_everything_but_themselves(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    browser.evaluate("keepSettings({scan: 'two'})")
    scan(browser, "two")
    next_until(browser, "Tools")
    browser.keyboard.press("Enter")
    next_until(browser, "open")
    browser.keyboard.press("Enter")
    assert scanned(browser) == "lang"
    walked = next_until(browser, "volume")
    browser.keyboard.press("Enter")  # behind the loudest the softest
    assert scanned(browser) == "volume" and browser.evaluate("settings.volume") == 0
    browser.keyboard.press("Enter")
    assert browser.evaluate("settings.volume") == 0.1
    walked += next_until(browser, "look")
    browser.keyboard.press(" ")
    assert not browser.evaluate("document.querySelector('#look').checked")
    walked += next_until(browser, "shut")
    assert "scan" not in walked
    browser.keyboard.press("Enter")
    assert browser.evaluate("document.querySelector('#settings').hidden")


def test_one_switch_says_what_comes_round(talk: Talking, chromium: "Browser") -> None:
    with chromium.new_page() as window:
        window.clock.install()
        talk.show(window)
        scan(window, "one", 2)
        talk.tell(BLUE)
        wait_for(window, "asked !== null")
        window.clock.run_for(600)
        assert scanned(window) == "yes"
        window.clock.run_for(2000)
        assert scanned(window) == "change"
        window.clock.run_for(2000)
        assert scanned(window) == "no"
        window.keyboard.press(" ")
        wait_for(window, shows("no"))
        window.clock.run_for(2000)
        group = scanned(window)
        window.keyboard.press("Enter")
        assert scanned(window) != group  # into it
        assert talk.said() == []


def test_settings_of_scanning_stay_in_the_browser(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    browser.locator("#open").click()
    browser.locator("#scan").select_option("two")
    talk.show(browser)
    assert browser.evaluate("scanning.mode") == "two"
    kept = json.loads(browser.evaluate("JSON.stringify({...localStorage})"))
    assert json.loads(kept["edge-lip-speak"])["scan"] == "two" and len(kept) == 1


def test_only_what_matters_is_announced(talk: Talking, browser: "Window") -> None:
    talk.confirmation.say("before")
    talk.show(browser)
    announced = "document.querySelector('#announced').textContent"
    for text in ("bin", "bin blue", "bin blue at"):
        talk.tell(Event("partial", text))
        wait_for(browser, f"document.querySelector('#text').textContent === {text!r}")
    assert browser.evaluate(announced) == ""
    talk.tell(BLUE)
    wait_for(browser, f"{announced} === 'Is this right? bin blue at f'")
    regions = "document.querySelectorAll('[aria-live], [role=status], [role=alert]')"
    live = browser.evaluate(f"[...{regions}].map((one) => one.id)")
    assert live == ["link", "notice", "ringing", "announced"]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "he"])
def test_each_language_fits_at_twice_the_size(
    language: str, chromium: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in texts.FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text())
    backwards = {
        key: text if key == "language" or "{" in text else "".join(reversed(text))
        for key, text in texts.read_texts("en").items()
    }
    (tmp_path / "he.json").write_text(json.dumps({**backwards, "dir": "rtl"}))
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    with (
        Talking(phrases=OwnPhrases(more=["I need water"])) as talk,
        chromium.new_page(viewport={"width": 360, "height": 740}) as window,
    ):
        talk.show(window, f"lang={language}")
        window.evaluate("document.documentElement.style.fontSize = '200%'")
        talk.tell(BLUE)
        talk.confirmation.say("bin green at f")
        wait_for(window, "asked && mayAnswer()")
        window.locator("#open").click()
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        clipped = window.evaluate(
            "[...document.querySelectorAll('button')].filter((b) => visible(b) && "
            "(b.scrollWidth > b.clientWidth + 1 || b.getBoundingClientRect().height < 44))"
            ".map((b) => b.innerText)"
        )
        assert clipped == []
        assert window.evaluate("document.documentElement.lang") == language
        right = window.evaluate(
            "$('open').getBoundingClientRect().left > $('ring').getBoundingClientRect().left"
        )
        same_row = window.evaluate(
            "$('open').getBoundingClientRect().top === $('ring').getBoundingClientRect().top"
        )
        assert not same_row or right is (language != "he")

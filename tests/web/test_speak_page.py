"""The page of a person in a real browser: read, corrected, said."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.talking import Talking, read
from support.windows import wait_for

from edge_lip.confirmation.answers import open_answers
from edge_lip.confirmation.confirmation import GLANCE
from edge_lip.events import Event
from edge_lip.sinks.specs import open_sinks
from edge_lip.text.hypothesis import Choice
from edge_lip.web.own_phrases import OwnPhrases

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Window

BLUE = read("bin blue at f", ("green", 0.3), ("red", 0.05), unsure="blue")
VOICES = """
const voice = (name, localService) => ({name, lang: "en-GB", voiceURI: name, localService});
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => [voice("Far", false), voice("Near", true)],
  speak: (said) => spoken.push([said.text, said.voice.name, said.volume]),
  addEventListener: () => {},
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""
"""A device with a voice of its own and one that is somewhere else."""


@pytest.fixture
def talk() -> Iterator[Talking]:
    with Talking(phrases=OwnPhrases(more=["I need water"])) as talking:
        yield talking


def ask(talk: Talking, window: "Window", event: Event = BLUE) -> None:
    """Read something, and return when it may be answered."""
    talk.tell(event)
    asked = talk.confirmation.waiting
    assert asked is not None
    wait_for(window, f"asked?.number === {asked.number} && mayAnswer() && steady()")


def steadily(window: "Window") -> None:
    """Return when what is touched counts."""
    wait_for(window, "steady()")


def text(window: "Window", selector: str) -> str:
    return str(window.evaluate(f"document.querySelector({selector!r}).innerText"))


def until_said(window: "Window", *said: str) -> None:
    lines = "[...document.querySelectorAll('#said span')].map((line) => line.textContent).join('|')"
    wait_for(window, f"{lines} === {'|'.join(reversed(said))!r}")


def test_a_phone_reads_corrects_and_says_by_touch(talk: Talking, phone: "Window") -> None:
    talk.show(phone)
    talk.tell(Event("partial", "bin bl"))
    wait_for(phone, "document.querySelector('#text').innerText.startsWith('bin bl')")
    ask(talk, phone)
    assert talk.acted[-1].kind == "waiting" and text(phone, "#state") == "Is this right?"
    unsure = phone.locator("#words .unsure")
    assert unsure.inner_text() == "blue"
    assert unsure.get_attribute("aria-label") == "blue, unsure, change"
    unsure.tap()
    assert phone.locator("#instead button").all_inner_texts() == [
        "green",
        "red",
        "Write it",
        "Leave it out",
        "Back",
    ]
    phone.locator("#instead").get_by_role("button", name="green").tap()
    assert text(phone, "#words").split() == ["bin", "green", "at", "f"]
    phone.locator("#yes").tap()  # the finger that chose has touched twice
    assert phone.evaluate("asked !== null") and talk.said() == []
    steadily(phone)
    phone.locator("#yes").tap()
    until_said(phone, "bin green at f")
    assert talk.said() == ["bin green at f"] and text(phone, "#state") == "Said:"
    ask(talk, phone)
    phone.locator("#texts").get_by_role("button", name="bin red at f").tap()
    until_said(phone, "bin green at f", "bin red at f")
    ask(talk, phone)
    phone.locator("#no").tap()
    wait_for(phone, "document.body.dataset.state === 'no' && !asked")
    assert talk.said() == ["bin green at f", "bin red at f"]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert phone.evaluate("complaints") == []


def test_by_the_keyboard_alone(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    ask(talk, browser)
    browser.keyboard.press("Enter")  # it has the focus
    until_said(browser, "bin blue at f")
    ask(talk, browser)
    browser.keyboard.press("Escape")
    wait_for(browser, "document.body.dataset.state === 'no'")
    ask(talk, browser)
    browser.keyboard.press("Tab")
    assert browser.evaluate("document.activeElement.id") == "change"
    browser.keyboard.press("Enter")
    assert browser.evaluate("document.activeElement.value") == "bin blue at f"
    browser.keyboard.type("bin white at f")  # all of it was chosen
    browser.keyboard.press("Enter")
    until_said(browser, "bin blue at f", "bin white at f")
    ask(talk, browser)
    for key in ("Shift+Tab", "Shift+Tab", "Shift+Tab", "Enter"):  # back to blue
        browser.keyboard.press(key)
    assert browser.evaluate("document.activeElement.innerText") == "green"
    browser.keyboard.press("Escape")
    assert browser.evaluate("document.activeElement.innerText") == "blue"
    browser.locator("#written").fill("a phr")
    browser.keyboard.press("Escape")  # what is being written goes before the question
    assert browser.evaluate("asked !== null && document.activeElement.id") == "yes"
    browser.keyboard.press("Escape")
    wait_for(browser, "document.body.dataset.state === 'no'")
    assert talk.said() == ["bin blue at f", "bin white at f"]
    assert browser.evaluate("complaints") == []


def test_what_is_pressed_in_the_moment_of_change_is_no_answer(
    talk: Talking, browser: "Window"
) -> None:
    talk.show(browser)
    ask(talk, browser)
    talk.tell(read("lay red"))
    wait_for(browser, "asked.text === 'lay red'")
    browser.evaluate("$('yes').click()")
    assert browser.evaluate("mayAnswer()") or talk.said() == []
    wait_for(browser, "mayAnswer()")
    browser.locator("#yes").click()
    until_said(browser, "lay red")


def test_what_somebody_looks_into_is_not_said_by_itself(
    browser: "Window", monkeypatch: pytest.MonkeyPatch
) -> None:
    with Talking("ask?silence=3&within=20") as talk:
        stays: list[int] = []
        monkeypatch.setattr(talk.confirmation, "stay", stays.append)
        talk.show(browser)
        ask(talk, browser)
        assert "after 3 seconds" in text(browser, "#silence")
        browser.locator("#words .unsure").click()
        wait_for(browser, "stay.last > 0")
        while not stays:
            browser.wait_for_timeout(10)
        asked = talk.confirmation.waiting
        assert asked is not None and set(stays) == {asked.number}


def test_what_is_unsure_is_confirmed_by_a_button_and_pages_see_it(browser: "Window") -> None:
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from gpiozero.pins.mock import MockFactory

    gpiozero.Device.pin_factory = MockFactory()
    try:
        with Talking("unsure") as talk, closing(open_answers("gpio:5", talk.confirmation)):
            talk.show(browser)
            talk.tell(read("lay red"))  # this one is sure
            until_said(browser, "lay red")
            assert browser.evaluate("asked") is None
            ask(talk, browser)
            browser.wait_for_timeout(1000 * GLANCE)
            gpiozero.Device.pin_factory.pin(5).drive_low()
            until_said(browser, "lay red", "bin blue at f")
            assert browser.evaluate("asked") is None
    finally:
        gpiozero.Device.pin_factory.close()
        gpiozero.Device.pin_factory = None


def test_two_pages_agree(talk: Talking, browser: "Window", phone: "Window") -> None:
    for window in (browser, phone):
        talk.show(window)
    talk.tell(BLUE)
    for window in (browser, phone):
        wait_for(window, "asked && mayAnswer() && steady()")
    phone.locator("#yes").tap()
    for window in (browser, phone):
        wait_for(window, "!asked")
        until_said(window, "bin blue at f")
    browser.locator("#ring").click()
    for window in (browser, phone):
        wait_for(window, "!document.querySelector('#ringing').hidden")
    assert talk.said() == ["bin blue at f"]


def test_own_phrases_history_and_writing(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    steadily(browser)
    browser.get_by_role("button", name="I need water").dblclick()  # by a shaking hand
    until_said(browser, "I need water")
    browser.locator("#written").fill("Open the window")
    browser.locator("#keep").click()
    steadily(browser)
    browser.locator("#phrases").get_by_role("button", name="Open the window").click()
    until_said(browser, "I need water", "Open the window")
    steadily(browser)
    browser.get_by_role("button", name="Say again: I need water").click()
    until_said(browser, "I need water", "Open the window", "I need water")
    browser.get_by_role("button", name="Copy: Open the window").click()
    wait_for(browser, "document.querySelector('#announced').textContent === 'Copied.'")
    assert text(browser, "#done") == "Copied."
    browser.get_by_role("button", name="Delete: Open the window").click()
    until_said(browser, "I need water", "I need water")
    browser.locator("#tidy").click()
    steadily(browser)
    browser.get_by_role("button", name="Delete: Open the window").click()
    wait_for(browser, "document.querySelectorAll('#phrases button').length === 1")
    assert talk.said() == ["I need water", "Open the window", "I need water"]


def test_what_is_said_while_something_waits_is_seen_wherever_one_looks(
    talk: Talking, phone: "Window"
) -> None:
    talk.show(phone)
    steadily(phone)
    phone.evaluate("scrollTo(0, 9999)")
    ask(talk, phone, read(" ".join(["blue"] * 60)))
    assert "Is this right? blue" in text(phone, "#done")  # the answers are out of sight
    phone.get_by_role("button", name="I need water").tap()
    until_said(phone, "I need water")
    wait_for(phone, "document.querySelector('#done').innerText === 'Said: I need water'")
    assert text(phone, "#announced") == "Said: I need water"
    assert phone.evaluate("asked !== null") and text(phone, "#state") == "Is this right?"


@pytest.mark.parametrize("outputs", [0, 1])
def test_where_nobody_hears_it_that_is_told(outputs: int, chromium: "Browser") -> None:
    with Talking(outputs=outputs) as talk, chromium.new_page() as window:
        window.add_init_script(VOICES.replace('[voice("Far", false), voice("Near", true)]', "[]"))
        talk.show(window)
        talk.confirmation.say("bin blue")
        until_said(window, "bin blue")
        wait_for(window, "document.body.dataset.state === 'said'")
        assert window.locator("#mute").is_visible() is (outputs == 0)


def test_what_was_not_understood_is_offered(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    talk.tell(Event("rejected", choices=(Choice("yes", 0.4), Choice("no", 0.3))))
    wait_for(browser, "document.body.dataset.state === 'rejected'")
    assert browser.locator("#texts button").all_inner_texts() == ["yes", "no"]
    steadily(browser)
    browser.locator("#texts").get_by_role("button", name="no").click()
    until_said(browser, "no")
    assert browser.evaluate("document.querySelector('#others').hidden")


def test_text_is_never_markup(talk: Talking, browser: "Window") -> None:
    talk.show(browser)
    nasty = "<img src=x onerror=alert(1)>"
    ask(talk, browser, Event("final", nasty, 0.5))
    assert text(browser, "#words").startswith(nasty)
    browser.locator("#yes").click()
    until_said(browser, nasty)
    assert browser.evaluate("complaints") == []


def test_a_reader_that_comes_back_is_found_again(tmp_path: Path, browser: "Window") -> None:
    with Talking() as talk:
        talk.show(browser)
        ask(talk, browser)
        address = talk.url.removeprefix("http://").partition("/")[0]
    wait_for(browser, "document.querySelector('#link').textContent === 'the reader has ended'")
    browser.locator("#yes").click()
    assert text(browser, "#notice") == "There is no connection: that was not said."
    with Talking(address=address) as again:
        again.confirmation.say("before you looked")
        wait_for(browser, "document.body.dataset.link === 'open' && newest !== null")
        until_said(browser, "before you looked")
        ask(again, browser, read("lay red"))
        browser.locator("#yes").click()
        until_said(browser, "before you looked", "lay red")
    assert talk.said() == []


def test_a_connection_that_has_gone_silent_is_told(chromium: "Browser") -> None:
    with Talking(pulse=1000) as talk, chromium.new_page() as window:
        window.clock.install()
        talk.show(window)
        window.clock.run_for(4000)
        assert window.evaluate("document.body.dataset.link") == "open"
        window.clock.run_for(3000)
        assert window.evaluate("document.body.dataset.link") == "stale"
        assert "may be old" in text(window, "#link")
        window.clock.run_for(3000)
        wait_for(window, "document.body.dataset.link === 'open'")


def test_this_devices_voice_says_what_comes_and_tells_nobody_else(chromium: "Browser") -> None:
    with Talking() as talk, chromium.new_page() as window:
        window.add_init_script(VOICES)
        talk.confirmation.say("long ago")
        talk.show(window)
        options = window.locator("#voice option").all_inner_texts()
        assert options == ["None", "The usual one", "Near"]
        assert window.locator("#voice optgroup").get_attribute("label") == "British English"
        ask(talk, window)
        assert window.evaluate("spoken") == []
        window.locator("#yes").click()
        wait_for(window, "spoken.length === 1")
        window.locator("#open").click()
        window.locator("#volume").fill("0.5")
        window.locator("#voice").select_option("")
        talk.confirmation.say("quiet")
        until_said(window, "long ago", "bin blue at f", "quiet")
        window.locator("#voice").select_option("Near")
        talk.page.close()
        wait_for(window, "document.body.dataset.link === 'waiting'")
        window.locator("#written").fill("help")  # without a connection, too
        window.keyboard.press("Enter")
        said = [
            ["bin blue at f", "Near", 1],
            ["Lips to speech", "Near", 0.5],
            ["help", "Near", 0.5],
        ]
        assert window.evaluate("spoken") == said


def test_where_the_reader_has_a_voice_pages_have_none(chromium: "Browser") -> None:
    with Talking(aloud=True) as talk, chromium.new_page() as window:
        window.add_init_script(VOICES)
        talk.show(window)
        talk.confirmation.say("once is enough")
        until_said(window, "once is enough")
        assert window.evaluate("spoken") == []


def test_a_voice_and_a_broker_that_are_away_hold_up_nobody(
    talk: Talking, browser: "Window"
) -> None:
    talk.show(browser)
    told = "document.querySelector('#notice').textContent"
    with open_sinks(["command:false", "mqtt://127.0.0.1:1/lips"]) as away:
        for output in away:
            output.failed = talk.conversation.trouble
        voice, broker = away
        talk.confirmation.outputs.append(broker)
        while "no broker answers there; trying again" not in browser.evaluate(told):
            talk.confirmation.say("is it there?")  # it finds out by itself
            browser.wait_for_timeout(50)
        talk.confirmation.outputs.append(voice)
        ask(talk, browser)
        browser.locator("#yes").click()
        wait_for(browser, f"{told}.includes('exit code 1')")
        assert talk.said()[-1] == "bin blue at f"
        ask(talk, browser)
        browser.locator("#no").click()
        wait_for(browser, "document.body.dataset.state === 'no'")


def test_no_picture_unless_somebody_asks_for_it(talk: Talking, browser: "Window") -> None:
    sockets: list[str] = []
    browser.on("websocket", lambda socket: sockets.append(socket.url))
    talk.show(browser)
    assert [url.rpartition("/")[0][-6:] for url in sockets] == ["/speak"]
    browser.locator("#open").click()
    browser.locator("#look").check()
    browser.wait_for_timeout(100)
    assert len(sockets) == 2 and sockets[1].endswith("/messages") and "/speak" not in sockets[1]


def test_it_opens_while_the_reader_is_away(chromium: "Browser") -> None:
    with chromium.new_page() as window:
        with Talking() as talk:
            talk.show(window)
            window.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        window.reload()
        wait_for(window, "document.body.dataset.link === 'waiting'")
        assert text(window, "h1") == "Lips to speech"
        kept = window.evaluate(
            "caches.open('edge-lip-speak').then((c) => c.keys()).then((k) => k.map((r) => r.url))"
        )
        assert "/speak" in {url.rpartition(":")[2].lstrip("0123456789") for url in kept}
        assert not any("messages" in url for url in kept)

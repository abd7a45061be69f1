"""How soon a slow phone shows the page to speak by, and each partial text; how heavy the page is.

    python -m benchmarks speak_page [--latency 40] [--kilobits 1600] [--cpu 4] [--partials 50]

An installed Chromium of a phone's size is slowed down by its own means (the DevTools protocol);
its network once so, too, and once by a relay: Chromium's own means leave the messages of a
WebSocket as fast as they are, and the relay slows everything down. A partial text counts from when
the reader hands it over to when a frame has been drawn with it; the clock is that of this machine,
which does both.
"""

import argparse
import shutil
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from queue import SimpleQueue
from statistics import median
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.arguments import above_zero, at_least_one
from edge_lip.confirmation.confirmation import Confirmation
from edge_lip.errors import EdgeLipError
from edge_lip.events import Event
from edge_lip.web.conversation import Conversation
from edge_lip.web.page import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession
    from playwright.sync_api import Page as Window

WORDS = ("bin", "blue", "at", "f", "two", "now", "please", "again", "with", "the", "red", "light")
EVERY = 0.2
"""Seconds from one partial text to the next, as of a live source."""
WAYS = {"browser": "the browser", "relay": "a relay"}
WATCH = """
window.drawn = [];
document.addEventListener("DOMContentLoaded", () => {
  const line = document.getElementById("text");
  new MutationObserver(() => {
    const text = line.textContent;
    requestAnimationFrame(() => setTimeout(() => {
      drawn.push([text, performance.timeOrigin + performance.now()]);
    }));
  }).observe(line, {childList: true, characterData: true, subtree: true});
});
"""
"""Run before the page's own: when each text has been drawn, milliseconds since 1970."""
TIMES = """
JSON.stringify({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  load: performance.getEntriesByType("navigation")[0].loadEventEnd,
})
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the page, speak, and print."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise EdgeLipError("needs playwright: pip install '.[dev]'") from error
    parser = argparse.ArgumentParser(
        "python -m benchmarks speak_page", description="The page to speak by on a slow phone."
    )
    parser.add_argument("--latency", type=float, default=40.0, help="milliseconds there and back")
    parser.add_argument("--kilobits", type=above_zero, default=1600.0, help="a second, down and up")
    parser.add_argument("--cpu", type=above_zero, default=4.0, help="times slower")
    parser.add_argument("--partials", type=at_least_one, default=50)
    options = parser.parse_args(arguments)
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if program is None:
        raise EdgeLipError("needs a Chromium: sudo apt install chromium")
    confirmation = Confirmation()
    conversation = Conversation(confirmation)
    with (
        Page(conversation, "127.0.0.1:0", conversation=conversation) as page,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        assert page.speak_url is not None
        print(
            f"processor {options.cpu:g} times slower, {options.latency:g} ms, "
            f"{options.kilobits:g} kbit/s"
        )
        for way in WAYS:
            measure(way, browser, page.speak_url, conversation, options)
        browser.close()


def measure(
    way: str,
    browser: "Browser",
    url: str,
    conversation: Conversation,
    options: argparse.Namespace,
) -> None:
    """Open the page at `url` with its network slowed down by one of `WAYS`, speak, and print."""
    size: Any = {"width": 360, "height": 740}
    window = browser.new_page(viewport=size, is_mobile=True, has_touch=True)
    session = window.context.new_cdp_session(window)
    weights = slow_down(session, options.cpu)
    if way == "browser":
        throttle(session, options.latency, options.kilobits * 125)
    else:
        where = urlsplit(url)
        assert where.port
        port = relay(where.port, options.latency / 2000, options.kilobits * 125)
        url = f"http://127.0.0.1:{port}{where.path}"
    window.add_init_script(WATCH)
    begun = time.time()
    window.goto(url)
    conversation(Event("partial", f"{way} {WORDS[0]}"))
    first = seen(window, f"{way} {WORDS[0]}")
    times = window.evaluate(f"JSON.parse({TIMES})")
    print(
        f"network slowed down by {WAYS[way]}: {sum(weights.values()) / 1000:.1f} kB; something to "
        f"see after {times['paint'] / 1000:.2f} s, loaded after {times['load'] / 1000:.2f} s, the "
        f"first text of the reader {first - begun - times['load'] / 1000:.2f} s later"
    )
    late = [delay(window, conversation, number) for number in range(1, options.partials + 1)]
    print(
        f"  {len(late)} partial texts, drawn after: median {1000 * median(late):.0f} ms, 95 % "
        f"{1000 * float(np.percentile(late, 95)):.0f}, most {1000 * max(late):.0f}"
    )
    window.close()


def throttle(session: "CDPSession", latency: float, rate: float) -> None:
    """Let each answer take `latency` milliseconds more, at `rate` bytes a second at most."""
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
        },
    )


def relay(port: int, delay: float, rate: float) -> int:
    """A port that leads to `port`, each way `delay` seconds later and at `rate` bytes a second."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            browser, _ = listener.accept()
            browser.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = socket.create_connection(("127.0.0.1", port))
            reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one, other in ((browser, reader), (reader, browser)):
                late: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                Thread(target=take, args=(one, late), daemon=True).start()
                Thread(target=give, args=(other, late), daemon=True).start()

    def take(one: socket.socket, late: SimpleQueue[tuple[float, bytes]]) -> None:
        data = b"."
        while data:
            try:
                data = one.recv(1400)
            except OSError:
                data = b""
            late.put((time.monotonic() + delay, data))

    def give(other: socket.socket, late: SimpleQueue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                due, data = late.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    other.shutdown(socket.SHUT_WR)
                    return
                time.sleep(len(data) / rate)
                other.sendall(data)

    Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


def slow_down(session: "CDPSession", cpu: float) -> dict[str, float]:
    """Slow the browser down; gives the bytes of each answer that comes from now on."""
    weights: dict[str, float] = {}
    icons: set[str] = set()

    def answered(told: dict[str, Any]) -> None:
        if "icon" in told["response"]["url"]:
            icons.add(told["requestId"])

    def finished(told: dict[str, Any]) -> None:
        if told["requestId"] not in icons:
            weights[told["requestId"]] = told["encodedDataLength"]

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    return weights


def delay(window: "Window", conversation: Conversation, number: int) -> float:
    """Seconds until a partial text has been drawn."""
    window.wait_for_timeout(1000 * EVERY)
    text = f"{number} " + " ".join(WORDS[: 1 + number % len(WORDS)])
    told = time.time()
    conversation(Event("partial", text))
    return seen(window, text) - told


def seen(window: "Window", text: str) -> float:
    """When it had been drawn, seconds since 1970."""
    while True:
        drawn: list[list[Any]] = window.evaluate("drawn")
        for what, when in drawn:
            if what == text:
                return float(when) / 1000
        window.wait_for_timeout(20)


if __name__ == "__main__":
    main()

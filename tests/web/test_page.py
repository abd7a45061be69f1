"""The page in a server, as browsers and strangers meet it."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, numbers
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from edge_lip.cli import main as cli
from edge_lip.events import Event
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.reading import opening
from edge_lip.reading.reader import Reader
from edge_lip.sinks.queued import Queued
from edge_lip.sources import specs
from edge_lip.sources.frame import Frame
from edge_lip.web.board import Board
from edge_lip.web.booth import Booth, Wish
from edge_lip.web.gate import Address, listen
from edge_lip.web.page import MOST_BROWSERS, Page, open_page

Answer = tuple[int, dict[str, str], str]


def make_reader(**options: Any) -> Reader:
    return Reader(FakeModel(), FakeTracker(), DECODER, **options)


@pytest.fixture
def page() -> Iterator[Page]:
    with Page(Board(make_reader(), period=0.01), "127.0.0.1:0") as page:
        yield page


@pytest.fixture
def open_to_all() -> Iterator[Page]:
    with Page(Board(make_reader(), period=0.01), "0.0.0.0:0") as page:
        yield page


def port(page: Page) -> int:
    found = urlsplit(page.url).port
    assert found
    return found


def get(page: Page, path: str, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port(page))
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def follow(page: Page, query: str = "", **options: Any) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{port(page)}/messages{query}", **options)


def refusal(page: Page, query: str = "", **options: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        follow(page, query, **options)
    return caught.value.response.status_code


@pytest.mark.parametrize(
    ("path", "kind", "holds"),
    [
        ("/", "text/html", "<title>edge-lip</title>"),
        ("/page.css", "text/css", "prefers-color-scheme"),
        ("/link.js", "text/javascript", "new WebSocket"),
        ("/page.js", "text/javascript", "connect("),
        ("/record.js", "text/javascript", "connect("),
    ],
)
def test_the_page_is_served_and_needs_nothing_from_elsewhere(
    page: Page, path: str, kind: str, holds: str
) -> None:
    status, headers, text = get(page, path)
    assert (status, headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
    assert holds in text
    assert "https://" not in text and "//cdn" not in text
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'") and "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/index.html", "/../gate.py", "/static/", "//page.js", "/a?b"])
def test_nothing_else_is(page: Page, path: str) -> None:
    assert get(page, path)[0] == 404


def test_messages_come_as_json(page: Page) -> None:
    with follow(page) as browser:
        assert json.loads(browser.recv(10))["type"] == "status"
        page.board(Event("final", text="bin blue"))
        while (message := json.loads(browser.recv(10)))["type"] != "event":
            pass
    assert message["text"] == "bin blue"


def test_other_names_and_other_pages_are_refused(page: Page) -> None:
    assert get(page, "/", Host="evil.example")[0] == 403
    assert get(page, "/page.js", Host=f"evil.example:{port(page)}")[0] == 403
    assert refusal(page, origin="http://evil.example") == 403
    with follow(page, origin=f"http://127.0.0.1:{port(page)}") as browser:
        browser.recv(10)


def test_without_the_token_nobody_from_outside_sees_anything(open_to_all: Page) -> None:
    token = urlsplit(open_to_all.url).query
    assert token.startswith("token=")
    for query in ("", "?token=", "?token=wrong", f"?{token[:-1]}", "?%ff"):
        status, _, text = get(open_to_all, f"/{query}")
        assert status == 401 and "edge-lip printed" in text
        assert refusal(open_to_all, query) == 401
    assert get(open_to_all, f"/?{token}")[0] == 200
    with follow(open_to_all, f"?{token}") as browser:
        browser.recv(10)


def test_more_browsers_than_a_small_device_can_serve_are_sent_away(page: Page) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_BROWSERS):
            stack.enter_context(follow(page)).recv(10)
        assert refusal(page) == 503


def test_the_last_text_arrives_before_the_end() -> None:
    page = Page(Board(make_reader()), "127.0.0.1:0")
    with follow(page) as browser:
        browser.recv(10)
        page.board(Event("final", text="soon"))
        page.close()
        messages = [json.loads(message) for message in browser]  # ends with the connection
    assert "soon" in [message.get("text") for message in messages]
    assert browser.protocol.close_code == 1000


def test_a_browser_that_takes_nothing_holds_up_neither_reader_nor_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def listen_with_little_room(address: Address) -> socket.socket:
        waiting = listen(address)
        waiting.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return waiting

    monkeypatch.setattr("edge_lip.web.page.listen", listen_with_little_room)
    reading = make_reader()
    with Page(Board(reading, period=0.001), "127.0.0.1:0") as page:
        reading.observers.append(page.board.observe)
        deaf = socket.create_connection(("127.0.0.1", port(page)), timeout=10)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(
            f"GET /messages HTTP/1.1\r\nHost: 127.0.0.1:{port(page)}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        page.wait_for_browser()
        noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
        for number in range(20):
            reading.push(Frame(noise, number / 25))
    with deaf, suppress(ConnectionError):
        while deaf.recv(65536):  # hung up on: what is on its way, and then the end
            pass


def test_who_connects_and_says_nothing_does_not_hold_up_the_end(page: Page) -> None:
    with socket.create_connection(("127.0.0.1", port(page))):
        page.close()


def test_strangers_are_not_reported(page: Page, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", port(page))) as stranger:
        stranger.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        while stranger.recv(1000):
            pass
    assert get(page, "/page.css")[0] == 200
    assert capfd.readouterr() == ("", "")


@pytest.fixture
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_fake(
        *_: object, threads: int = 1, delegate: None = None, phrases: None = None, **options: Any
    ) -> Reader:
        return make_reader(**options)

    monkeypatch.setattr(opening, "open_reader", open_fake)


@pytest.mark.usefixtures("fake_reader")
def test_run_shows_a_recording_from_its_beginning_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened, pages = Flag(), []
    told: list[str] = []
    monkeypatch.setattr(Queued, "link", lambda output, page: told.append(page))

    def remember(*call: Any) -> Page:
        pages.append(open_page(*call))
        opened.set()
        return pages[0]

    monkeypatch.setattr("edge_lip.web.page.open_page", remember)
    monkeypatch.setattr(specs, "open_source", lambda *_: FakeSource(film(4)))
    codes: list[int] = []
    call = ["run", "--source", "clip.mp4", "--web", "127.0.0.1:0"]
    call += ["--to", f"jsonl:{tmp_path}/events.jsonl"]
    running = Thread(target=lambda: codes.append(cli.main(call)))
    running.start()
    assert opened.wait(10)
    with follow(pages[0]) as browser:
        messages = [json.loads(message) for message in browser]
    running.join(10)
    assert codes == [0]
    assert [m["text"] for m in messages if m["type"] == "event"][-1] == numbers(0, 3)
    assert messages[-1]["frames"] == 4
    out, err = capsys.readouterr()
    assert out == numbers(0, 3) + "\n"
    assert f"open {pages[0].url} in a browser" in err
    assert told == [f"http://127.0.0.1:{port(pages[0])}/"]  # outputs, which may tell others


@pytest.mark.usefixtures("fake_reader")
def test_a_port_in_use_is_said_in_one_line(capsys: pytest.CaptureFixture[str], page: Page) -> None:
    assert cli.main(["run", "--camera", "--web", f"127.0.0.1:{port(page)}"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "in use" in error and "--web" in error


def test_the_page_to_teach_from_is_for_those_who_have_the_token(page: Page) -> None:
    assert get(page, "/teach")[0] == 404
    booth = Booth(CropGeometry(), period=0.01)
    with Page(Board(make_reader()), "0.0.0.0:0", booth=booth) as taught:
        token = urlsplit(taught.url).query
        assert get(taught, "/teach")[0] == 401 and get(taught, "/teach/messages")[0] == 401
        status, _, text = get(taught, f"/teach?{token}")
        assert status == 200 and "record.js" in text
        booth.offer([("yes", 3)], [])
        with connect(f"ws://127.0.0.1:{port(taught)}/teach/messages?{token}") as browser:
            asked = json.loads(browser.recv())
            assert asked["phrases"] == [["yes", 3]]
            wish = {"number": asked["number"], "answer": "remove", "text": "yes"}
            browser.send(json.dumps(wish))
            while booth.wished() is None:
                time.sleep(0.01)
        assert booth.wished() == Wish("remove", "yes")

"""The page and its messages, served to browsers by threads of their own."""

import json
import logging
import sys
from contextlib import closing, suppress
from http import HTTPStatus
from pathlib import Path
from socket import SHUT_RDWR
from threading import Thread
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from ..reading.reader import Reader
from .board import Board
from .followed import Followed
from .gate import Gate, listen, parse_address

STATIC = Path(__file__).parent / "static"
FILES = {
    "/page.css": ("page.css", "text/css"),
    "/link.js": ("link.js", "text/javascript"),
    "/page.js": ("page.js", "text/javascript"),
    "/record.js": ("record.js", "text/javascript"),
}
"""All there is beside the front page and the messages."""
FRONT = "index.html"
MESSAGES = "/messages"
HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
MOST_BROWSERS = 8
"""At once; a small device has other things to do."""
PATIENCE = 1.0
"""Seconds that browsers have for the last messages, and to say goodbye."""

Shown = TypeVar("Shown", bound=Followed)

_log = logging.getLogger(__name__)
_log.setLevel(logging.CRITICAL)  # what strangers send is no news to whoever runs this


class Page(Generic[Shown]):
    """Serves what is on `board` at `url` until closed."""

    def __init__(self, board: Shown, address: str, front: str = FRONT) -> None:
        """Listen at `address` ("HOST:PORT"); raises `UsageError` or `EdgeLipError`. `front`: the
        file of the front page."""
        self.board = board
        self._files = {"/": (front, "text/html"), **FILES}
        self._gate = Gate(parse_address(address))
        self._browsers: set[ServerConnection] = set()
        socket = listen(self._gate.address)
        self.url = self._gate.url(socket.getsockname()[1])
        """What to open in a browser, with the token where one is needed."""
        self.place = self.url.partition("?")[0]
        """The same without a token: where the page is, for whoever may know."""
        self._server = serve(
            self._show,
            sock=socket,
            process_request=self._answer,
            compression=None,  # pictures are compressed
            max_size=1024,  # a page has little to say
            logger=_log,
        )
        # The server's other threads are born of this one, and are daemons like it.
        Thread(target=self._server.serve_forever, name="web", daemon=True).start()

    def __enter__(self) -> "Page[Shown]":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def announce(self) -> None:
        """Say on stderr where it is."""
        print(f"edge-lip: open {self.url} in a browser", file=sys.stderr)

    def wait_for_browser(self) -> None:
        """Return when somebody has opened the page; what is recorded need not begin before."""
        if not self.board.followed:
            print("edge-lip: it begins when the page is open", file=sys.stderr)
        self.board.wait_for_follower()

    def close(self) -> None:
        """Let the browsers have the last messages, then hang up on those that don't take them."""
        self.board.end(PATIENCE)
        for browser in list(self._browsers):
            with suppress(OSError):  # it may have left by now
                browser.socket.shutdown(SHUT_RDWR)
        # Waits for whoever has connected and not said what for, which browsers do in advance.
        goodbye = Thread(target=self._server.shutdown, daemon=True)
        goodbye.start()
        goodbye.join(PATIENCE)

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """What to say to an HTTP request; None lets it become a connection."""
        asked = urlsplit(request.path)
        hosts, origins = request.headers.get_all("Host"), request.headers.get_all("Origin")
        if len(hosts) != 1 or not self._gate.admits(hosts[0], origins[0] if origins else None):
            return _text(HTTPStatus.FORBIDDEN, "This is not for other web pages or names.")
        if asked.path not in (*self._files, MESSAGES):
            return _text(HTTPStatus.NOT_FOUND, "There is nothing here.")
        token = parse_qs(asked.query).get("token", [""])[0]
        if asked.path in ("/", MESSAGES) and not self._gate.knows(token):
            return _text(
                HTTPStatus.UNAUTHORIZED,
                "Open the address that edge-lip printed: it ends in ?token= and a word.",
            )
        if asked.path == MESSAGES:
            full = len(self._browsers) >= MOST_BROWSERS
            return _text(HTTPStatus.SERVICE_UNAVAILABLE, "Too many look.") if full else None
        name, kind = self._files[asked.path]
        return _response(HTTPStatus.OK, kind, (STATIC / name).read_bytes())

    def _show(self, connection: ServerConnection) -> None:
        self._browsers.add(connection)
        if self.board.hears:
            Thread(target=self._hear, args=(connection,), name="hear", daemon=True).start()
        try:
            with closing(self.board.follow()) as messages:
                for message in messages:
                    connection.send(json.dumps(message))
        except ConnectionClosed:
            pass  # the browser has left
        finally:
            self._browsers.discard(connection)

    def _hear(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            for text in connection:
                if isinstance(text, str):
                    self.board.hear(text)


def open_page(reader: Reader, address: str) -> Page[Board]:
    """A page at `address` that shows what `reader` sees; says on stderr where that is.

    Its board still has to be told the events.
    """
    page = Page(Board(reader), address)
    reader.observers.append(page.board.observe)
    page.announce()
    return page


def _text(status: HTTPStatus, text: str) -> Response:
    return _response(status, "text/plain", f"{text}\n".encode())


def _response(status: HTTPStatus, kind: str, body: bytes) -> Response:
    headers = {"Content-Length": str(len(body)), "Content-Type": f"{kind}; charset=utf-8"}
    return Response(status.value, status.phrase, Headers({**HEADERS, **headers}), body)

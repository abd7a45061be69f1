"""The page and its messages, served to browsers by threads of their own."""

import json
import logging
import sys
from contextlib import closing, suppress
from http import HTTPStatus
from pathlib import Path
from socket import SHUT_RDWR
from threading import Event as Flag
from threading import Thread
from typing import Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from ..reading.reader import Reader
from .board import Board
from .booth import Booth
from .conversation import Conversation
from .followed import Followed
from .gate import Gate, encryption, listen, parse_address, token_of
from .link import as_blocks, as_svg
from .texts import choose, filled, manifest, read_texts

STATIC = Path(__file__).parent / "static"
FILES = {
    "/page.css": ("page.css", "text/css"),
    "/link.js": ("link.js", "text/javascript"),
    "/page.js": ("page.js", "text/javascript"),
    "/record.js": ("record.js", "text/javascript"),
    "/speak.css": ("speak.css", "text/css"),
    "/speak.js": ("speak.js", "text/javascript"),
    "/scan.js": ("scan.js", "text/javascript"),
    "/offline.js": ("offline.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    "/icon-maskable.svg": ("icon-maskable.svg", "image/svg+xml"),
}
"""All that is the same for everybody."""
FRONT = "index.html"
MESSAGES = "/messages"
TEACH = "/teach"
"""The page to teach phrases from."""
TEACHING = "/teach/messages"
SPEAK = "/speak"
"""The page of a person who speaks by it."""
TALK = "/speak/messages"
APP = "/speak.webmanifest"
LINK = "/link.svg"
"""The address of the page of a person, for a camera."""
HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'",
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

    def __init__(
        self,
        board: Shown,
        address: str,
        front: str = FRONT,
        conversation: Conversation | None = None,
        booth: Booth | None = None,
    ) -> None:
        """Listen at `address` ("HOST:PORT", with settings: see `parse_address`); raises
        `UsageError` or `EdgeLipError`. `front`: the file of the front page. `conversation`: what is
        on a second page, for a person who speaks by it; `booth`: on a third, to teach from."""
        self.board = board
        self._followed: dict[str, Followed] = {MESSAGES: board}
        self._files = {"/": (front, "text/html"), **FILES}
        self._made = {SPEAK: self._speak, APP: self._app, LINK: self._link} if conversation else {}
        if conversation:
            self._followed[TALK] = conversation
        self._guarded = {"/"}
        if booth:
            self._followed[TEACHING] = booth
            self._files[TEACH] = ("record.html", "text/html")
            self._guarded.add(TEACH)
        where = parse_address(address)
        secure = encryption(where)
        self._gate = Gate(where, token_of(where))
        self._browsers: set[ServerConnection] = set()
        self._opened = Flag()
        socket = listen(where)
        port = socket.getsockname()[1]
        self.url = self._gate.url(port)
        """What to open in a browser, with the token where one is needed."""
        self.place = self.url.partition("?")[0]
        """The same without a token: where the page is, for whoever may know."""
        self.speak_url = self._gate.url(port, SPEAK) if conversation else None
        """The same of the second page."""
        self._server = serve(
            self._show,
            sock=socket,
            ssl=secure,
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
        if self.speak_url is None:
            return
        print(f"edge-lip: whoever speaks by it opens {self.speak_url}", file=sys.stderr)
        if sys.stderr.isatty() and not self._gate.address.local:
            print(as_blocks(self.speak_url) or "", file=sys.stderr, end="")

    def wait_for_browser(self) -> None:
        """Return when somebody has opened the page; what is recorded need not begin before."""
        if not self._opened.is_set():
            print("edge-lip: it begins when the page is open", file=sys.stderr)
        self._opened.wait()

    def close(self) -> None:
        """Let the browsers have the last messages, then hang up on those that don't take them."""
        for followed in self._followed.values():
            followed.end(PATIENCE)
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
        if asked.path in self._files and asked.path not in self._guarded:
            return self._file(asked.path)
        if asked.path not in (*self._guarded, *self._made, *self._followed):
            return _text(HTTPStatus.NOT_FOUND, "There is nothing here.")
        query = parse_qs(asked.query)
        if not self._gate.knows(query.get("token", [""])[0]):
            return _text(
                HTTPStatus.UNAUTHORIZED,
                "Open the address that edge-lip printed: it ends in ?token= and a word.",
            )
        if asked.path in self._followed:
            full = len(self._browsers) >= MOST_BROWSERS
            return _text(HTTPStatus.SERVICE_UNAVAILABLE, "Too many look.") if full else None
        if asked.path in self._guarded:
            return self._file(asked.path)
        wanted = query.get("lang", [""])[0]
        return self._made[asked.path](wanted, request.headers.get("Accept-Language", ""))

    def _file(self, path: str) -> Response:
        name, kind = self._files[path]
        return _response(HTTPStatus.OK, kind, (STATIC / name).read_bytes())

    def _speak(self, wanted: str, accepted: str) -> Response:
        language = choose(wanted, accepted)
        template = (STATIC / "speak.html").read_text(encoding="utf-8")
        page = filled(template, language, token=self._token())
        return _response(HTTPStatus.OK, "text/html", page.encode())

    def _app(self, wanted: str, accepted: str) -> Response:
        """What a browser needs to know to install it."""
        language = choose(wanted, accepted)
        text = manifest(language, read_texts(language), SPEAK, self._token())
        return _response(HTTPStatus.OK, "application/manifest+json", text.encode())

    def _link(self, wanted: str, accepted: str) -> Response:
        assert self.speak_url is not None
        svg = as_svg(self.speak_url)
        if svg is None or self._gate.address.local:
            return _text(HTTPStatus.NOT_FOUND, "There is no link for other devices.")
        return _response(HTTPStatus.OK, "image/svg+xml", svg)

    def _token(self) -> str:
        return "" if self._gate.address.local else self._gate.token

    def _show(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        followed = self._followed[urlsplit(connection.request.path).path]
        self._browsers.add(connection)
        if followed.hears:
            args = (connection, followed)
            Thread(target=self._hear, args=args, name="hear", daemon=True).start()
        try:
            with closing(followed.follow()) as messages:
                for message in messages:
                    self._opened.set()
                    connection.send(json.dumps(message))
        except ConnectionClosed:
            pass  # the browser has left
        finally:
            self._browsers.discard(connection)

    def _hear(self, connection: ServerConnection, followed: Followed) -> None:
        with suppress(ConnectionClosed):
            for text in connection:
                if isinstance(text, str):
                    followed.hear(text)


def open_page(
    reader: Reader,
    address: str,
    conversation: Conversation | None = None,
    booth: Booth | None = None,
) -> Page[Board]:
    """A page at `address` that shows what `reader` sees, and others with `conversation` and
    `booth`; says on stderr where they are.

    Its board, and the conversation, still have to be told the events.
    """
    page = Page(Board(reader), address, conversation=conversation, booth=booth)
    reader.observers.append(page.board.observe)
    page.announce()
    return page


def _text(status: HTTPStatus, text: str) -> Response:
    return _response(status, "text/plain", f"{text}\n".encode())


def _response(status: HTTPStatus, kind: str, body: bytes) -> Response:
    headers = {"Content-Length": str(len(body)), "Content-Type": f"{kind}; charset=utf-8"}
    return Response(status.value, status.phrase, Headers({**HEADERS, **headers}), body)

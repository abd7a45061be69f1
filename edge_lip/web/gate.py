"""Where the page is, and who may see it.

A page on the loopback interface is for this machine alone; any other needs a token, which is in
the address that is printed. Both refuse requests that some other web page makes a browser send: by
their Origin, and by a Host that is no name of ours, which is what DNS rebinding looks like.
"""

import ipaddress
import os
import re
import secrets
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import EdgeLipError, UsageError
from ..system.specs import SpecKey, parse

HOST, PORT = "127.0.0.1", 8080
"""Unless told otherwise."""
FILE = SpecKey(lambda text: Path(text).expanduser(), "a file")
KEYS = {"name": SpecKey(str.lower, "a name"), "cert": FILE, "key": FILE, "token": FILE}
TOKEN = re.compile(r"[\w-]{16,200}")


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int
    """0 is any free one."""
    name: str | None = None
    """By which browsers ask for it, beside its own address."""
    cert: Path | None = None
    """The certificate, PEM, for encryption; and its key, unless that is in the same file."""
    key: Path | None = None
    token: Path | None = None
    """A file that keeps the token from one start to the next."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        literal = _literal(self.host)
        return self.host == "localhost" if literal is None else literal.is_loopback


def parse_address(spec: str) -> Address:
    """`HOST:PORT`, or one of the two; IPv6 in brackets; settings behind a question mark. Raises
    `UsageError`."""
    text, settings = parse(spec, KEYS, "--web")
    if "key" in settings and "cert" not in settings:
        raise UsageError("--web has a key and no certificate: ?cert=FILE&key=FILE")
    where = f":{text}" if text.isdecimal() else text
    match = re.fullmatch(r"(\[[^\]\s]+\]|[^:\s/]*)(?::(\d{1,5}))?", where)
    if not match or not where or int(match[2] or 0) > 65535:
        raise UsageError(
            f"--web takes HOST:PORT, such as {HOST}:{PORT} or 0.0.0.0:{PORT}, not '{text}'"
        )
    port = PORT if match[2] is None else int(match[2])
    return Address(match[1].strip("[]") or HOST, port, **settings)


def encryption(address: Address) -> ssl.SSLContext | None:
    """What encrypts what is sent there; None without a certificate. Raises `EdgeLipError`."""
    if address.cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # A password, of a key that has one, would be asked for on the terminal.
        context.load_cert_chain(address.cert, address.key, password="")
    except OSError as error:  # SSLError among them
        files = " and ".join(str(path) for path in (address.cert, address.key) if path)
        raise EdgeLipError(
            f"can't encrypt the page by {files}: {error.strerror or error}; --web takes a "
            "certificate and its key, without a password, as PEM files"
        ) from error
    return context


def token_of(address: Address) -> str:
    """The one that is kept, made where there is none yet; without a file one for this run. Raises
    `EdgeLipError`."""
    token = secrets.token_urlsafe(16)
    if address.token is None:
        return token
    try:
        with open(os.open(address.token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{token}\n")
        return token
    except FileExistsError:
        pass
    except OSError as error:
        raise EdgeLipError(f"can't keep a token in {address.token}: {error.strerror}") from error
    try:
        token = address.token.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not TOKEN.fullmatch(token):
        raise EdgeLipError(
            f"{address.token} holds no token: it is one word of 16 letters and digits or more; "
            "where there is no such file, one is made"
        )
    return token


def listen(address: Address) -> socket.socket:
    """A socket that waits for browsers; raises `EdgeLipError` saying what to do when it can't."""
    where = f"{address.host}:{address.port}"
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        # The system's words: "Address already in use", "Permission denied", "Name or service …".
        raise EdgeLipError(
            f"can't show a page at {where}: {error.strerror}; "
            f"--web {HOST}:{PORT + 1} is another place, --web {HOST}:0 any that is free"
        ) from error


@dataclass(frozen=True)
class Gate:
    """Knows who may come in."""

    address: Address
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    """Of no meaning to a local page."""

    def url(self, port: int, path: str = "/") -> str:
        """What to open in a browser, given the port that was got."""
        host = self.address.name or self.address.host
        if host in ("0.0.0.0", "::"):
            host = _own_address()
        host = f"[{host}]" if ":" in host else host
        scheme = "http" if self.address.cert is None else "https"
        token = "" if self.address.local else f"?token={self.token}"
        return f"{scheme}://{host}:{port}{path}{token}"

    def admits(self, host: str, origin: str | None) -> bool:
        """Whether a request with these headers is meant for us and comes from our own page."""
        name = urlsplit(f"//{host}").hostname or ""
        return self._is_ours(name) and (origin is None or urlsplit(origin).netloc == host)

    def knows(self, token: str) -> bool:
        """Whether it is the token, or none is needed."""
        return self.address.local or secrets.compare_digest(token.encode(), self.token.encode())

    def _is_ours(self, name: str) -> bool:
        if name in ("localhost", self.address.host.lower(), self.address.name):
            return True
        literal = _literal(name)
        if self.address.local:
            return literal is not None and literal.is_loopback
        # An address can't be rebound: only names can.
        own = socket.gethostname().lower()
        return literal is not None or name in (own, f"{own}.local")


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _own_address() -> str:
    """By which other machines most likely know this one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of a datagram socket: nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()

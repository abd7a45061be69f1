"""A server of our own that behaves, breaks off, lies or dawdles, file by file."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What a path is answered with."""

    content: bytes
    kind: str = "application/octet-stream"
    ranges: bool = True
    """Whether a part can be asked for."""
    breaks: int = 0
    """So often the connection breaks in the middle of what was asked for."""
    length: int | None = None
    """What is said to be the whole length, in place of the truth; below 0: nothing is said."""
    code: int = 0
    """Instead of the content, `refusals` times."""
    refusals: int = 0
    slow: float = 0.0
    """Seconds of silence in the middle."""
    shift: int = 0
    """Bytes by which a part begins elsewhere."""
    asked: list[str] = field(default_factory=list)
    """Every `Range` that was asked for; empty where none was."""


@dataclass
class Server:
    """Its address, and what is there."""

    url: str
    answers: dict[str, Answer]

    @property
    def asked(self) -> Counter[str]:
        return Counter({path: len(answer.asked) for path, answer in self.answers.items()})


@contextmanager
def serving(fill: Callable[[str], dict[str, Answer]]) -> Iterator[Server]:
    """A server in a thread; `fill` is told its address, and says what is there."""
    answers: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            answer = answers.get(self.path)
            if answer is None:
                self.send_error(404)
                return
            wanted = self.headers.get("Range", "")
            answer.asked.append(wanted)
            if answer.refusals:
                answer.refusals -= 1
                self.send_error(answer.code)
                return
            start = 0
            if wanted and answer.ranges:
                start = int(wanted.removeprefix("bytes=").rstrip("-")) + answer.shift
            content = answer.content[start:]
            self.send_response(206 if wanted and answer.ranges else 200)
            if wanted and answer.ranges:
                whole = len(answer.content)
                self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
            length = len(content) if answer.length is None else answer.length - start
            if answer.length is None or answer.length >= 0:
                self.send_header("Content-Length", str(length))
            self.send_header("Content-Type", answer.kind)
            self.end_headers()
            half = len(content) // 2
            try:
                self.wfile.write(content[:half])
                if answer.breaks:
                    answer.breaks -= 1
                    return
                self.wfile.flush()
                time.sleep(answer.slow)
                self.wfile.write(content[half:])
            except OSError:  # whoever asked has left
                pass

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        answers.update(fill(url))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Server(url, answers)
        finally:
            server.shutdown()
            thread.join()

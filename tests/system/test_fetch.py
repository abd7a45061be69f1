"""Pinned files: what is fetched, what is refused, what is kept; against a server of our own."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge_lip.errors import FetchError
from edge_lip.system.fetch import (
    Found,
    Pin,
    collect,
    download,
    is_intact,
    keep,
    read_zip,
    search,
)

CONTENT = bytes(range(256)) * 1000
PIN = Pin("weights.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
SENT = {"/whole": CONTENT, "/cut": CONTENT[:-1000], "/longer": CONTENT + b"more"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802
        content = SENT.get(self.path, b"")
        self.send_response(200 if content else 404)
        self.send_header("Content-Length", str(len(CONTENT) if content else 0))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/whole", "/longer"])
def test_no_more_than_the_size_is_downloaded(server: str, path: str) -> None:
    assert download(server + path, PIN.size) == CONTENT


def test_a_download_that_fails_says_where_and_why(server: str) -> None:
    with pytest.raises(FetchError, match=f"^{server}/none: 404 Not Found$"):
        download(f"{server}/none", PIN.size)
    with pytest.raises(FetchError, match=f"^{server}/cut: cut off after 255000 of 256000 bytes$"):
        download(f"{server}/cut", PIN.size)
    with pytest.raises(FetchError, match="^http://127.0.0.1:9/file: .*refused"):
        download("http://127.0.0.1:9/file", PIN.size)


def test_what_is_collected_is_verified() -> None:
    found = collect([PIN], lambda pin: CONTENT, "the shelf")
    assert (found.contents, found.origin) == ({PIN: CONTENT}, "the shelf")
    with pytest.raises(FetchError, match="weights.bin from the shelf .* expected SHA-256"):
        collect([PIN], lambda pin: CONTENT[::-1], "the shelf")

    def unreadable(pin: Pin) -> bytes:
        raise PermissionError("locked")

    with pytest.raises(FetchError, match="^the shelf: locked$"):
        collect([PIN], unreadable, "the shelf")


def test_in_a_zip_file_the_content_counts_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("decoy", CONTENT[::-1])
        archive.writestr("other name", CONTENT)
    assert read_zip([PIN], path, "").contents == {PIN: CONTENT}
    with pytest.raises(FetchError, match=r"SHA-256 of absent: use another$"):
        read_zip([Pin("absent", 3, "00")], path, "use another")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FetchError, match="bundle.zip is not a whole wheel or zip file"):
        read_zip([PIN], path, "")


def test_attempts_are_made_in_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(why: str) -> Found[Pin]:
        raise FetchError(why)

    right = Found({PIN: CONTENT}, "the second place")
    attempts = [lambda: fail("no network"), lambda: right, lambda: fail("not asked")]
    assert search(attempts, "the weights", tmp_path, "buy some") is right
    told = f"edge-lip: looking for the weights, to keep them in {tmp_path}\n"
    assert capsys.readouterr().err == told
    with pytest.raises(FetchError) as caught:
        search([attempts[0], attempts[2]], "the weights", tmp_path, "buy some")
    assert str(caught.value) == (
        "the weights are not on this machine and could not be fetched (no network; not asked): "
        f"copy {tmp_path} from a machine that has it, or buy some"
    )


def test_what_is_kept_is_known_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / PIN.name
    assert not is_intact(path, PIN)
    keep(CONTENT, path)
    assert is_intact(path, PIN) and list(path.parent.iterdir()) == [path]
    path.write_bytes(CONTENT[:-1])
    assert not is_intact(path, PIN)
    with pytest.raises(FetchError, match="EDGE_LIP_HOME"):
        keep(CONTENT, path / "below a file")

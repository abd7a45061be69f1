"""Large files: fetched in parts, gone on with, verified; against a server that is none too good."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.servers import Answer, Server, serving

from edge_lip.errors import EdgeLipError, FetchError
from edge_lip.system import fetch as fetching
from edge_lip.system.fetch import Remote, fetch, get, is_whole

CONTENT = bytes(range(256)) * 400
MD5 = hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """One file, `/file`, whole and with ranges until a test says otherwise; pauses are short."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "PAUSE", 0.001)
    with serving(lambda url: {"/file": Answer(CONTENT)}) as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "file.zip"


class Told:
    """What is told meanwhile: bytes there, and lines."""

    def __init__(self) -> None:
        self.size, self.lines = 0, list[str]()

    def tick(self, size: int) -> None:
        self.size += size


def run(server: Server, path: Path, md5: str = MD5) -> Told:
    told = Told()
    file = Remote(path.name, f"{server.url}/file", len(CONTENT), md5)
    fetch(file, path, told.tick, told.lines.append)
    assert path.read_bytes() == CONTENT and is_whole(path, file)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert told.size == len(CONTENT)
    return told


def part_of(path: Path, content: bytes) -> Path:
    """What an earlier call has left."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    return part


@pytest.mark.parametrize("md5", [MD5, ""])
def test_a_file_is_fetched_once(server: Server, path: Path, md5: str) -> None:
    assert run(server, path, md5).lines == []
    run(server, path, md5)
    assert server.answers["/file"].asked == [""]


def test_it_goes_on_where_it_stopped(server: Server, path: Path) -> None:
    part_of(path, CONTENT[:1000])
    run(server, path)
    assert server.answers["/file"].asked == ["bytes=1000-"]


def test_all_that_was_missing_is_the_name(server: Server, path: Path) -> None:
    part_of(path, CONTENT)
    run(server, path)
    assert server.answers["/file"].asked == []


@pytest.mark.parametrize("ranges", [True, False])
def test_a_connection_that_breaks_is_made_again(server: Server, path: Path, ranges: bool) -> None:
    answer = server.answers["/file"]
    answer.breaks, answer.ranges = 2, ranges
    told = run(server, path)
    assert len(told.lines) == 2
    assert told.lines[0] == "file.zip: cut off after 51,200 of 102,400 bytes; trying again"
    assert answer.asked[:2] == ["", "bytes=51200-"] and len(answer.asked) == 3


def test_one_that_always_breaks_is_given_up_and_what_came_is_kept(
    server: Server, path: Path
) -> None:
    server.answers["/file"].breaks = 100
    with pytest.raises(FetchError, match="cut off after .*; what has come is kept"):
        run(server, path)
    assert len(server.answers["/file"].asked) == fetching.TRIES
    assert path.with_name("file.zip.part").stat().st_size > len(CONTENT) // 2
    server.answers["/file"].breaks = 0
    run(server, path)


def test_as_long_as_much_comes_it_is_not_given_up(
    server: Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MUCH", 100)
    server.answers["/file"].breaks = 8
    assert len(run(server, path).lines) == 8


@pytest.mark.parametrize("code", [503, 429])
def test_a_server_that_is_busy_is_asked_again(server: Server, path: Path, code: int) -> None:
    server.answers["/file"].code, server.answers["/file"].refusals = code, 2
    assert [line.split(":")[1][:4] for line in run(server, path).lines] == [f" {code}"] * 2


def test_one_that_says_nothing_is_asked_again(
    server: Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.02)
    monkeypatch.setattr(fetching, "TRIES", 2)
    server.answers["/file"].slow = 0.1
    with pytest.raises(FetchError, match="timed out"):
        run(server, path)
    assert 1 < len(server.answers["/file"].asked) <= fetching.TRIES


def test_a_part_of_something_else(server: Server, path: Path) -> None:
    """Longer than the file: thrown away. As long, or shorter: the MD5 shows it."""
    part_of(path, CONTENT + b"more")
    run(server, path)
    path.unlink()
    for odd in (b"x" * 1000, b"x" * len(CONTENT)):
        part = part_of(path, odd)
        with pytest.raises(FetchError, match="does not have the expected MD5: deleted"):
            run(server, path)
        assert not part.exists() and not path.exists()


def test_a_range_that_is_refused_begins_anew(server: Server, path: Path) -> None:
    part_of(path, CONTENT[:1000])
    server.answers["/file"].code, server.answers["/file"].refusals = 416, 1
    assert run(server, path).lines[0].startswith("file.zip: 416")
    assert server.answers["/file"].asked == ["bytes=1000-", ""]


@pytest.mark.parametrize(
    "changes, complaint",
    [
        ({"content": CONTENT[::-1]}, "does not have the expected MD5: deleted"),
        ({"content": CONTENT[:-7]}, "has 102,393 bytes, and should have 102,400"),
        ({"content": CONTENT + b"more"}, "has 102,404 bytes, and should have 102,400"),
        ({"kind": "text/html; charset=utf-8"}, "answers with a web page in place of the file"),
        ({"code": 404, "refusals": 9}, "404 Not Found$"),
        ({"code": 403, "refusals": 9}, "403 Forbidden$"),
    ],
)
def test_another_file_is_refused(
    server: Server, path: Path, changes: dict[str, object], complaint: str
) -> None:
    server.answers["/file"] = replace(server.answers["/file"], **changes)  # type: ignore[arg-type]
    with pytest.raises(FetchError, match=complaint):
        run(server, path)
    assert len(server.answers["/file"].asked) == 1
    assert not path.parent.exists() or list(path.parent.iterdir()) == []


def test_of_a_longer_one_that_does_not_say_so_no_more_than_the_size_is_taken(
    server: Server, path: Path
) -> None:
    server.answers["/file"] = Answer(CONTENT + b"more", length=-1)
    run(server, path)


def test_another_part_than_was_asked_for(server: Server, path: Path) -> None:
    part_of(path, CONTENT[:1000])
    server.answers["/file"].shift = 5
    assert run(server, path).lines == ["file.zip: does not go on where it should; trying again"]
    assert server.answers["/file"].asked == ["bytes=1000-", ""]


def test_a_disk_that_is_full_is_told_and_what_came_is_kept(
    server: Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(out: object, piece: bytes, part: Path) -> None:
        raise EdgeLipError("full")

    monkeypatch.setattr(fetching, "_write", full)
    part = part_of(path, CONTENT[:1000])
    with pytest.raises(EdgeLipError, match="^full$"):
        run(server, path)
    assert part.read_bytes() == CONTENT[:1000]
    monkeypatch.undo()
    kept = r"can't write x: No space left .* is kept"
    with open("/dev/full", "ab", buffering=0) as out, pytest.raises(EdgeLipError, match=kept):
        fetching._write(out, b"x", Path("x"))


def test_where_nothing_can_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    with pytest.raises(EdgeLipError, match="can't write"):
        run(server, tmp_path / "new" / "file.zip")


def test_ctrl_c_keeps_what_came(server: Server, path: Path) -> None:
    def stop(size: int) -> None:
        if size:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(Remote("f", f"{server.url}/file", len(CONTENT), MD5), path, stop, print)
    assert path.with_name("file.zip.part").stat().st_size > 0
    run(server, path)


def test_what_an_address_answers(server: Server) -> None:
    server.answers["/file"].kind = "application/json; charset=utf-8"
    assert get(f"{server.url}/file", len(CONTENT)) == (CONTENT, "application/json")
    with pytest.raises(FetchError, match="more than 10 bytes"):
        get(f"{server.url}/file", 10)
    with pytest.raises(FetchError, match="404 Not Found$"):
        get(f"{server.url}/none", 10)
    with pytest.raises(FetchError, match="refused"):
        get("http://127.0.0.1:9/file", 10)
    with pytest.raises(FetchError, match="^file:///etc/hostname is no address of a server$"):
        get("file:///etc/hostname", 10)

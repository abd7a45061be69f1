"""GRID from its archive: a small one with the same layout, on a server of our own."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.servers import Answer, Server, serving

from edge_lip.cli.main import main
from edge_lip.errors import FetchError, UsageError
from edge_lip.system import fetch as fetching
from training.data import download
from training.data.clip import Clip
from training.data.datasets.grid import read_grid, sentence
from training.data.download import SPEAKERS, wanted_speakers
from training.data.zenodo import files_of

RECORD = "/api/records/3625687"
CLIPS = {
    "s1": ("bbaf2n", "bbaf3s", "lgbz1a"),
    "s2": ("prizzp", "swwa9s", "bbas1s"),
    "s5": ("lwik4n", "sbwt5s", "pgbe9a"),
    "s6": ("lbij6n", "srau1p", "bwbk4s"),
}
Captured = pytest.CaptureFixture[str]


def alignment(who: str, stem: str) -> str:
    """Of a clip whose first word begins in the frame of the speaker's number."""
    starts = [1000 * int(who[1:]) + 8000 * place for place in range(6)]
    words = zip(starts, sentence(stem).split(), strict=True)
    return "".join(f"{start} {start + 8000} {word}\n" for start, word in words)


def begins(clip: Clip) -> bool:
    """Whether the words of the clip have its speaker's times."""
    return clip.words[0].start == pytest.approx(int(clip.speaker[1:]) / 25)


def zipped(contents: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def archives() -> dict[str, bytes]:
    """As the corpus has them; s5 and s6 have changed places among the alignments."""
    there = {
        f"{who}.zip": zipped({f"{who}/{stem}.mpg": f"{who} {stem}" * 50 for stem in stems})
        for who, stems in CLIPS.items()
    }
    folder = {"s5": "s6", "s6": "s5"}
    there["alignments.zip"] = zipped(
        {
            f"alignments/{folder.get(who, who)}/{stem}.align": alignment(who, stem)
            for who, stems in CLIPS.items()
            for stem in stems
        }
    )
    return there


def record(url: str, files: dict[str, bytes]) -> Answer:
    """What the archive says of these files."""
    listed = [
        {
            "key": name,
            "size": len(content),
            "checksum": f"md5:{hashlib.md5(content).hexdigest()}",
            "links": {"self": f"{url}{RECORD}/files/{name}/content"},
        }
        for name, content in files.items()
    ]
    return Answer(json.dumps({"id": 3625687, "files": listed}).encode(), "application/json")


def file(name: str) -> str:
    return f"{RECORD}/files/{name}/content"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "PAUSE", 0.001)
    files = archives()

    def fill(url: str) -> dict[str, Answer]:
        answers = {file(name): Answer(content) for name, content in files.items()}
        return {RECORD: record(url, files), **answers}

    with serving(fill) as server:
        yield server


def get(server: Server, out: Path, speakers: str = "s1,s2") -> int:
    call = ["data", "get", "grid", "--speakers", speakers, "--out", str(out)]
    return main([*call, "--url", f"{server.url}{RECORD}"])


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def wanted(*speakers: str) -> set[str]:
    """The files that these people should have."""
    return {f"{who}/{stem}.mpg" for who in speakers for stem in CLIPS[who]} | {
        f"alignments/{who}/{stem}.align" for who in speakers for stem in CLIPS[who]
    }


KEPT = {"archives/alignments.zip"}


def test_what_is_fetched_is_what_the_reader_takes(
    server: Server, tmp_path: Path, capsys: Captured
) -> None:
    assert get(server, tmp_path / "grid") == 0
    assert tree(tmp_path / "grid") == wanted("s1", "s2") | KEPT
    clips = read_grid(tmp_path / "grid")
    assert {clip.name for clip in clips} == {f"{s}/{c}" for s in ("s1", "s2") for c in CLIPS[s]}
    assert all(begins(clip) for clip in clips)
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[-3:-1] == [
        "s1       3 clips, 3 with the times of their words",
        "s2       3 clips, 3 with the times of their words",
    ]
    assert "CC BY 4.0" in lines[-1] and printed.out.count("CC BY") == 1
    assert printed.err == ""


def test_only_what_is_wanted_and_lacking_is_asked_for(server: Server, tmp_path: Path) -> None:
    assert get(server, tmp_path, "s1") == 0
    assert get(server, tmp_path, "s1") == 0
    assert get(server, tmp_path, "s1,s2,s1") == 0
    assert tree(tmp_path) == wanted("s1", "s2") | KEPT
    files = {"s1.zip": 1, "s2.zip": 1, "alignments.zip": 1, "s5.zip": 0, "s6.zip": 0}
    assert {name: server.asked[file(name)] for name in files} == files
    assert server.asked[RECORD] == 2


def test_alignments_are_found_by_the_names_of_clips(
    server: Server, tmp_path: Path, capsys: Captured
) -> None:
    assert get(server, tmp_path, "s5,s6") == 0
    assert tree(tmp_path) == wanted("s5", "s6") | KEPT
    assert all(begins(clip) for clip in read_grid(tmp_path))
    assert "s5: the names of the clips are those of s6" in capsys.readouterr().out


def test_times_of_somebody_else_are_none(server: Server, tmp_path: Path, capsys: Captured) -> None:
    other = zipped(
        {"alignments/s1/bbaf2n.align": alignment("s1", "bbaf2n"), "alignments/s1/x.align": ""}
    )
    server.answers[file("alignments.zip")] = Answer(other)
    server.answers[RECORD] = record(server.url, archives() | {"alignments.zip": other})
    assert get(server, tmp_path, "s1") == 0
    printed = capsys.readouterr().out
    assert "s1: alignments.zip has none of these clips" in printed
    assert "s1       3 clips, 0 with the times" in printed


def test_stopped_it_goes_on(server: Server, tmp_path: Path, capsys: Captured) -> None:
    answer = server.answers[file("s1.zip")]
    answer.breaks = 99
    assert get(server, tmp_path) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and "what has come is kept" in printed
    (part,) = (tmp_path / "archives").iterdir()
    size = part.stat().st_size
    answer.breaks, answer.asked = 0, []
    assert get(server, tmp_path) == 0
    assert answer.asked == [f"bytes={size}-"]
    assert tree(tmp_path) == wanted("s1", "s2") | KEPT


@pytest.mark.parametrize(
    "name, changes, complaint",
    [
        ("s2.zip", {"content": b"PK" * 40}, "s2.zip/content: has 80 bytes, and should have"),
        ("s2.zip", {"kind": "text/html"}, "answers with a web page"),
        ("s2.zip", {"code": 404, "refusals": 1}, "404 Not Found"),
        ("alignments.zip", {"code": 403, "refusals": 1}, "403 Forbidden"),
    ],
)
def test_what_goes_wrong_is_one_line_and_loses_nothing(
    server: Server,
    tmp_path: Path,
    capsys: Captured,
    name: str,
    changes: dict[str, object],
    complaint: str,
) -> None:
    right = server.answers[file(name)]
    server.answers[file(name)] = replace(right, **changes)  # type: ignore[arg-type]
    assert get(server, tmp_path) == 1
    printed = capsys.readouterr().err
    assert complaint in printed and printed.count("\n") == 1
    assert {f"s1/{stem}.mpg" for stem in CLIPS["s1"]} <= tree(tmp_path)
    server.answers[file(name)] = right
    right.refusals = 0
    assert get(server, tmp_path) == 0
    assert tree(tmp_path) == wanted("s1", "s2") | KEPT
    assert server.asked[file("s1.zip")] == 1


@pytest.mark.parametrize("told", [True, False], ids=["checksum", "no checksum"])
def test_an_archive_that_is_none_is_deleted(
    server: Server, tmp_path: Path, capsys: Captured, told: bool
) -> None:
    """Of the right size, with an MD5 that says so or without one."""
    content = server.answers[file("s1.zip")].content
    listed = json.loads(server.answers[RECORD].content)
    if not told:
        for entry in listed["files"]:
            del entry["checksum"]
    server.answers[RECORD].content = json.dumps(listed).encode()
    server.answers[file("s1.zip")].content = b"<html>".ljust(len(content))
    assert get(server, tmp_path) == 1
    printed = capsys.readouterr().err
    assert ("MD5" if told else "is not a whole zip file") in printed
    assert "deleted" in printed and printed.count("\n") == 1
    assert tree(tmp_path) == set()
    server.answers[file("s1.zip")].content = content
    assert get(server, tmp_path) == 0


@pytest.mark.parametrize(
    "content, kind, complaint",
    [
        (b"<html>busy</html>", "text/html", "answers with a web page in place of a list of files"),
        (b"[1, 2]", "application/json", "answers with something else in place of a list"),
        (b'{"status": 410}', "application/json", "answers with something else"),
        (b'{"files": [3]}', "application/json", "answers with something else"),
        (b'{"files": []}', "application/json", "has no s1.zip, s2.zip, alignments.zip"),
        (b'{"files": [{"key": "s1.zip"}, {"size": 3}]}', "application/json", "has no s1.zip"),
        (b"[" * 100_000, "application/json", "answers with something else"),
    ],
)
def test_a_record_that_is_none(
    server: Server, tmp_path: Path, capsys: Captured, content: bytes, kind: str, complaint: str
) -> None:
    server.answers[RECORD] = Answer(content, kind)
    assert get(server, tmp_path / "new") == 1
    printed = capsys.readouterr().err
    assert complaint in printed and printed.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_records_of_other_shapes(server: Server) -> None:
    entry = {"key": "s 1.zip", "size": 3, "checksum": "sha256:00"}
    for files in ([entry], {"entries": [entry]}, {"entries": {"s 1.zip": entry}}):
        server.answers[RECORD] = Answer(json.dumps({"files": files}).encode())
        (found,) = files_of(server.url + RECORD).values()
        assert (found.name, found.size, found.md5) == ("s 1.zip", 3, "")
        assert found.url == f"{server.url}{RECORD}/files/s%201.zip/content"


def test_an_address_that_is_no_servers(server: Server, tmp_path: Path) -> None:
    listed = json.loads(server.answers[RECORD].content)
    listed["files"][0]["links"]["self"] = "file:///etc/hostname"
    server.answers[RECORD].content = json.dumps(listed).encode()
    assert get(server, tmp_path) == 1
    assert tree(tmp_path) == set()


def test_nothing_of_an_archive_lies_elsewhere(
    server: Server, tmp_path: Path, capsys: Captured
) -> None:
    odd = {
        "../evil.mpg": "x",
        "/tmp/evil.mpg": "x",
        "s1\\..\\..\\evil.mpg": "x",
        "C:/evil.mpg": "x",
        "__MACOSX/s1/._bbaf2n.mpg": "x",
        "s1/run.sh": "x",
        "s1/.mpg": "x",
        "s1/": "",
    }
    content = zipped({**odd, **{f"s1/{stem}.mpg": stem for stem in CLIPS["s1"]}})
    server.answers[file("s1.zip")] = Answer(content)
    server.answers[RECORD] = record(server.url, archives() | {"s1.zip": content})
    assert get(server, tmp_path / "grid", "s1") == 0
    assert tree(tmp_path) == {f"grid/{name}" for name in wanted("s1") | KEPT}
    assert capsys.readouterr().out.count("would lie elsewhere, passed over") == 4


def test_ctrl_c(
    server: Server, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a speaker is unpacked: the folder is not there; the archive is, and is not asked for
    again."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(download.shutil, "copyfileobj", stop)
    assert get(server, tmp_path) == 130
    monkeypatch.undo()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert capsys.readouterr().err == (
        "edge-lip: stopped; what has come is kept, and the same command goes on\n"
    )
    assert tree(tmp_path) == {"archives/s1.zip"}
    assert get(server, tmp_path) == 0
    assert server.asked[file("s1.zip")] == 1


def test_a_disk_that_is_full_while_unpacking(
    server: Server, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(download.shutil, "copyfileobj", full)
    assert get(server, tmp_path) == 1
    assert "s1: No space left on device\n" in capsys.readouterr().err
    assert tree(tmp_path) == {"archives/s1.zip"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_folder_that_holds_something_else(
    server: Server, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "s1").mkdir()
    (tmp_path / "s1" / "notes.txt").touch()
    assert get(server, tmp_path, "s1") == 1
    assert "move it away first" in capsys.readouterr().err
    (tmp_path / "s1" / "notes.txt").unlink()
    assert get(server, tmp_path, "s1") == 0


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    """Zip files that somebody has fetched."""
    folder = tmp_path / "zips"
    folder.mkdir()
    for name, content in archives().items():
        (folder / name).write_bytes(content)
    return folder


def unpack(source: Path, out: Path, speakers: str = "all") -> int:
    call = ["data", "get", "grid", "--speakers", speakers, "--out", str(out)]
    return main([*call, "--from", str(source)])


def test_zip_files_that_are_there(fetched: Path, tmp_path: Path, capsys: Captured) -> None:
    before = tree(fetched)
    sums = [f"{hashlib.md5(data).hexdigest()}  ./{name}" for name, data in archives().items()]
    (fetched / "md5sums.txt").write_text("\n".join(["# of today", *sums, ""]))
    assert unpack(fetched, tmp_path / "grid") == 0
    assert tree(tmp_path / "grid") == wanted(*CLIPS)
    assert tree(fetched) == before | {"md5sums.txt"}
    assert "s6       3 clips, 3 with" in capsys.readouterr().out
    assert unpack(fetched, tmp_path / "grid") == 0


def test_zip_files_that_are_not_what_they_were(
    fetched: Path, tmp_path: Path, capsys: Captured
) -> None:
    (fetched / "md5sums.txt").write_text(f"{'0' * 32} *s1.zip\n")
    assert unpack(fetched, tmp_path / "grid") == 1
    assert "s1.zip does not have the MD5 of md5sums.txt" in capsys.readouterr().err
    (fetched / "md5sums.txt").unlink()
    whole = (fetched / "s1.zip").read_bytes()
    (fetched / "s1.zip").write_bytes(whole[:-30])
    assert unpack(fetched, tmp_path / "grid") == 1
    assert "s1.zip is not a whole zip file" in capsys.readouterr().err
    assert (fetched / "s1.zip").exists()
    (fetched / "s1.zip").write_bytes(whole.replace(b"s1 bbaf2n", b"s1 bbaf9x", 1))
    assert unpack(fetched, tmp_path / "grid") == 1
    assert "Bad CRC-32" in capsys.readouterr().err
    assert not (tmp_path / "grid").exists() or not any((tmp_path / "grid").iterdir())


def test_zip_files_that_are_missing(fetched: Path, tmp_path: Path, capsys: Captured) -> None:
    assert unpack(fetched, tmp_path / "grid", "s1,s3") == 1
    assert "has no s3.zip" in capsys.readouterr().err
    (fetched / "alignments.zip").unlink()
    assert unpack(fetched, tmp_path / "grid", "s1") == 0
    assert "no alignments.zip, so nobody knows when" in capsys.readouterr().out
    assert len(read_grid(tmp_path / "grid")) == 3
    assert unpack(tmp_path / "none", tmp_path / "grid", "s2") == 1
    assert "is not a folder" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["s21", "s1,s35", "S1", "", ",", "1", "s1,all", "../s1"])
def test_nobody_is_called_so(text: str) -> None:
    with pytest.raises(UsageError):
        wanted_speakers(text)


def test_those_who_are_wanted() -> None:
    assert wanted_speakers("all") == SPEAKERS and len(SPEAKERS) == 33
    assert wanted_speakers("s2, s1,s2") == ("s2", "s1")


@pytest.mark.parametrize(
    "call, complaint",
    [
        ([], "Missing command"),
        (["get"], "Missing argument"),
        (["get", "lrs2"], "'lrs2' is not"),
        (["get", "grid", "--out", "x"], "--speakers"),
        (["get", "grid", "--speakers", "s1"], "--out"),
        (["get", "grid", "--speakers", "s21", "--out", "x"], "of s21 the archive has no video"),
        (["get", "grid", "--speakers", "s1", "--out", "x", "--from", "a", "--url", "b"], "--url"),
    ],
)
def test_calls_that_can_not_be(call: list[str], complaint: str, capsys: Captured) -> None:
    assert main(["data", *call]) == 2
    printed = capsys.readouterr().err
    assert complaint in printed and printed.count("\n") == 1


def test_no_network_is_told_in_a_line(tmp_path: Path, capsys: Captured) -> None:
    call = ["data", "get", "grid", "--speakers", "s1", "--out", str(tmp_path / "grid")]
    assert main([*call, "--url", "http://127.0.0.1:9/api"]) == 1
    printed = capsys.readouterr().err
    assert "refused; --from takes zip files that are here" in printed
    with pytest.raises(FetchError):
        files_of("http://127.0.0.1:9/api")

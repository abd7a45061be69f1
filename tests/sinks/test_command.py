"""Texts for a program of the user's."""

import json
import shlex
import socket
import sys
from pathlib import Path

import pytest

from edge_lip.errors import SinkError, UsageError
from edge_lip.events import Event
from edge_lip.sinks.specs import open_sink

Captured = pytest.CaptureFixture[str]
PATIENCE = 60.0
REMEMBER = """
import os, sys
with open(sys.argv[1], "a") as file:
    print(sys.stdin.read().strip(), os.environ["EDGE_LIP_EVENT"], sys.argv[2:], sep="|", file=file)
"""


def python(code: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-c", code, *arguments])


def give(command: str, *texts: str) -> None:
    sink = open_sink(f"command:{command}")
    for text in texts:
        sink(Event("final", text=text, confidence=0.5))
    sink.close()


def test_a_program_has_the_text_and_the_event(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    give(python(REMEMBER, str(notes), "$HOME; two words"), "bin blue", "-rf *")
    lines = [line.split("|") for line in notes.read_text().splitlines()]
    assert [line[0] for line in lines] == ["bin blue", "-rf *"]
    event = json.loads(lines[0][1])
    assert (event["text"], event["confidence"]) == ("bin blue", 0.5)
    assert lines[0][2] == "['$HOME; two words']"  # no shell has touched it


def test_only_final_texts_are_for_programs(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    sink = open_sink(f"command:{python(REMEMBER, str(notes))}")
    sink(Event("partial", text="b"))
    sink(Event("rejected"))
    sink(Event("no_face"))
    sink.close()
    assert not notes.exists()


def test_a_program_that_does_not_read_is_none_the_worse(capfd: Captured) -> None:
    give("true", "a" * 100_000)
    assert capfd.readouterr() == ("", "")


def test_what_it_prints_is_not_mixed_with_events(capfd: Captured) -> None:
    give("cat", "bin blue")
    assert capfd.readouterr() == ("", "bin blue\n")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended with SIGKILL"),
    ],
)
def test_a_failure_is_one_line(code: str, told: str, capfd: Captured) -> None:
    give(python(code), "a", "b")
    first, last = capfd.readouterr().err.splitlines()
    assert first.startswith("edge-lip: command:") and first.endswith(told)
    assert last.endswith("2 events were lost")


def test_one_that_hangs_is_killed_with_all_that_it_has_started(capfd: Captured) -> None:
    give("sh -c 'sleep 1000 & wait'?timeout=0.2", "a")
    assert capfd.readouterr().err.endswith("has not ended after 0.2 s, and was ended\n")


def test_one_that_has_begun_finishes_after_the_end(
    monkeypatch: pytest.MonkeyPatch, capfd: Captured
) -> None:
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", 0.0)
    code = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))"
    code += "; s.recv(1); s.sendall(sys.stdin.read().encode())"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        sink = open_sink(f"command:{python(code, str(server.getsockname()[1]))}")
        sink(Event("final", text="bin blue"))
        program, _ = server.accept()
        sink.close()
        with program, program.makefile() as said:
            program.settimeout(PATIENCE)
            program.sendall(b".")
            assert said.read() == "bin blue\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("spec", "error", "told"),
    [
        ("", UsageError, "which command"),
        ("'a", UsageError, "is no command"),
        ("no-such-program", SinkError, "no program no-such-program here"),
        ("cat?timeout=soon", UsageError, "timeout is a number"),
        ("cat?tempo=3", UsageError, "has no 'tempo', only timeout"),
    ],
)
def test_what_can_not_be_run_is_said_at_once(spec: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        open_sink(f"command:{spec}")

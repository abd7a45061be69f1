"""`--to`, and the outputs that need nothing else: what is on standard output stays as it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.fakes import DECODER, FakeModel, FakeSource, FakeTracker, film, numbers

from edge_lip.cli import main as cli
from edge_lip.errors import UsageError
from edge_lip.events import Event
from edge_lip.reading import opening
from edge_lip.reading.reader import Reader
from edge_lip.sinks.specs import open_sink, open_sinks
from edge_lip.sources import specs

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def fake_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip of four pictures, and who reads it."""

    def open_fake(
        *_: object, threads: int = 1, delegate: None = None, phrases: None = None, **options: Any
    ) -> Reader:
        return Reader(FakeModel(), FakeTracker(), DECODER, **options)

    monkeypatch.setattr(opening, "open_reader", open_fake)
    monkeypatch.setattr(specs, "open_source", lambda *_: FakeSource(film(4)))


def run(*options: str) -> int:
    return cli.main(["run", "--source", "clip.mp4", *options])


def test_events_go_to_every_output_and_the_terminal(tmp_path: Path, capfd: Captured) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    outputs = ("--to", f"jsonl:{one}", "--to", f"jsonl:{two}", "--to", "command:cat")
    assert run(*outputs) == 0
    assert capfd.readouterr() == (numbers(0, 3) + "\n", numbers(0, 3) + "\n")
    assert one.read_text() == two.read_text()


def test_a_file_has_what_json_prints_and_grows(tmp_path: Path, capfd: Captured) -> None:
    file = tmp_path / "events.jsonl"
    printed = ""
    for _ in range(2):
        assert run("--json", "--partials", "--to", f"jsonl:{file}") == 0
        printed += capfd.readouterr().out
    assert file.read_text() == printed
    assert [json.loads(line)["text"] for line in printed.splitlines()] == [numbers(0, 3)] * 2


@pytest.mark.parametrize("path", ["/dev/full", "nowhere/events.jsonl", "."])
def test_a_file_that_can_not_be_written_is_one_line_and_the_run_goes_on(
    path: str, capfd: Captured
) -> None:
    assert run("--to", f"jsonl:{path}") == 0
    out, err = capfd.readouterr()
    assert out == numbers(0, 3) + "\n"
    assert err.startswith(f"edge-lip: jsonl:{path}: can't be written: ") and err.count("\n") == 1


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, capfd: Captured) -> None:
    resource = pytest.importorskip("resource", reason="files are not limited here")
    signal = pytest.importorskip("signal")
    file = tmp_path / "events.jsonl"
    event = Event("final", text="bin blue")
    sink = open_sink(f"jsonl:{file}")
    sink(event)
    sink.close()
    whole = file.read_text()
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, limits[1]))
    try:
        sink = open_sink(f"jsonl:{file}")
        sink(event)
        sink.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert file.read_text() == whole
    assert capfd.readouterr().err.endswith("can't be written: no space left\n")


@pytest.mark.parametrize("spec", ["", "telegram:me", "mqttish://host/topic", "jsonl:"])
def test_what_is_no_output_is_one_line_and_exit_code_2(spec: str, capfd: Captured) -> None:
    assert run("--to", spec) == 2
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and "--to" in err


def test_specs_come_from_the_environment_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured
) -> None:
    file = tmp_path / "events.jsonl"
    monkeypatch.setenv("EDGE_LIP_RUN_TO", f"command:cat -u\njsonl:{file}")
    assert run() == 0
    assert capfd.readouterr().err == numbers(0, 3) + "\n"
    assert file.exists()


def test_those_that_were_opened_are_closed_when_another_can_not_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError), open_sinks([f"jsonl:{tmp_path}/a", "nothing"]):
        pytest.fail("there is nothing to write to")

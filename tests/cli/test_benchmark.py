"""`edge-lip benchmark`, all parts, with a model that reads frame numbers."""

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cv2
import pytest
from support.fakes import DECODER, FakeModel, FakeTracker, film

from edge_lip.cli import main as cli
from edge_lip.measuring import live, report, start
from edge_lip.measuring.figures import SCHEMA, figure_of, flat
from edge_lip.reading import opening
from edge_lip.reading.reader import Reader
from edge_lip.sources.capture import Capture
from edge_lip.sources.frame import Closing, Frame, Source
from edge_lip.sources.realtime import Paced

Captured = pytest.CaptureFixture[str]


class Unpaced(Closing):
    """Stands in for `Paced`: no time has to pass."""

    live = True

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self._source = source

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._source)

    def close(self) -> None: ...


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A call that takes no time: a short clip, one round, fresh processes that are only told of."""

    def open_fake(model: str, tracker: object = None, decoder: object = None, **_: Any) -> Reader:
        return Reader(FakeModel(), FakeTracker([(0.1, 0.5)]), DECODER)

    def started(clip: str, model: str, how: object) -> dict[str, float]:
        names = (*start.MOMENTS, "first_frame_cpu_s", "first_text_cpu_s")
        return {**dict.fromkeys(names, 0.25), "peak_bytes": 1000, "steady_bytes": 900}

    monkeypatch.setattr(opening, "open_reader", open_fake)
    monkeypatch.setattr(start, "start_once", started)
    monkeypatch.setattr(live, "Paced", Unpaced)
    monkeypatch.setattr(live, "Capture", lambda source: source)
    monkeypatch.setattr(live, "AFTER", 0.5)
    monkeypatch.setattr(live, "REST", 0.2)
    monkeypatch.setattr(report, "ROUNDS", 1)
    monkeypatch.setattr(live, "find_meter", lambda: (None, "no meter in a test"))
    folder = tmp_path / "pictures"
    folder.mkdir()
    for index, frame in enumerate(film(15)):
        cv2.imwrite(str(folder / f"{index:02}.png"), frame.image)
    return ["benchmark", "grid", "--source", str(folder), "--repeat", "1"]


def test_a_report_has_the_figures_of_the_schema_and_no_others(
    call: list[str], capsys: Captured
) -> None:
    assert cli.main([*call, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    paths = [path for path, _ in flat(found)]
    assert [path for path in paths if figure_of(path) is None] == []
    missed = {path for path in SCHEMA if not any(figure_of(one) is SCHEMA[path] for one in paths)}
    # Tables, of which only the figures are there, and what no machine of a test tells.
    assert {path for path in missed if "*" not in path} <= {
        *("conditions", "stages", "latency", "start", "live", "thread_counts", "machine"),
        *("live.lag", "live.text", "signatures", "live.watts.meter", "live.watts.idle"),
        *("live.watts.speech", "live.watts.silence"),
    }
    # 15 frames, then 0.5 and 0.2 s of the last one.
    assert found["live"]["frames"] == found["live"]["lag"]["count"] == 15 + 18
    assert found["live"]["partials"] >= 1 and found["live"]["dropped"] == 0
    assert found["live"]["speech_cpu_ms"] > 0 and found["live"]["silence_cpu_ms"] > 0
    assert found["start"]["first_text_s"] == 0.25 and found["start"]["peak_bytes"] == 1000
    assert "1" in found["thread_counts"]
    assert found["signatures"]["encode"]["macs"] > 1e6
    assert found["missing"] == {}


def test_a_meter_tells_the_watts_of_speech_and_of_silence(
    call: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    class Meter:
        """Takes a joule between two looks."""

        name = "made up"
        taken = 0
        closed = False

        def joules(self) -> float:
            self.taken += 1
            return float(self.taken)

        def close(self) -> None:
            self.closed = True

    meter = Meter()
    monkeypatch.setattr(live, "find_meter", lambda: (meter, meter.name))
    monkeypatch.setattr(live, "IDLE", 0.01)
    page = tmp_path / "report.html"
    assert cli.main([*call, "--only", "live", "--json", "--out", str(page)]) == 0
    watts = json.loads(capsys.readouterr().out)["live"]["watts"]
    assert watts["meter"] == "made up" and meter.closed
    assert watts["speech"] > 0 and watts["silence"] > 0 and 0 < watts["idle"] <= 100
    assert "By made up" in page.read_text()


def test_in_real_time_it_ends_by_itself(
    call: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(live, "Paced", Paced)
    monkeypatch.setattr(live, "Capture", Capture)
    monkeypatch.setattr(live, "AFTER", 0.1)
    monkeypatch.setattr(live, "REST", 0.1)
    assert cli.main([*call, "--only", "live", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["live"]
    assert found["frames"] >= 1 and found["seconds"] <= 0.8


class Page(HTMLParser):
    """What is in a page: tags, what it refers to, text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.refers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.refers += [value or "" for name, value in attrs if name in ("src", "href")]


def test_it_is_written_as_json_csv_and_a_page(
    call: list[str], tmp_path: Path, capsys: Captured
) -> None:
    files = {suffix: tmp_path / f"report{suffix}" for suffix in (".json", ".csv", ".html")}
    out = [word for path in files.values() for word in ("--out", str(path))]
    assert cli.main([*call, "--only", "stages", *out]) == 0
    table = capsys.readouterr().out
    found = json.loads(files[".json"].read_text())
    rows = list(csv.DictReader(files[".csv"].open()))
    assert [row["figure"] for row in rows] == [path for path, _ in flat(found)]
    assert {row["figure"]: row["value"] for row in rows}["model"] == "grid"
    assert all(row["meaning"] for row in rows)
    page = Page(text := files[".html"].read_text())
    assert page.tags.count("svg") == 3 and "script" not in page.tags and page.refers == []
    assert "NaN" not in text and "http" not in text
    assert found["start"] is None and "not measured" not in table
    for stage, row in found["stages"].items():
        assert re.search(rf"^{stage} .* {row['p99_ms']:.3f} ", table, re.MULTILINE)
        assert f"{stage} {row['cpu_ms']:.2f} ms" in text


def test_a_name_is_text_in_a_page(call: list[str], tmp_path: Path) -> None:
    folder = Path(call[3]).rename(tmp_path / "<script>alert(1)</script>".replace("/", "-"))
    call[3] = str(folder)
    page = tmp_path / "report.html"
    assert cli.main([*call, "--only", "stages", "--out", str(page)]) == 0
    assert "script" not in Page(page.read_text()).tags


def test_what_became_worse_ends_with_1(call: list[str], tmp_path: Path, capsys: Captured) -> None:
    old = tmp_path / "old.json"
    call += ["--only", "stages"]
    assert cli.main([*call, "--out", str(old)]) == 0
    compare = [*call, "--compare", str(old), "--tolerance", "100000"]
    assert cli.main(compare) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("nothing is worse")
    table = json.loads(old.read_text())
    table["model_bytes"] //= 10**6
    old.write_text(json.dumps(table))
    assert cli.main([*compare, "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["model"] == "grid"
    assert "WORSE   model_bytes" in told.err and "1 of " in told.err.splitlines()[-1]


def test_reports_with_nothing_in_common_do_not_pass(call: list[str], tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text('{"format": 1, "stages": {}}')
    assert cli.main([*call, "--only", "stages", "--compare", str(old)]) == 1


def test_a_part_that_fails_is_told_and_the_others_are_there(
    call: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(opening, "open_reader", lambda *_, **__: Reader(FakeModel(), FakeTracker()))
    call[1] = "pyproject.toml"  # no model: a fresh process says so
    assert cli.main([*call, "--only", "start", "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert found["start"] is None and "not a model file" in found["missing"]["start"]
    assert found["stages"]["face"]["count"] == 15
    lines = told.err.splitlines()
    assert lines[0].startswith("edge-lip: start: not measured: a fresh process can't read the clip")


def test_a_clip_without_a_face_is_no_measure_of_reading(
    call: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(FakeTracker, "track", lambda *_: None)
    assert cli.main([*call, "--only", "live", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["latency"] is None and found["live"]["text"] is None
    assert found["live"]["texts"] == 0 and found["live"]["speech_cpu_ms"] > 0
    assert found["warnings"][-1].startswith("no text came of the clip")
    assert cli.main([*call, "--only", "stages"]) == 0
    assert "WARNING: no text came of the clip" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "report.pdf"], ".json, .csv, .html"),
        (["--out", "nowhere/report.json"], "there is no folder nowhere"),
        (["--compare", "none.json"], "can't read none.json"),
        (["--source", "talker:soon?loop=1"], "never ends"),
    ],
)
def test_what_can_not_be_is_one_line_before_anything_is_measured(
    words: list[str], told: str, call: list[str], capsys: Captured
) -> None:
    assert cli.main([*call, *words]) in (1, 2)
    found = capsys.readouterr()
    assert found.out == "" and found.err.count("\n") == 1 and told in found.err

"""Settings: which has the last word, what `edge-lip config` says of them, and what is refused."""

import json
import tomllib
from pathlib import Path

import pytest
from support.fakes import FakeSource, film

from edge_lip.cli import main as cli
from edge_lip.cli.run import run
from edge_lip.reading import opening
from edge_lip.reading.reader import Reader
from edge_lip.sources import specs
from edge_lip.system.paths import config_file

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture
def file(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Where the settings file is to be; not there yet."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("EDGE_LIP_CONFIG", str(path))
    return path


@pytest.fixture
def asked(monkeypatch: Patch) -> dict[str, object]:
    """What `edge-lip run` opens, instead of opening it."""
    taken: dict[str, object] = {}

    def open_reader(model: str | None, *_: object, threads: int, **options: object) -> Reader:
        from support.fakes import DECODER, FakeModel, FakeTracker

        taken.update(model=model, threads=threads, **options)
        return Reader(FakeModel(), FakeTracker(), DECODER)

    def open_source(spec: str, *_: object) -> FakeSource:
        taken["source"] = spec
        return FakeSource(film(3))

    monkeypatch.setattr(opening, "open_reader", open_reader)
    monkeypatch.setattr(specs, "open_source", open_source)
    return taken


def test_a_flag_overrides_the_environment_that_the_file_that_the_default(
    file: Path, asked: dict[str, object], monkeypatch: Patch
) -> None:
    file.write_text("[run]\ncamera = 2\nthreshold = 0.25\ntop = 4\nthreads = 2\n")
    monkeypatch.setenv("EDGE_LIP_RUN_TOP", "5")
    monkeypatch.setenv("EDGE_LIP_RUN_THREADS", "3")
    assert cli.main(["run", "--threads", "4"]) == 0
    assert asked["source"] == "camera:2"
    assert (asked["threshold"], asked["top"], asked["threads"]) == (0.25, 5, 4)
    assert asked["model"] is None


@pytest.mark.parametrize("given", ["180", '"180"'])
def test_how_a_camera_is_mounted_can_be_set(
    given: str, file: Path, monkeypatch: Patch, asked: dict[str, object]
) -> None:
    told = []

    def open_source(*what: object) -> FakeSource:
        told.append(what)
        return FakeSource(film(3))

    monkeypatch.setattr(specs, "open_source", open_source)
    file.write_text(f'[run]\ncamera = 0\nrotate = {given}\nflip = "horizontal"\n')
    assert cli.main(["run"]) == 0
    assert told == [("camera:0", None, False, "180", "horizontal")]


@pytest.mark.parametrize(
    ("text", "variable", "call", "source"),
    [
        ("camera = true", "", [], "camera:0"),
        ('camera = "csi"', "", ["--source", "clip.mp4"], "clip.mp4"),
        ("camera = 1", "clip.mp4", [], "clip.mp4"),
        ('source = "clip.mp4"', "other.mp4", ["--camera"], "camera:0"),
    ],
)
def test_what_is_read_may_be_set_one_way_and_asked_for_in_another(
    text: str,
    variable: str,
    call: list[str],
    source: str,
    file: Path,
    asked: dict[str, object],
    monkeypatch: Patch,
) -> None:
    file.write_text(f"[run]\n{text}\n")
    if variable:
        monkeypatch.setenv("EDGE_LIP_RUN_SOURCE", variable)
    assert cli.main(["run", *call]) == 0
    assert asked["source"] == source


def test_both_from_one_place_are_too_many(file: Path, capsys: Captured) -> None:
    file.write_text('[run]\ncamera = 1\nsource = "clip.mp4"\n')
    assert cli.main(["run"]) == 2
    assert "either --source" in capsys.readouterr().err


def test_json_is_called_json_and_false_is_nothing(
    file: Path, asked: dict[str, object], capsys: Captured
) -> None:
    file.write_text("[run]\ncamera = true\nweb = false\njson = true\n")
    assert cli.main(["run"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "final"


def test_paths_are_relative_to_the_file(file: Path, asked: dict[str, object]) -> None:
    file.write_text('[run]\nmodel = "words.tflite"\ncamera = true\n')
    assert cli.main(["run"]) == 0
    assert asked["model"] == str(file.with_name("words.tflite"))
    file.write_text('[run]\nmodel = "grid-s1"\ncamera = true\n')
    assert cli.main(["run"]) == 0
    assert asked["model"] == "grid-s1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[run]\ntreshold = 0.5\n", "no setting 'treshold'; did you mean threshold?"),
        ("[run]\nxyzzy = 1\n", "there are model, source, camera"),
        ("[run]\nthreshold = 1.5\n", "threshold: 1.5 is not in the range"),
        ("[run]\ntop = true\n", "top: 'true' is not a valid integer"),
        ("[run]\nthreshold = [1]\n", "threshold takes one value"),
        ('[run]\ndecoder = "telepathy"\n', "decoder: 'telepathy' is not one of"),
        ("camera = 0\n", "camera is no table"),
        ("run = 1\n", "is to be a table: [run]"),
        ("[run\n", "not a TOML file"),
    ],
)
def test_what_can_not_be_is_one_line_that_names_the_file(
    text: str, told: str, file: Path, capsys: Captured
) -> None:
    file.write_text(text)
    assert cli.main(["run", "--camera"]) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert str(file) in printed and told in printed


def test_a_file_that_was_named_has_to_be_there(file: Path, capsys: Captured) -> None:
    assert cli.main(["run", "--camera"]) == 2
    assert f"EDGE_LIP_CONFIG names {file}" in capsys.readouterr().err


def test_without_a_name_it_is_in_the_config_folder_and_need_not_be_there(
    tmp_path: Path, monkeypatch: Patch, asked: dict[str, object]
) -> None:
    monkeypatch.delenv("EDGE_LIP_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert config_file().name == "config.toml"
    assert cli.main(["run", "--camera"]) == 0


def test_a_broken_file_matters_to_nobody_else(file: Path, capsys: Captured) -> None:
    file.write_text("[run\n")
    assert cli.main(["run", "--help"]) == 0
    assert cli.main(["info"]) == 0
    assert capsys.readouterr().err == ""


def test_config_tells_values_and_where_they_are_from(
    file: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    file.write_text("[run]\ncamera = 1\n")
    monkeypatch.setenv("EDGE_LIP_RUN_THRESHOLD", "0.5")
    assert cli.main(["config"]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == str(file)
    rows = {name: rest for name, *rest in (line.split() for line in lines)}
    assert rows["camera"] == ['"1"', "file"]
    assert rows["threshold"] == ["0.5", "EDGE_LIP_RUN_THRESHOLD"]
    assert rows["top"] == ["3", "default"]
    assert rows["model"] == ["-", "default"]
    assert cli.main(["config", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["there"]) == (str(file), True)
    assert told["run"]["camera"] == {"value": "1", "from": "file"}
    assert list(told["run"]) == list(rows)


def test_init_writes_a_file_that_sets_nothing_and_explains_everything(
    file: Path, capsys: Captured
) -> None:
    assert cli.main(["config", "--init"]) == 0
    text = file.read_text()
    assert tomllib.loads(text) == {"run": {}}
    lines = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    settings = tomllib.loads("\n".join(lines))
    assert list(settings) == [one.name for one in run.in_effect()]
    # Every example can be taken as it is, but not two sources at once.
    file.write_text("[run]\n" + "\n".join(line for line in lines if not line.startswith("source")))
    assert cli.main(["config"]) == 0
    capsys.readouterr()


def test_init_never_overwrites(file: Path, capsys: Captured) -> None:
    file.write_text("# mine\n")
    assert cli.main(["config", "--init"]) == 2
    assert "there already" in capsys.readouterr().err
    assert file.read_text() == "# mine\n"

"""Spellings of earlier versions: they work, say the new one, and stand beside it in no call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from support.fakes import DECODER, FakeLabelModel, FakeModel, FakeSource, FakeTracker, film

from edge_lip.cli import main as cli
from edge_lip.cli import options
from edge_lip.cli.main import VERBS
from edge_lip.model import file, shipped
from edge_lip.reading import opening
from edge_lip.reading.reader import Reader
from edge_lip.sources import specs

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

RUN = "edge-lip: --model is the old spelling: edge-lip run MODEL\n"
DEMO = "edge-lip: --model is the old spelling: edge-lip demo MODEL\n"


@pytest.fixture
def models(monkeypatch: Patch, tmp_path: Path) -> list[str]:
    """The models that `run` and `demo` open, instead of opening them."""
    opened: list[str] = []

    def open_reader(model: str | None, *_: object, **__: object) -> Reader:
        opened.append(str(model))
        return Reader(FakeModel(), FakeTracker(), DECODER)

    def open_model(path: Path) -> FakeLabelModel:
        opened.append(path.stem)
        return FakeLabelModel()

    def open_source(spec: str, *_: object, **__: object) -> FakeSource:
        return FakeSource(film(3), spec)

    monkeypatch.setenv("EDGE_LIP_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setattr(opening, "open_reader", open_reader)
    monkeypatch.setattr(opening, "make_tracker", lambda *_: FakeTracker())
    monkeypatch.setattr(file, "open_model", open_model)
    monkeypatch.setattr(specs, "open_source", open_source)
    monkeypatch.setattr("edge_lip.demo.take.open_source", open_source)
    return opened


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (["run", "--camera", "--model", "talker"], ["run", "talker", "--camera"], RUN),
        (["run", "--model", "a.tflite", "--camera"], ["run", "a.tflite", "--camera"], RUN),
        (["demo", "--model", "grid-s1", "stop"], ["demo", "grid-s1", "stop"], DEMO),
        (["demo", "stop", "--model=a.tflite"], ["demo", "a.tflite", "stop"], DEMO),
    ],
)
def test_the_model_of_an_option_is_the_same_and_a_line_says_where_it_stands(
    old: list[str], new: list[str], line: str, models: list[str], capsys: Captured
) -> None:
    assert cli.main(old) == 0
    assert capsys.readouterr().err == line
    assert cli.main(new) == 0
    assert capsys.readouterr().err == ""
    first, second = models
    assert first == second


@pytest.mark.parametrize("call", [["run", "talker", "--camera"], ["demo", "talker", "stop"]])
def test_a_model_given_both_ways_is_one_too_many(
    call: list[str], models: list[str], capsys: Captured
) -> None:
    for words in ([*call, "--model", "grid-s1"], [call[0], "--model", "grid-s1", *call[1:]]):
        assert cli.main(words) == 2
        told = capsys.readouterr().err
        assert "--model is the old spelling" in told and told.count("\n") == 1
    assert models == []


def test_a_setting_is_called_model_and_nothing_is_said(
    models: list[str], tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    (tmp_path / "config.toml").write_text('[run]\nmodel = "talker"\n')
    assert cli.main(["run", "--camera"]) == 0
    monkeypatch.setenv("EDGE_LIP_RUN_MODEL", "other.tflite")
    assert cli.main(["run", "--camera"]) == 0
    assert cli.main(["run", "grid-s1", "--camera"]) == 0
    assert models == ["talker", "other.tflite", "grid-s1"]
    assert capsys.readouterr().err == ""
    assert cli.main(["run", "--camera", "--model", "words.tflite"]) == 0
    assert models[-1] == "words.tflite"
    assert capsys.readouterr().err == RUN


@pytest.mark.parametrize("words", [["--camera", "talker"], ["--camera", "words.tflite"]])
def test_a_model_behind_camera_is_told_where_it_stands(
    words: list[str], models: list[str], capsys: Captured
) -> None:
    assert cli.main(["run", *words]) == 2
    assert f"edge-lip run {words[1]} --camera" in capsys.readouterr().err


def test_words_of_a_text_are_no_models() -> None:
    assert all(map(shipped.names_model, [*shipped.models(), "a.tflite", "./b/c.tflite"]))
    assert not any(map(shipped.names_model, ["", "bin", "stop", "Excuse me", "model.h5"]))


@pytest.fixture
def verb() -> Callable[..., Any]:
    """A verb with `--out` that was once called otherwise, as that of convert was."""

    @click.command()
    @options.formerly("--output", "out", "--out FILE", type=click.Path(path_type=Path))
    @options.out()
    def write(out: Path | None) -> Path | None:
        return out

    return lambda *words: write.main(list(words), standalone_mode=False)


def test_one_owner_of_old_spellings(verb: Callable[..., Any], capsys: Captured) -> None:
    assert verb("--out", "a") == verb("-o", "a") == Path("a")
    assert verb() is None
    assert capsys.readouterr().err == ""
    assert verb("--output", "a") == Path("a")
    assert capsys.readouterr().err == "edge-lip: --output is the old spelling: --out FILE\n"
    for words in (["--out", "a", "--output", "a"], ["--output", "a", "-o", "b"]):
        with pytest.raises(cli.EdgeLipError, match="give one of them"):
            verb(*words)


@pytest.mark.parametrize("name", VERBS)
def test_no_help_tells_of_them(name: str, capsys: Captured) -> None:
    assert cli.main([name, "--help"]) == 0
    page = capsys.readouterr().out
    assert "--model" not in page and "--output" not in page

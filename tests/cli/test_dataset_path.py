"""Where the dataset lies: an option, else the environment, else a file .env."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from edge_lip.cli import options
from edge_lip.cli.main import main


@click.command()
@options.data
def show(data: Path) -> None:
    click.echo(str(data))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory; nothing names a dataset."""
    monkeypatch.delenv("DATASET_PATH", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def named(*call: str, environment: str | None = None) -> str:
    run = CliRunner().invoke(show, call, env={"DATASET_PATH": environment})
    assert run.exception is None
    return run.output.strip()


def test_the_option_goes_before_the_environment_and_that_before_the_file(folder: Path) -> None:
    (folder / ".env").write_text('# where it is\nDATASET_PATH="/in/the file"\nOTHER=1\n')
    assert named("--data", "/by/option", environment="/in/environment") == "/by/option"
    assert named(environment="/in/environment") == "/in/environment"
    assert named() == "/in/the file"
    assert named(environment="") == "/in/the file"


def test_the_environment_is_left_as_it_is(folder: Path) -> None:
    (folder / ".env").write_text("DATASET_PATH=/in/file\n")
    assert named() == "/in/file"
    (folder / ".env").write_text("DATASET_PATH=~/data\n")
    assert named() == str(Path.home() / "data")
    (folder / ".env").write_text("\ufeffDATASET_PATH=/after/a mark\n", "utf-8")
    assert named() == "/after/a mark"


@pytest.mark.parametrize("content", [None, "", "DATASET_PATH\n", "DATASET_PATH=\n", "OTHER=x\n"])
@pytest.mark.parametrize("call", [["evaluate", "model.tflite"], ["train", "--recipe", "grid-s1"]])
def test_without_any_of_them_all_three_ways_are_named(
    folder: Path, call: list[str], content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / ".env").write_text(content)
    assert main(call) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert all(way in printed for way in ("--data", "environment", ".env"))


def test_a_file_that_is_no_text_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".env").write_bytes(b"DATASET_PATH=/\xff\xfe\n")
    assert main(["evaluate", "model.tflite"]) == 2
    printed = capsys.readouterr().err
    assert ".env" in printed and printed.count("\n") == 1

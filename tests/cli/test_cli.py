"""The command line as a user meets it: one line per error, and an exit code."""

import os
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import click
import pytest

from edge_lip import __version__
from edge_lip.cli.main import VERBS, main
from edge_lip.errors import EdgeLipError, SourceError, UsageError

Verb = Callable[[], None]


@pytest.fixture
def verb(monkeypatch: pytest.MonkeyPatch) -> Callable[[Verb], None]:
    """Puts a function in the place of `edge-lip run`."""

    def replace(function: Verb) -> None:
        module = ModuleType("edge_lip.cli.run")
        setattr(module, "run", click.command("run")(function))  # noqa: B010
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return replace


def raising(error: BaseException) -> Verb:
    def function() -> None:
        raise error

    return function


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_lists_every_verb_with_its_summary(
    args: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["edge-lip"])
    assert main(args or None) == 0
    printed = capsys.readouterr().out
    for name, row in VERBS.items():
        assert name in printed
        assert row.summary in printed


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code"), [(SourceError("no clip.mp4"), 1), (UsageError("no such recipe"), 2)]
)
def test_an_error_is_one_line_and_its_exit_code(
    error: EdgeLipError,
    code: int,
    verb: Callable[[Verb], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    verb(raising(error))
    assert main(["run"]) == code
    assert capsys.readouterr().err == f"edge-lip: {error}\n"


@pytest.mark.parametrize(
    "args", [["no-such-verb"], ["setup", "--no-such-option"], ["setup", "--from"]]
)
def test_a_wrong_call_is_one_line_and_exit_code_2(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("edge-lip: ")
    assert printed.count("\n") == 1
    assert "--help" in printed


def test_an_unexpected_error_is_one_line_with_a_hint(
    verb: Callable[[Verb], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verb(raising(ZeroDivisionError("first\nsecond")))
    monkeypatch.delenv("EDGE_LIP_DEBUG", raising=False)
    assert main(["run"]) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "ZeroDivisionError: first second" in printed
    assert "EDGE_LIP_DEBUG" in printed

    monkeypatch.setenv("EDGE_LIP_DEBUG", "1")
    assert main(["run"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "install"), [("train", "'edge-lip[train]'"), ("run", "'edge-lip'")]
)
def test_a_missing_package_names_what_to_install(
    name: str,
    install: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Missing(ModuleType):
        def __getattr__(self, attribute: str) -> object:
            raise ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow.data")

    module = VERBS[name].target.partition(":")[0]
    monkeypatch.setitem(sys.modules, module, Missing(module))
    assert main([name]) == 1
    printed = capsys.readouterr().err
    assert "needs the package tensorflow" in printed
    assert install in printed


def test_ctrl_c_ends_with_130(verb: Callable[[Verb], None]) -> None:
    verb(raising(KeyboardInterrupt()))
    assert main(["run"]) == 130


def test_a_reader_of_our_output_that_left_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "edge_lip", "--help"]
    run = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True)
    os.close(write_end)
    assert (run.returncode, run.stderr) == (1, "")

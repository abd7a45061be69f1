"""What `--help` teaches, and what the shell completes."""

import os
import re
import subprocess
import sys

import pytest
from support.calls import check_call

from edge_lip.cli.main import VERBS, main
from edge_lip.errors import EdgeLipError, UsageError
from edge_lip.mouth.trackers import TRACKERS

PAGES = ([], *([name] for name in VERBS), ["data", "get"])
WIDTH = 100


def help_of(call: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*call, "--help"]) == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("DATASET_PATH", "grid")


@pytest.mark.parametrize("call", PAGES, ids=lambda call: " ".join(call) or "edge-lip")
def test_every_page_has_examples_that_are_calls(
    call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = help_of(call, capsys)
    examples = page.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    assert examples
    for line in examples:
        check_call(line)
    assert max(map(len, page.splitlines())) <= WIDTH


def test_the_exit_codes_it_tells_are_those_of_the_errors(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = re.findall(r"^ +(\d+) +\S", help_of([], capsys), re.MULTILINE)
    assert told == ["0", str(EdgeLipError.exit_code), str(UsageError.exit_code), "130"]


def completed(words: str, shell: str = "bash") -> list[str]:
    """What the shell is told to offer for the last of `words`."""
    call = [sys.executable, "-m", "edge_lip"]
    environment = {
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_EDGE_LIP_COMPLETE": f"{shell}_complete",
    }
    run = subprocess.run(
        call, capture_output=True, text=True, env={**os.environ, **environment}, check=True
    )
    return [line.partition(",")[2] for line in run.stdout.splitlines()]


def test_the_shell_completes_verbs_options_and_choices() -> None:
    assert completed("edge-lip ") == list(VERBS)
    assert completed("edge-lip run --sou") == ["--source"]
    assert completed("edge-lip run --tracker ") == list(TRACKERS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_the_shell_asks_edge_lip(shell: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "edge_lip"],
        capture_output=True,
        text=True,
        env={**os.environ, "_EDGE_LIP_COMPLETE": f"{shell}_source"},
        check=True,
    )
    assert f"_EDGE_LIP_COMPLETE={shell}_complete" in run.stdout

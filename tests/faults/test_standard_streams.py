"""Standard output and error that are closed, full, or that nobody reads."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.piped import PATIENCE

RUN = shlex.join([sys.executable, "-m", "edge_lip", "run", "talker", "--source"])
TEXT = "bin blue at f two now"
READ = f"{RUN} 'talker:{TEXT}'"
MISSING = f"{RUN} nothing.mp4"

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX's"),
    pytest.mark.usefixtures("face_models"),
]


def shell(line: str) -> tuple[int, str, str]:
    run = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=PATIENCE)
    return run.returncode, run.stdout, run.stderr


def test_who_reads_leaves() -> None:
    code, out, err = shell(f"{{ {READ} --json --partials; echo $? >&2; }} | head -n 1")
    assert (code, out.count("\n"), err) == (0, 1, "1\n")  # no traceback, and not a word


def test_closed_standard_output() -> None:
    assert shell(f"{READ} >&-") == (0, "", "")


def test_both_are_closed_and_standard_input_too() -> None:
    assert shell(f"{READ} >&- 2>&- <&-") == (0, "", "")
    assert shell(f"{MISSING} >&- 2>&- <&-") == (1, "", "")


def test_closed_standard_error_takes_its_remarks_along() -> None:
    assert shell(f"{READ} 2>&-") == (0, f"{TEXT}\n", "")
    assert shell(f"{MISSING} 2>&-") == (1, "", "")


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_full_disk_behind_standard_output(options: str) -> None:
    code, _, err = shell(f"{READ} {options} > /dev/full")
    assert (code, err) == (1, "edge-lip: the text can't be written: No space left on device\n")


def test_a_full_disk_behind_standard_error_is_no_reason_to_stop() -> None:
    assert shell(f"{READ} --to jsonl:/nowhere/events 2> /dev/full")[:2] == (0, f"{TEXT}\n")
    assert shell(f"{MISSING} 2> /dev/full")[0] == 1


PRINTS = r"""
import sys
import click
from edge_lip.events import Event
from edge_lip.sinks.jsonlines import JsonLines
from edge_lip.sinks.terminal import Terminal
from edge_lip.system.streams import open_standard_streams, tell
open_standard_streams()
text = "\u5f00 \xe9"
click.echo(text)
event = Event("final", text, source=text)
Terminal(sys.stdout, named=True)(event)
JsonLines(sys.stdout)(event)
tell(text)
"""


@pytest.mark.parametrize(
    "encoding, shown",
    [("ascii", r"\u5f00 \xe9"), ("latin-1", "\\u5f00 \xe9"), ("utf-8", "\u5f00 \xe9")],
)
def test_letters_that_a_terminal_can_not_take(encoding: str, shown: str) -> None:
    """It gets their numbers, whoever prints, and JSON that means the same."""
    run = subprocess.run(
        [sys.executable, "-c", PRINTS],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        timeout=PATIENCE,
    )
    first, second, event = run.stdout.decode(encoding).splitlines()
    assert (first, second) == (shown, f"{shown}\t{shown}")
    assert json.loads(event)["text"] == "\u5f00 \xe9"
    assert run.stderr.decode(encoding) == f"edge-lip: {shown}\n"


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.mp4"
    try:
        os.close(os.open(name, os.O_CREAT))
    except OSError:
        pytest.skip("this file system takes text alone")
    run = subprocess.run([*shlex.split(RUN), name], capture_output=True, timeout=PATIENCE)
    assert run.returncode == 1 and run.stderr.count(b"\n") == 1
    assert b"\\xff.mp4 has a name that is no text here" in run.stderr

"""Standard output and error that are closed, full, or that nobody reads."""

import shlex
import subprocess
import sys

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

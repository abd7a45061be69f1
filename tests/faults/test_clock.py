"""Somebody sets the clock: a network's time comes in, or a board without a battery finds out."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from support.piped import PATIENCE, PipedRun, hanging, steady

import edge_lip

PACKAGE = Path(edge_lip.__file__).parent
OF_DAY = {"time", "time_ns", "localtime", "gmtime", "ctime", "datetime", "now", "today", "utcnow"}
TELL = """
import sys, time
for _ in sys.stdin:
    print(time.time(), time.monotonic(), flush=True)
"""


def test_nothing_asks_for_the_time_of_day() -> None:
    """But for a recording, whose table tells when it was made, and a report."""
    asked = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found = node.value.id in ("time", "datetime", "date") and node.attr in OF_DAY
            elif isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime"):
                found = any(name.name in OF_DAY for name in node.names)
            else:
                found = False
            if found:
                asked.add(path.relative_to(PACKAGE).as_posix())
    assert asked == {"measuring/report.py", "recording/session.py"}


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """Sets the time of day for processes with `environment`, by what is written into it."""
    offset = tmp_path / "offset"
    offset.write_text("+0")
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        pytest.skip("needs libfaketime: sudo apt install faketime")
    return offset


def environment(clock: Path) -> dict[str, str]:
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def test_the_stand_in_sets_what_a_person_sets(clock: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TELL],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(clock),
    ) as process:
        assert process.stdin and process.stdout
        told = []
        for offset in ("+0", "-30d"):
            clock.write_text(offset)
            process.stdin.write("\n")
            process.stdin.flush()
            told.append([float(value) for value in process.stdout.readline().split()])
        process.stdin.close()
        process.wait(PATIENCE)
    (day, monotonic), (other_day, later) = told
    assert day - other_day > 29 * 86400 and 0 <= later - monotonic < PATIENCE


def test_a_run_does_not_mind(clock: Path) -> None:
    with PipedRun("--json", environment=environment(clock)) as run:
        run.show(steady(5))
        run.wait_for("too few to read well")
        for offset in ("+30d", "-30d"):
            clock.write_text(offset)
            run.show(hanging)
            run.wait_for("has given no picture for 1 s")
            run.show(steady(25))
            seconds = float(run.wait_for("is back after").split()[-2])
            assert seconds < PATIENCE
        assert run.end() == 1
        told = [event["message"] for event in run.events() if event["kind"] == "source"]
    assert not [text for text in told if "frozen" in text]

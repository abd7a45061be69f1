"""Disks that are full or can't be written to, made for one process each."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from support.piped import PATIENCE

TEXT = "bin blue at f two now"
CALL = [sys.executable, "-m", "edge_lip", "run", "talker", "--source", f"talker:{TEXT}"]
NOT_ALLOWED = 99
"""What the scripts end with where there is nothing to test."""

pytestmark = pytest.mark.usefixtures("face_models")


def in_mounts_of_its_own(script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell's script whose mounts nobody else sees; skips where that is not allowed."""
    try:
        call = ["unshare", "--mount", "sh", "-c", script]
        run = subprocess.run(call, capture_output=True, text=True, timeout=PATIENCE)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if run.returncode == NOT_ALLOWED or "unshare failed" in run.stderr:
        pytest.skip(f"nothing can be mounted here, root may mostly: {run.stderr}")
    return run


def test_a_disk_that_becomes_full_has_whole_lines_and_reading_goes_on(tmp_path: Path) -> None:
    disk, copy = tmp_path / "disk", tmp_path / "copy.jsonl"
    disk.mkdir()
    run = shlex.join([*CALL, "--partials", "--to", f"jsonl:{disk}/events.jsonl"])
    script = f"""
        mount -t tmpfs -o size=4k none {shlex.quote(str(disk))} || exit {NOT_ALLOWED}
        {run} && {run} && cp {shlex.quote(str(disk))}/events.jsonl {shlex.quote(str(copy))}
    """
    done = in_mounts_of_its_own(script)
    assert (done.returncode, done.stdout) == (0, f"{TEXT}\n" * 2)
    said = f"edge-lip: jsonl:{disk}/events.jsonl: can't be written: "
    assert done.stderr.startswith(said)
    lines = copy.read_text().splitlines(keepends=True)
    assert lines and all(line.endswith("\n") for line in lines)
    assert {json.loads(line)["source"] for line in lines} == {f"talker:{TEXT}"}
    assert copy.stat().st_size <= 4096


def test_on_a_read_only_system_lips_are_read(tmp_path: Path) -> None:
    script = f"""
        mount -o remount,bind,ro / || exit {NOT_ALLOWED}
        while read -r _ place _; do
            mount -o remount,bind,ro "$place" || true
        done < /proc/self/mounts 2> /dev/null
        ! touch {shlex.quote(str(tmp_path))}/file 2> /dev/null || exit {NOT_ALLOWED}
        {shlex.join([*CALL, "--to", f"jsonl:{tmp_path}/events.jsonl"])}
    """
    done = in_mounts_of_its_own(script)
    said = f"edge-lip: jsonl:{tmp_path}/events.jsonl: can't be written: Read-only file system\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{TEXT}\n", said)

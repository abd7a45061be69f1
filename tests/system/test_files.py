"""Files that are there whole, or as they were."""

import os
import stat
from pathlib import Path

import pytest

from edge_lip.errors import EdgeLipError
from edge_lip.system.files import replacing


def test_replacing_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    with replacing(path) as temporary:
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"new" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(EdgeLipError, match="can't write"), replacing(tmp_path / "no" / "x"):
        pass


def test_what_was_replaced_outlasts_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = tmp_path / "settings.toml", []

    def flush(handle: int) -> None:
        there = path.exists() and path.read_text()
        kept.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        assert there == ("whole" if kept[-1] == "folder" else False)

    monkeypatch.setattr(os, "fsync", flush)
    with replacing(path) as temporary:
        temporary.write_text("whole")
    assert kept == (["file", "folder"] if os.name == "posix" else ["file"])

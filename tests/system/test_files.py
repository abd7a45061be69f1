"""Files that are there whole, or as they were."""

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

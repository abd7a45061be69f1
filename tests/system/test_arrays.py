"""Files of arrays: what is none says so, and nothing of how to load it unsafely."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from edge_lip.system.arrays import DAMAGED, open_arrays


@pytest.mark.parametrize("content", [b"", b"P", b"garbage", pickle.dumps([1, 2])])
def test_what_is_no_file_of_arrays(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    path.write_bytes(content)
    with pytest.raises(DAMAGED, match="^it is no file of arrays$"):
        open_arrays(path)


def test_both_kinds_are_opened(tmp_path: Path) -> None:
    one = np.arange(3)
    np.save(tmp_path / "one.npy", one)
    np.savez(tmp_path / "several.npz", one=one)
    assert np.array_equal(open_arrays(tmp_path / "one.npy"), one)
    with open_arrays(tmp_path / "several.npz") as several:
        assert np.array_equal(several["one"], one)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_arrays(tmp_path / "none.npz")

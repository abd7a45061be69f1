"""A trained model's checksum: readers don't mind it, damage is found by it."""

import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from edge_lip.errors import ModelError
from training.trained.checksum import MARK, SIZE, add_checksum, verify_checksum


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5"
    with h5py.File(path, "w") as file:
        file["weights"] = np.arange(1000.0)
    return path


def test_hdf5_reads_on_and_what_changes_the_file_removes_it(model: Path) -> None:
    assert not verify_checksum(model)
    add_checksum(model)
    assert verify_checksum(model)
    with h5py.File(model) as file:
        assert file["weights"][999] == 999
    with h5py.File(model, "r+") as file:
        file.attrs["more"] = "x" * 500
    assert not verify_checksum(model)


def test_zip_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    add_checksum(path)
    assert verify_checksum(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("config.json") == b"{}" and archive.testzip() is None


def test_every_changed_byte_is_found(model: Path) -> None:
    add_checksum(model)
    whole = model.read_bytes()
    for place in {*range(0, len(whole), 97), *range(len(whole) - SIZE, len(whole), 5)}:
        changed = bytearray(whole)
        changed[place] ^= 0x10
        model.write_bytes(changed)
        with pytest.raises(ModelError, match="damaged"):
            verify_checksum(model)


def test_a_changed_mark_hides_nothing(model: Path) -> None:
    """Without its mark a checksum would be taken for none, and a changed weight for right."""
    add_checksum(model)
    changed = bytearray(model.read_bytes())
    changed[-SIZE] ^= 1
    changed[3000] ^= 1
    model.write_bytes(changed)
    assert MARK not in changed
    with pytest.raises(ModelError, match="its checksum is not whole"):
        verify_checksum(model)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_missing_end_is_found(tmp_path: Path, libver: str) -> None:
    path = tmp_path / "model.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file["weights"] = np.arange(1000.0)
    assert not verify_checksum(path)
    add_checksum(path)
    whole = path.read_bytes()
    for length in (9, 30, 45, 100, len(whole) // 2, len(whole) - SIZE - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelError, match="its end is missing"):
            verify_checksum(path)
    path.write_bytes(whole[:-10])
    with pytest.raises(ModelError, match="its checksum is not whole"):
        verify_checksum(path)
    path.write_bytes(whole[:-SIZE])  # nothing but the checksum is lost
    assert not verify_checksum(path)
    with pytest.raises(ModelError, match="No such file"):
        verify_checksum(tmp_path / "none.h5")

"""Mouth crops in a file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.fakes import GEOMETRY, FakeTracker, film

from edge_lip.errors import DataError
from edge_lip.mouth.kept import load_crops, save_crops
from edge_lip.mouth.mouth import Crop, Mouth


def crops(speech: list[tuple[float, float]] | None) -> list[Crop]:
    mouth = Mouth(FakeTracker(speech), GEOMETRY)
    return [crop for frame in film(5) if (crop := mouth.watch(frame)) is not None]


@pytest.mark.parametrize("speech", [None, [(0.0, 1.0)]], ids=["a box", "landmarks"])
def test_what_is_kept_is_what_was_seen(
    tmp_path: Path, speech: list[tuple[float, float]] | None
) -> None:
    before = crops(speech)
    save_crops(tmp_path / "1.npz", GEOMETRY, before)
    kept = load_crops(tmp_path / "1.npz")
    assert kept.geometry == GEOMETRY
    for one, other in zip(before, kept.crops, strict=True):
        assert (one.time, one.first, one.pose.eyes) == (other.time, other.first, other.pose.eyes)
        assert (one.pose.x, one.pose.scale) == (other.pose.x, other.pose.scale)
        np.testing.assert_array_equal(one.image, other.image)
        if one.pose.lips is None:
            assert other.pose.lips is None
        else:
            np.testing.assert_array_equal(one.pose.lips, other.pose.lips)


@pytest.mark.parametrize("fine", [True, False])
def test_how_fine_the_lips_are_is_kept(tmp_path: Path, fine: bool) -> None:
    seen = [replace(crop, pose=replace(crop.pose, fine=fine)) for crop in crops([(0.0, 1.0)])]
    save_crops(tmp_path / "1.npz", GEOMETRY, seen)
    assert {crop.pose.fine for crop in load_crops(tmp_path / "1.npz").crops} == {fine}


def test_damaged_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "1.npz"
    save_crops(path, GEOMETRY, crops(None))
    whole = path.read_bytes()
    with pytest.raises(DataError, match="no file of mouth crops"):
        load_crops(tmp_path / "2.npz")
    for content in (b"", b"no crops", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(DataError, match="no file of mouth crops"):
            load_crops(path)
    np.savez(path, head=np.zeros(3, np.uint8))
    with pytest.raises(DataError, match="no file of mouth crops"):
        load_crops(path)
    np.save(tmp_path / "3.npy", np.zeros(3))
    (tmp_path / "3.npy").rename(path)
    with pytest.raises(DataError, match="no file of mouth crops"):
        load_crops(path)

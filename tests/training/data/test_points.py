"""Tables of lip points: sentences of which there is no picture."""

from pathlib import Path

import numpy as np
import pytest

from edge_lip.errors import DataError
from edge_lip.frontend.lips import SIZE
from training.data.points import COLUMNS, EYES, read_points

FACE = np.random.default_rng(3).normal((0, 60), (12, 4), (len(COLUMNS), 2))
"""A still mouth, in pixels from the eyes."""
SAID = {"bbaf2n": ("bin", "blue", "sp", "at", "f"), "lgbs1p": ("lay", "green")}


def table(path: Path, points: np.ndarray | None = None, **other: np.ndarray) -> Path:
    """Two sentences, a word ten frames and a pause three."""
    words = [word for said in SAID.values() for word in said]
    counts = np.array([3 if word == "sp" else 10 for word in words], np.int16)
    still = np.repeat(FACE[None], counts.sum(), 0)
    arrays: dict[str, np.ndarray] = {
        "clip": np.array([name for name, said in SAID.items() for _ in said]),
        "word": np.array(words),
        "frames": counts,
        "points": (still if points is None else points).astype(np.float16),
    }
    np.savez(path, allow_pickle=False, **(arrays | other))
    return path


def test_sentences_words_and_when_they_are_said(tmp_path: Path) -> None:
    table(tmp_path / "s3.npz")
    told: list[str] = []
    clips = read_points(tmp_path, told.append)
    assert [(one.name, one.speaker, one.text) for one in clips] == [
        ("bbaf2n", "s3", "bin blue at f"),
        ("lgbs1p", "s3", "lay green"),
    ]
    assert clips[0].spans == ((0, 10), (10, 20), (23, 33), (33, 43))
    assert [one.shapes.shape for one in clips] == [(43, SIZE), (20, SIZE)]
    assert not told
    others = np.array(["bin", "blue", "<sil>", "at", "f", "lay", "green"])
    table(tmp_path / "s3.npz", word=others)
    assert read_points(tmp_path, told.append)[0].text == "bin blue at f" and not told


def test_shapes_are_those_that_a_device_sees(tmp_path: Path) -> None:
    """Larger, moved with the head and turned, a mouth has the same shape."""
    frames = 73 - 10
    turn = np.array([[np.cos(0.2), np.sin(0.2)], [-np.sin(0.2), np.cos(0.2)]])
    table(tmp_path / "a.npz")
    table(tmp_path / "b.npz", np.repeat((1.5 * FACE @ turn)[None], frames, 0))
    here, there = (one.shapes for one in read_points(tmp_path, print)[::2])
    np.testing.assert_allclose(here, there, atol=2e-3)
    places = here[0].reshape(-1, 2)
    assert np.abs(places[:4].mean(0)).max() < 1e-6  # from the mouth's middle
    middle = np.hypot(*FACE[:4].mean(0))
    width = np.hypot(*(FACE[1] - FACE[0])) / (EYES * middle)
    assert np.hypot(*(places[1] - places[0])) == pytest.approx(width, rel=2e-3)
    assert places[1, 1] == pytest.approx(places[0, 1], abs=2e-3)  # upright


def test_what_is_odd_is_told_and_passed_over(tmp_path: Path) -> None:
    table(tmp_path / "s1.npz")
    broken = np.repeat(FACE[None], 63, 0)
    broken[50] = np.nan
    table(tmp_path / "s2.npz", broken)
    table(tmp_path / "s3.npz", frames=np.full(7, 8))
    (tmp_path / "s4.npz").write_bytes(b"no table")
    table(tmp_path / "s5.npz", points=np.zeros((63, 4, 2)))
    np.savez(tmp_path / "s6.npz", clip=np.array(["x"]))
    told: list[str] = []
    clips = read_points(tmp_path, told.append)
    assert [(one.speaker, one.name) for one in clips] == [
        ("s1", "bbaf2n"),
        ("s1", "lgbs1p"),
        ("s2", "bbaf2n"),
    ]
    assert len(told) == 5 and "lgbs1p" in told[0]
    assert all("not a table of points" in line for line in told[1:])


def test_a_folder_without_tables(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no tables of points: files SPEAKER\.npz"):
        read_points(tmp_path, print)

"""A tree of rendered clips in the layout of MIRACL-VC1."""

import hashlib
from pathlib import Path

import cv2
from support.fake_people.miracl import WORDS, write_tree


def digest(root: Path) -> dict[str, str]:
    """The files under `root` and what is in them."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_a_tree_is_laid_out_as_published_and_the_same_every_time(tmp_path: Path) -> None:
    for copy in ("one", "two"):
        write_tree(tmp_path / copy, ("F01", "M02"), ("words", "phrases"), (8,), 2, (160, 120))
    write_tree(tmp_path / "other", ("F01",), items=(8,), takes=1, size=(160, 120), seed=1)
    root = tmp_path / "one"
    assert {path.name for path in root.iterdir()} == {"F01", "M02", "calib"}
    takes = sorted(path for path in root.glob("[FM]*/*/*/*"))
    assert [str(take.relative_to(root)) for take in takes] == [
        f"{name}/{kind}/08/{take:02d}"
        for name in ("F01", "M02")
        for kind in ("phrases", "words")
        for take in (1, 2)
    ]
    for take in takes:
        colours = sorted(path.name for path in take.glob("color_*"))
        assert colours == [f"color_{n:03d}.jpg" for n in range(1, len(colours) + 1)]
        assert 5 <= len(colours) <= 35
        depths = sorted(path.name for path in take.glob("depth_*"))
        assert depths == [name.replace("color", "depth") for name in colours]
    assert digest(root) == digest(tmp_path / "two")
    first = "F01/words/08/01/color_001.jpg"
    assert digest(root)[first] != digest(tmp_path / "other")[first]


def test_pictures_are_of_the_published_size_and_depth_can_be_left_out(tmp_path: Path) -> None:
    write_tree(tmp_path, ("M01",), items=(WORDS.index("Web") + 1,), takes=1, depth=False)
    pictures = [path for path in tmp_path.rglob("*.jpg")]
    assert all(path.name.startswith("color_") for path in pictures)
    picture = cv2.imread(str(pictures[0]))
    assert picture is not None and picture.shape == (480, 640, 3)

"""The file of taught phrases: written whole, read strictly, bound to the crop it was made of."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.fakes import MANIFEST

from edge_lip.errors import DataError, EdgeLipError
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.phrases.appearance import SIZE
from edge_lip.phrases.matching import Matcher
from edge_lip.phrases.phrasebook import Phrasebook, bound_to, load, save
from edge_lip.phrases.takes import LENGTH, Take


def take(seed: int) -> Take:
    moments = np.random.default_rng(seed).normal(size=(LENGTH, SIZE)).astype(np.float32)
    return Take(moments, 10.0 + seed)


def book(*texts: str) -> Phrasebook:
    made = Phrasebook(bound_to(MANIFEST))
    for seed, text in enumerate(texts):
        made = made.with_take(text, take(seed), np.full((SIZE, SIZE), float(seed)))
    return made


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "my.phrases"
    save(book("I need water", "later", "I need water", "ä ö"), path)
    found = load(path, MANIFEST)
    assert [(one.text, len(one.takes)) for one in found.phrases] == [
        ("I need water", 2),
        ("later", 1),
        ("ä ö", 1),
    ]
    again = found.phrases[0].takes[1]
    np.testing.assert_allclose(again.moments, take(2).moments, atol=2e-3)
    assert again.duration == 12.0
    assert found.moved is not None and found.moved[0, 0] == pytest.approx(1.5)
    assert found.count == 4 and [path.name for path in tmp_path.iterdir()] == ["my.phrases"]


def test_twelve_phrases_of_three_takes_are_small(tmp_path: Path) -> None:
    save(book(*[f"phrase {k % 12}" for k in range(36)]), tmp_path / "my.phrases")
    assert (tmp_path / "my.phrases").stat().st_size < 110_000


def test_a_phrase_is_forgotten_and_books_are_put_together() -> None:
    both = book("a", "b").merged([book("b", "c")])
    assert [(one.text, len(one.takes)) for one in both.phrases] == [("a", 1), ("b", 2), ("c", 1)]
    assert [one.text for one in both.without("b").phrases] == ["a", "c"]
    assert both.named("B") == "b" and both.named("d") == "d"
    fewer = both.without("B", 1)
    assert [len(one.takes) for one in fewer.phrases] == [1, 1, 1]
    assert [one.text for one in fewer.without("b", 1).phrases] == ["a", "c"]
    with pytest.raises(DataError, match="'b' has no take 3: there are 2"):
        both.without("b", 3)
    with pytest.raises(DataError, match="no phrase 'd' was taught; there are: a, b, c"):
        both.without("d")
    with pytest.raises(DataError, match="taught with another model"):
        both.merged([replace(book("a"), bound_to="elsewhere")])


def test_a_very_take_is_known_again(tmp_path: Path) -> None:
    save(book("a", "b"), tmp_path / "my.phrases")
    found = load(tmp_path / "my.phrases")
    assert found.holding(take(1)) == "b" and found.holding(take(2)) is None
    assert [one.text for one in found.with_take("B", take(2), np.eye(SIZE)).phrases] == ["a", "b"]


def test_a_file_of_another_crop(tmp_path: Path) -> None:
    path = tmp_path / "my.phrases"
    save(book("a"), path)
    other = replace(MANIFEST, crop=CropGeometry(48, 32))
    assert bound_to(other) != bound_to(MANIFEST)
    with pytest.raises(DataError, match="taught with another model"):
        load(path, other)
    assert load(path).phrases[0].text == "a"


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut", "folder"])
def test_what_is_no_file_of_phrases(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "my.phrases"
    save(book("a", "b"), path)
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        path.write_bytes({"empty": b"", "text": b"hello", "cut": content[:-200]}[damage])
    with pytest.raises(DataError) as caught:
        load(path)
    assert "\n" not in str(caught.value) and "my.phrases" in str(caught.value)


def test_a_byte_turned_around_is_told_or_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "my.phrases"
    save(book("a", "b"), path)
    content = path.read_bytes()
    told = 0
    for place in [*range(0, 200), *range(200, len(content), 23)]:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        try:
            assert [one.text for one in load(path).phrases] == ["a", "b"]
        except DataError as error:
            assert "my.phrases" in str(error)
            told += 1
    assert told > 100


def test_a_newer_version_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my.phrases"
    monkeypatch.setattr("edge_lip.phrases.phrasebook.FORMAT", 3)
    save(book("a"), path)
    monkeypatch.undo()
    with pytest.raises(DataError, match="newer version"):
        load(path)


def test_a_file_of_before_durations_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "my.phrases"
    save(book("a", "b"), path)
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files if name != "durations"}
    head = json.loads(bytes(arrays["head"])) | {"format": 1}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    found = load(path, MANIFEST)
    assert [one.text for one in found.phrases] == ["a", "b"]
    assert all(np.isnan(take.duration) for one in found.phrases for take in one.takes)
    assert Matcher(found).match(take(0)).texts[0] == "a"
    save(found.with_take("b", take(3), np.eye(SIZE)), path)
    assert [len(one.takes) for one in load(path, MANIFEST).phrases] == [1, 2]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(EdgeLipError, match="can't write"):
        save(book("a"), tmp_path / "nowhere" / "my.phrases")


def test_phrases_that_look_the_same_are_one(tmp_path: Path) -> None:
    save(book("cafe\u0301", "caf\u00e9", "\ufefftea"), tmp_path / "my.phrases")
    found = load(tmp_path / "my.phrases", MANIFEST)
    assert {one.text: len(one.takes) for one in found.phrases} == {"caf\u00e9": 2, "tea": 1}

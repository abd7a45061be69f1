"""The manifest: JSON both ways, and nothing in it that is not understood."""

import json
from typing import Any

import pytest
from tiny_model import MANIFEST

from edge_lip.errors import ModelError
from edge_lip.model import Manifest


def test_json_both_ways() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_json_is_for_people_too() -> None:
    text = MANIFEST.to_json()
    assert len(text.splitlines()) > 20
    assert json.loads(text)["decoding"]["grammar"] == [["ab", "ba"], ["ab"]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "newer"),
        ({"format": None}, "format"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"stack": {"frames": 5}}, "'ahead'"),
        ({"stack": {"frames": 5, "ahead": 5}}, "stack"),
        ({"stack": {"frames": 5, "ahead": 2, "behind": 2}}, "'behind'"),
        ({"fps": "25"}, "'fps'"),
        ({"fps": True}, "'fps'"),
        ({"fps": 0}, "fps"),
        ({"tokens": ["a", "b"]}, "blank"),
        ({"tokens": ["", 1]}, "'tokens entry'"),
        ({"words": "ab"}, "'words'"),
        ({"words": ["a\nb"]}, "line breaks"),
        ({"crop": []}, "'crop'"),
        ({"decoding": None}, "'decoding'"),
    ],
)
def test_what_is_not_understood_is_refused(change: dict[str, Any], words: str) -> None:
    text = json.dumps(json.loads(MANIFEST.to_json()) | change)
    with pytest.raises(ModelError, match=words) as caught:
        Manifest.from_json(text)
    assert "\n" not in str(caught.value)


def test_missing_keys_are_refused() -> None:
    needed = json.loads(MANIFEST.to_json())
    for key in ("name", "crop", "decoding", "licence"):
        with pytest.raises(ModelError, match=f"lacks the key '{key}'"):
            Manifest.from_json(json.dumps({k: v for k, v in needed.items() if k != key}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", b"\xff\xfe{"])
def test_other_text_is_refused(text: str | bytes) -> None:
    with pytest.raises(ModelError, match="damaged"):
        Manifest.from_json(text)


def test_whole_numbers_are_numbers() -> None:
    text = json.dumps(json.loads(MANIFEST.to_json()) | {"fps": 25})
    assert isinstance(Manifest.from_json(text).fps, float)

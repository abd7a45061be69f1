"""The manifest: JSON both ways, and nothing in it that is not understood."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from support.tiny_model import LABEL_MANIFEST, MANIFEST

from edge_lip.errors import ModelError
from edge_lip.model.file import pack, unpack
from edge_lip.model.manifest import Manifest
from edge_lip.model.shipped import find_model, models


@pytest.mark.parametrize("manifest", [MANIFEST, LABEL_MANIFEST], ids=["sentence", "label"])
def test_json_both_ways(manifest: Manifest) -> None:
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_settings_that_say_nothing_are_not_written() -> None:
    """Manifests from before there were such settings have the same text as now."""
    sentence, label = (json.loads(one.to_json()) for one in (MANIFEST, LABEL_MANIFEST))
    assert list(sentence["decoding"]) == [
        "method",
        "grammar",
        "word_weight",
        "token_weight",
        "beam",
    ]
    assert (label["decoding"]["temperature"], label["decoding"]["threshold"]) == (1.5, 0.2)


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
        ({"crop": {"width": 96, "zoom": 2}}, "unknown key 'zoom'"),
        ({"crop": {"width": "wide"}}, r"\[crop\]: width must be int, not 'wide'"),
        ({"stack": {"frames": 5}}, r"\[stack\]: ahead is missing"),
        ({"stack": {"frames": 5, "ahead": 5}}, "stack"),
        ({"stack": {"frames": 5, "ahead": 2, "behind": 2}}, "'behind'"),
        ({"fps": "25"}, "the manifest: fps must be float, not '25'"),
        ({"fps": True}, "fps must be float"),
        ({"fps": 0}, "fps"),
        ({"tokens": ["a", "b"]}, "blank"),
        ({"tokens": ["", 1]}, "tokens entry 2 must be str, not 1"),
        ({"words": "ab"}, "words must be a list"),
        ({"words": ["a\nb"]}, "line breaks"),
        ({"crop": []}, "crop must be a table"),
        ({"decoding": None}, "decoding must be a table"),
        ({"task": "song"}, "'song' is none .*sentence, label"),
        ({"task": "label"}, "can't read .*'label'"),
        ({"labels": ["a", "b"]}, "labels must be empty"),
    ],
)
def test_what_is_not_understood_is_refused(change: dict[str, Any], words: str) -> None:
    text = json.dumps(json.loads(MANIFEST.to_json()) | change)
    with pytest.raises(ModelError, match=words) as caught:
        Manifest.from_json(text)
    assert "\n" not in str(caught.value)


DECODING = json.loads(LABEL_MANIFEST.to_json())["decoding"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": []}, "two or more"),
        ({"labels": ["Web"]}, "two or more"),
        ({"labels": ["Web", "Stop", "Web"]}, "twice"),
        ({"labels": ["Web", ""]}, "empty"),
        ({"labels": ["Web", "Stop\nnavigation"]}, "line breaks"),
        ({"tokens": [""]}, "tokens and words"),
        ({"words": ["Web"]}, "tokens and words"),
        ({"task": "sentence"}, "can't read .*'sentence'"),
        ({"decoding": DECODING | {"method": "greedy"}}, "can't read .*'label'"),
        ({"decoding": DECODING | {"temperature": 0}}, "temperature"),
        ({"decoding": DECODING | {"temperature": float("nan")}}, "temperature"),
        ({"decoding": DECODING | {"threshold": 1.5}}, "threshold"),
    ],
)
def test_a_label_model_has_labels_and_nothing_else(change: dict[str, Any], words: str) -> None:
    text = json.dumps(json.loads(LABEL_MANIFEST.to_json()) | change)
    with pytest.raises(ModelError, match=words) as caught:
        Manifest.from_json(text)
    assert "\n" not in str(caught.value)


def test_missing_keys_are_refused() -> None:
    needed = json.loads(MANIFEST.to_json())
    for key in ("name", "crop", "decoding", "licence"):
        with pytest.raises(ModelError, match=f"the manifest: {key} is missing"):
            Manifest.from_json(json.dumps({k: v for k, v in needed.items() if k != key}))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", b"\xff\xfe{"])
def test_other_text_is_refused(text: str | bytes) -> None:
    with pytest.raises(ModelError, match="damaged"):
        Manifest.from_json(text)


def test_whole_numbers_are_numbers() -> None:
    text = json.dumps(json.loads(MANIFEST.to_json()) | {"fps": 25})
    assert isinstance(Manifest.from_json(text).fps, float)


@pytest.mark.parametrize("name", models())
def test_model_files_that_are_out_there_are_written_as_they_were(name: str) -> None:
    content = find_model(name).read_bytes()
    manifest, flatbuffer = unpack(content)
    again = pack(flatbuffer, manifest)
    if b'"depth": false' not in content:  # which versions wrote that knew no colour
        assert again == content
    assert stored(again) == stored(content).replace(',\n  "depth": false', "")
    assert pack(flatbuffer, unpack(again)[0]) == again


def stored(content: bytes) -> str:
    """The manifest's text in a model file."""
    return zipfile.ZipFile(BytesIO(content)).read("manifest.json").decode()

"""Utterances are brought to a window, whatever their length, and put together again."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support.tiny_model import LABEL_MANIFEST, MANIFEST

from edge_lip.errors import ModelError
from edge_lip.model.manifest import Manifest, Stack, Window
from edge_lip.model.window import WindowModel, cut_windows, stretch
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.runtime.interpreter import Tensor
from edge_lip.text.logits import Logits
from edge_lip.text.tasks import TASKS

FRAMES = 4
ONE = Stack(frames=1, ahead=0)
CROP = CropGeometry(1, 1)


def crops(count: int) -> np.ndarray:
    """(count, 1, 1, 1): the first is 1, the second 2, and so on."""
    return np.arange(1, count + 1, dtype=np.float32).reshape(-1, 1, 1, 1)


def cut(count: int, how: Window) -> tuple[list[int], list[list[float]]]:
    starts, windows = cut_windows(crops(count), how)
    return starts, [window.ravel().tolist() for window in windows]


@pytest.mark.parametrize(
    ("count", "starts", "last"),
    [
        (2, [0], [1, 2, 2, 2]),
        (4, [0], [1, 2, 3, 4]),
        (5, [0, 1], [2, 3, 4, 5]),
        (7, [0, 3], [4, 5, 6, 7]),
        (10, [0, 3, 6], [7, 8, 9, 10]),
    ],
)
def test_windows_slide_to_the_very_end(count: int, starts: list[int], last: list[float]) -> None:
    found, windows = cut(count, Window(FRAMES, "slide", 3))
    assert (found, windows[-1]) == (starts, last)
    assert windows[0][: min(count, FRAMES)] == [1, 2, 3, 4][:count]


def test_one_window_of_the_whole_utterance() -> None:
    assert cut(2, Window(FRAMES, "pad")) == ([0], [[1, 2, 0, 0]])
    assert cut(7, Window(FRAMES, "pad")) == ([0], [[1, 3, 5, 7]])
    assert cut(4, Window(FRAMES, "resample")) == ([0], [[1, 2, 3, 4]])
    assert cut(7, Window(FRAMES, "resample")) == ([0], [[1, 3, 5, 7]])
    assert cut(1, Window(FRAMES, "resample")) == ([0], [[1, 1, 1, 1]])
    np.testing.assert_allclose(stretch(crops(2), 5).ravel(), [1, 1.25, 1.5, 1.75, 2])


def test_logits_are_of_the_window_around_them() -> None:
    logits = [np.full((FRAMES, 1), number, np.float32) for number in (10, 20, 30)]

    def join(count: int, starts: list[int], frames: int) -> list[float]:
        parts = [Logits(one, -one) for one in logits[:count]]
        joined = TASKS["sentence"].join(parts, starts, frames, MANIFEST.decoding)
        tokens = joined.tokens
        assert tokens is not None
        np.testing.assert_array_equal(joined.words, -tokens)
        return list(tokens.ravel())

    assert join(3, [0, 3, 6], 10) == [10] * 4 + [20] * 3 + [30] * 3
    assert join(2, [0, 2], 6) == [10] * 3 + [20] * 3
    assert join(1, [0], 2) == [10] * 2


class FakeInterpreter:
    """Remembers what it was called with since its last reset, as a fused LSTM would."""

    def __init__(self, output: str, shape: tuple[int, ...]) -> None:
        self.inputs = {"window": Tensor(0, (1, FRAMES, 1, 1, 1), np.float32, 0.0, 0)}
        self.outputs = {output: Tensor(1, (1, *shape), np.float32, 0.0, 0)}
        self.seen = 0.0

    def signature(self, name: str) -> "FakeInterpreter":
        assert name == "window"
        return self

    def reset(self) -> None:
        self.seen = 0.0

    def __call__(self, window: np.ndarray) -> dict[str, np.ndarray]:
        self.seen += float(window.sum())
        ((name, tensor),) = self.outputs.items()
        output = np.zeros(tensor.shape, np.float32)
        output[..., 1] = self.seen
        return {name: output}


def open_label(window: Window, labels: int = 3) -> WindowModel:
    manifest = replace(LABEL_MANIFEST, crop=CROP, stack=ONE, window=window)
    return WindowModel(manifest, FakeInterpreter("labels", (labels,)))  # type: ignore[arg-type]


def test_labels_of_several_windows_are_their_mean() -> None:
    model = open_label(Window(FRAMES, "slide", 4))
    labels = model.decode(crops(8) / 26).labels
    assert labels is not None and labels.shape == (3,)
    np.testing.assert_allclose(np.exp(labels).sum(), 1, rtol=1e-6)
    one, other = (np.array([0, total / 26, 0]) for total in (10, 26))
    mean = (one - np.log(np.exp(one).sum()) + other - np.log(np.exp(other).sum())) / 2
    np.testing.assert_allclose(labels, mean - np.log(np.exp(mean).sum()), rtol=1e-5)
    np.testing.assert_array_equal(model.decode(crops(8) / 26).labels, labels)


def test_a_sentence_has_logits_for_every_crop() -> None:
    manifest = replace(
        MANIFEST, crop=CROP, stack=ONE, words=(), window=Window(FRAMES, "slide", FRAMES)
    )
    interpreter: Any = FakeInterpreter("logits", (FRAMES, 4))
    model = WindowModel(manifest, interpreter)
    for count in (1, 4, 9):
        logits = model.decode(crops(count))
        assert logits.tokens is not None and logits.tokens.shape == (count, 4)
        assert logits.labels is None and logits.words is None
    np.testing.assert_array_equal(model.encode({"stack": crops(1)[0]}), crops(1)[0])


def test_other_shapes_are_refused() -> None:
    model = open_label(Window(FRAMES, "pad"))
    odd = np.zeros((2, 3, 3, 1), np.float32)
    with pytest.raises(ModelError, match=r"the model takes a stack of \(1, 1, 1\), not \(2, 3"):
        model.encode({"stack": odd})
    with pytest.raises(ModelError, match="takes a stack of .*, and was given none"):
        model.encode({"lips": odd})
    with pytest.raises(ModelError, match="the model takes"):
        model.decode(odd)
    with pytest.raises(ModelError, match="says window 5, the model has 4"):
        open_label(Window(5, "pad"))
    with pytest.raises(ModelError, match=r"says labels \(3,\)"):
        open_label(Window(FRAMES, "pad"), labels=2)


SLIDE = {"frames": 4, "fit": "slide", "stride": 2}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"window": SLIDE | {"fit": "stretch"}}, "'stretch'"),
        ({"window": SLIDE | {"stride": 5}}, "stride"),
        ({"window": SLIDE | {"stride": None}}, "a stride where it slides"),
        ({"window": SLIDE | {"fit": "pad"}}, "a stride where it slides"),
        ({"window": SLIDE | {"frames": 0}}, "frames"),
        ({"window": SLIDE, "stack": {"frames": 5, "ahead": 2}}, "stack of one frame"),
    ],
)
def test_windows_no_utterance_can_be_brought_to(change: dict[str, Any], words: str) -> None:
    manifest = replace(LABEL_MANIFEST, stack=ONE)
    text = json.dumps(json.loads(manifest.to_json()) | change)
    with pytest.raises(ModelError, match=words):
        Manifest.from_json(text)


def test_a_window_slides_over_sentences() -> None:
    manifest = replace(MANIFEST, stack=ONE, words=(), window=Window(4, "pad"))
    with pytest.raises(ModelError, match="for the task .sentence.: only by slide"):
        Manifest.from_json(manifest.to_json())
    manifest = replace(manifest, window=Window(4, "slide", 4), pixels="0..1")
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert not {"window", "pixels"} & json.loads(MANIFEST.to_json()).keys()

"""A network that is one graph, from Keras to events: the reader does not mind."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.fakes import FakeSource, FakeTracker, film
from support.tiny_model import LABEL_MANIFEST

from edge_lip.model.file import open_model, pack
from edge_lip.model.manifest import Quantization, Stack, Window
from edge_lip.model.window import WindowModel
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.reading.reader import Reader
from edge_lip.text.logits import log_softmax

tensorflow: Any = pytest.importorskip("tensorflow", reason="the network is made by TensorFlow")

FRAMES, HEIGHT, WIDTH = 6, 8, 12


def network() -> Any:
    """Large enough that its weights are stored in 8 bits: TFLite leaves small ones as they are."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    entry = keras.Input((FRAMES, HEIGHT, WIDTH, 3), batch_size=1, name="window")
    x = layers.Conv3D(16, 3, strides=2, activation="relu")(entry)
    x = layers.Dense(32, activation="relu")(layers.Flatten()(x))
    return keras.Model(entry, {"labels": layers.Dense(3, name="labels")(x)})


def write(path: Path, model: Any, quantized: bool) -> Path:
    from converter.export.merge import merge

    converter = tensorflow.lite.TFLiteConverter.from_keras_model(model)
    if quantized:
        converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    manifest = replace(
        LABEL_MANIFEST,
        crop=CropGeometry(WIDTH, HEIGHT, colour=True),
        stack=Stack(frames=1, ahead=0),
        pixels="0..255",
        window=Window(FRAMES, "slide", 3),
        quantization=Quantization("dynamic", "dynamic"),
    )
    path.write_bytes(pack(merge({"window": converter.convert()}), manifest))
    return path


@pytest.mark.parametrize(("quantized", "tolerance"), [(False, 1e-4), (True, 0.1)])
def test_windows_compute_what_keras_does(tmp_path: Path, quantized: bool, tolerance: float) -> None:
    keras_model = network()
    model = open_model(write(tmp_path / "model.tflite", keras_model, quantized))
    assert isinstance(model, WindowModel)
    rng = np.random.default_rng(0)
    windows = rng.integers(0, 256, (8, FRAMES, HEIGHT, WIDTH, 3)).astype(np.float32)
    expected = log_softmax(np.concatenate([keras_model(one[None])["labels"] for one in windows]))
    found = np.array([model.decode(one).labels for one in windows])
    # Against how much the inputs matter: a file that ignored them would be this far off.
    matters = np.abs(expected - expected.mean(axis=0)).max()
    assert np.abs(found - expected).max() < tolerance * matters
    # In 8 bits it is another file, and not the same by accident.
    assert (np.abs(found - expected).max() > 1e-4 * matters) == quantized


def test_the_same_utterance_twice_reads_the_same(tmp_path: Path) -> None:
    reader = Reader(open_model(write(tmp_path / "model.tflite", network(), True)), FakeTracker())
    first, again = (list(reader.read(FakeSource(film(30)))) for _ in range(2))
    (event,), (other,) = first, again
    assert event.text in LABEL_MANIFEST.labels or event.kind == "rejected"
    assert (event.choices, event.start, event.end) == (other.choices, other.start, other.end)
    assert event.end == pytest.approx(1.2)

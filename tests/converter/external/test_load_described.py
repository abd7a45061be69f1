"""Networks of others and what is said of them become halves, or a window."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import foreign_models, tiny_model
from support.foreign_models import FRAMES, HEIGHT, LABELS, LETTERS, WIDTH

from converter.external.description import (
    DescribedCrop,
    DescribedWindow,
    Description,
    read_description,
)
from converter.external.foreign import make_foreign
from converter.external.load import load_described
from converter.external.whole import Whole
from edge_lip.errors import ModelError, UsageError
from edge_lip.model.manifest import Window
from edge_lip.mouth.geometry import CropGeometry
from training.trained.trained import Trained

keras: Any = pytest.importorskip("keras", reason="networks need Keras")


def clip(channels: int = 1) -> np.ndarray:
    """(1, T, h, w, n) float32."""
    return np.random.default_rng(1).random((1, FRAMES, HEIGHT, WIDTH, channels), np.float32)


def softmax(logits: Any) -> np.ndarray:
    powers = np.exp(np.asarray(logits))
    shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


@pytest.mark.parametrize("frames", [FRAMES, None])
@pytest.mark.parametrize("channels", [1, 3])
def test_layers_per_frame_become_encode(frames: int | None, channels: int) -> None:
    model = foreign_models.cnn_lstm(frames, channels)
    values = clip(channels)
    expected = np.asarray(model(values))
    trained = make_foreign(model, replace(LABELS, crop=DescribedCrop(span=1.1, drop=0.2)))
    assert isinstance(trained, Trained) and trained.inputs is None
    assert trained.encode.input_shape == (None, HEIGHT, WIDTH, channels)
    features = np.asarray(trained.encode(values[0]))
    found = trained.decode(features[np.newaxis])["labels"]
    np.testing.assert_allclose(softmax(found), expected, atol=1e-6)
    assert trained.decode(np.resize(features, (1, 11, features.shape[1])))["labels"].shape == (1, 3)
    manifest = trained.manifest
    assert (manifest.pixels, manifest.window, manifest.labels) == ("0..1", None, LABELS.labels)
    assert manifest.crop == CropGeometry(WIDTH, HEIGHT, 1.1, 0.2, colour=channels == 3)
    assert manifest.channels == channels and (manifest.stack.frames, manifest.stack.ahead) == (1, 0)


def test_a_window_where_one_is_asked_for() -> None:
    whole = make_foreign(
        foreign_models.cnn_lstm(), replace(LABELS, window=DescribedWindow(fit="pad"))
    )
    assert isinstance(whole, Whole) and whole.manifest.window == Window(FRAMES, "pad")
    said = replace(LABELS, window=DescribedWindow(frames=9, fit="slide", stride=4))
    whole = make_foreign(foreign_models.cnn_lstm(None), said)
    assert isinstance(whole, Whole) and whole.manifest.window == Window(9, "slide", 4)
    assert whole.window.input_shape == (None, 9, HEIGHT, WIDTH, 1)


def test_what_can_not_be_parted_is_a_window() -> None:
    model = foreign_models.conv3d()
    expected = np.asarray(model(clip()))
    whole = make_foreign(model, LABELS)
    assert isinstance(whole, Whole) and whole.manifest.window == Window(FRAMES, "resample")
    np.testing.assert_allclose(softmax(whole.window(clip())["labels"]), expected, atol=1e-5)


@pytest.mark.parametrize("more", [{"unroll": True}, {"stateful": True}])
def test_unrolled_and_stateful_layers(more: dict[str, bool]) -> None:
    """One step for each of so many frames is a window; a state begins anew with every utterance."""
    from keras import layers

    from converter.export.export import export
    from training.trained.read import build

    keras.utils.set_random_seed(0)
    entry = keras.Input(batch_shape=(1, FRAMES, HEIGHT, WIDTH, 1))
    x = layers.TimeDistributed(layers.Flatten())(entry)
    x = layers.LSTM(4, **more)(x)
    model = keras.Model(entry, layers.Dense(3, activation="softmax")(x))
    expected = np.asarray(model(clip()))
    made = make_foreign(build(Path("model.keras"), lambda path: model), LABELS)
    if more == {"unroll": True}:
        assert isinstance(made, Whole)
        found = made.window(clip())["labels"]
    else:
        assert isinstance(made, Trained)
        features = np.asarray(made.encode(clip()[0]))[np.newaxis]
        found = [made.decode(features)["labels"] for _ in range(2)][-1]
    np.testing.assert_allclose(softmax(found), expected, atol=1e-6)
    for part in made.parts.values():
        assert export(part, "none")


def test_what_is_bound_to_a_number_of_frames_is_a_window() -> None:
    from keras import layers

    entry = keras.Input((FRAMES, HEIGHT, WIDTH, 1))
    x = layers.TimeDistributed(layers.Flatten())(entry)
    x = layers.Flatten()(layers.LSTM(2, return_sequences=True)(x))
    model = keras.Model(entry, layers.Dense(3)(x))
    expected = np.asarray(model(clip()))
    whole = make_foreign(model, LABELS)
    assert isinstance(whole, Whole)
    np.testing.assert_allclose(whole.window(clip())["labels"], expected, atol=1e-6)


@pytest.mark.parametrize(("blank", "roll"), [("first", 0), ("last", 1)])
def test_the_blank_comes_first(blank: str, roll: int) -> None:
    from keras import layers

    entry = keras.Input((FRAMES, HEIGHT, WIDTH, 1))
    x = layers.Conv3D(2, (3, HEIGHT, WIDTH), padding="same", strides=(1, HEIGHT, WIDTH))(entry)
    x = layers.Dense(5)(layers.Reshape((FRAMES, 2))(x))
    model = keras.Model(entry, x)
    whole = make_foreign(model, replace(LETTERS, blank=blank))
    assert isinstance(whole, Whole) and whole.manifest.tokens == ("", "a", "b", "c", " ")
    assert whole.manifest.window == Window(FRAMES, "slide", FRAMES)
    expected = np.roll(np.asarray(model(clip())), roll, axis=-1)
    np.testing.assert_allclose(whole.window(clip())["logits"], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": ("a", "b")}, r"shape \(3,\), not \(2,\) for 2 labels"),
        ({"window": DescribedWindow(frames=7)}, "says frames 7, the network takes 6"),
        ({"crop": DescribedCrop(width=99)}, "says width 99, the network takes 12"),
        ({"labels": (), "tokens": ("a",), "task": "sentence"}, "1 tokens and the blank"),
        ({"window": DescribedWindow(fit="slide", stride=7)}, "stride"),
        ({"labels": ("a", "b", "b")}, "twice"),
    ],
)
def test_a_description_that_does_not_fit(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        make_foreign(foreign_models.conv3d(), replace(LABELS, **change))


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((HEIGHT, WIDTH, 1), "put a Reshape before it"),
        ((FRAMES, 1, HEIGHT, WIDTH), "12 channels.*1 .grey. or 3 .colour., last"),
        ((FRAMES, None, None, 1), "any size.*width and height"),
    ],
)
def test_a_network_that_takes_something_else(shape: tuple[int, ...], words: str) -> None:
    entry = keras.Input(shape)
    pooled = keras.ops.mean(entry, axis=tuple(range(1, len(shape) + 1)))
    model = keras.Model(entry, keras.ops.stack([pooled] * 3, axis=-1))
    with pytest.raises(ModelError, match=words):
        make_foreign(model, LABELS)


def test_a_network_of_several_inputs_or_of_any_length() -> None:
    entry, length = keras.Input((FRAMES, HEIGHT, WIDTH, 1)), keras.Input((1,))
    pooled = keras.ops.mean(entry, axis=(1, 2, 3, 4))
    loss = keras.Model([entry, length], pooled[..., None] + length)
    with pytest.raises(ModelError, match="2 inputs and 1 outputs.*CTC"):
        make_foreign(loss, LABELS)
    entry = keras.Input((None, HEIGHT, WIDTH, 1))
    x = keras.layers.GlobalAveragePooling3D()(keras.layers.Conv3D(3, 3)(entry))
    with pytest.raises(ModelError, match=r"\[window\] frames"):
        make_foreign(keras.Model(entry, x), LABELS)


@pytest.mark.parametrize("export", ["keras", "h5"])
def test_files_of_keras_3(tmp_path: Path, export: str) -> None:
    path = tmp_path / f"net.{export}"
    model = foreign_models.cnn_lstm()
    model.compile("adam", "mse")
    model.save(path)
    trained = load_described(path, LABELS)
    assert isinstance(trained, Trained) and trained.manifest.name == "net"
    model.save_weights(weights := tmp_path / "net.weights.h5")
    with pytest.raises(ModelError, match="weights without a network"):
        load_described(weights, LABELS)


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    path.write_text("<html>Not found</html>\n")
    with pytest.raises(ModelError, match="neither an .h5 nor a .keras"):
        load_described(path, LABELS)
    with pytest.raises(ModelError, match="without a saved_model.pb"):
        load_described(tmp_path, LABELS)
    (tmp_path / "saved_model.pb").write_bytes(b"no")
    with pytest.raises(ModelError, match="can't load") as caught:
        load_described(tmp_path, LABELS)
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match="says itself what it is"):
        load_described(tiny_model.trained(), LABELS)


def test_a_layer_of_its_author_alone(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable("theirs")
    class Blink(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x

    entry = keras.Input((FRAMES, HEIGHT, WIDTH, 1))
    path = tmp_path / "net.keras"
    keras.Model(entry, Blink(name="blink")(entry)).save(path)
    with pytest.raises(ModelError, match=r"'blink' \(Blink\).*those it is made of"):
        load_described(path, LABELS)


def test_a_saved_model_is_a_window(tmp_path: Path) -> None:
    model = foreign_models.conv3d()
    model.export(tmp_path / "net", verbose=False)
    whole = load_described(tmp_path / "net", LABELS)
    assert isinstance(whole, Whole) and whole.manifest.name == "net"
    found = softmax(whole.window(clip())["labels"])
    np.testing.assert_allclose(found, np.asarray(model(clip())), atol=1e-5)


def test_a_recurrent_saved_model_has_to_be_of_one_clip(tmp_path: Path) -> None:
    model = foreign_models.cnn_lstm()
    model.export(tmp_path / "any", verbose=False)
    with pytest.raises(ModelError, match="recurrent.*input_signature for one clip"):
        load_described(tmp_path / "any", LABELS)
    shape = (1, FRAMES, HEIGHT, WIDTH, 1)
    one = [keras.InputSpec(shape=shape, dtype="float32")]
    model.export(tmp_path / "one", verbose=False, input_signature=one)
    whole = load_described(tmp_path / "one", LABELS)
    assert isinstance(whole, Whole)
    found = softmax(whole.window(clip())["labels"])
    np.testing.assert_allclose(found, np.asarray(model(clip())), atol=1e-5)


TOML = """
task = "label"
labels = "words.txt"
pixels = "0..255"
fps = 30
[crop]
span = 1
[window]
fit = "pad"
"""


def test_a_description_from_a_file_and_from_settings(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(TOML)
    (tmp_path / "words.txt").write_text("Begin\nStop\n")
    said = read_description(
        path, ["crop.span=1.25", "window.frames=9", "pixels=-1..1", "name=theirs"]
    )
    assert said == Description(
        task="label",
        pixels="-1..1",
        fps=30.0,
        labels=("Begin", "Stop"),
        crop=DescribedCrop(span=1.25),
        window=DescribedWindow(9, "pad"),
        name="theirs",
    )
    assert read_description(None) is None
    settings = ["task=sentence", 'tokens=["a"]', "fps=25", "pixels=crop"]
    assert read_description(None, settings) == Description("sentence", "crop", 25.0, tokens=("a",))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("fps", "KEY=VALUE"),
        ("a.b.c=1", "no section 'a'; there are: crop, window"),
        ("fps.x=1", "no section 'fps'"),
        ("fsp=25", "unknown key 'fsp'"),
        ("fps=-1", "above 0"),
        ("fps=fast", "fps must be float, not 'fast'"),
        ("pixels=bright", "pixels must be one of crop, 0..1"),
        ("task=song", "task must be one of sentence, label"),
        ("labels=[]", "needs labels"),
        ("labels=[1]", "labels entry 1 must be str, not 1"),
        ("labels=none.txt", "can't read .*none.txt"),
        ('tokens=["a"]', "no tokens"),
        ("crop=1", "crop must be a table"),
        ("crop.depth=true", "unknown key 'depth'; there are: width, height, span, drop"),
        ("window.fit=stretch", "fit must be one of resample, pad, slide"),
        ("blank=middle", "blank must be one of"),
    ],
)
def test_impossible_descriptions(tmp_path: Path, setting: str, words: str) -> None:
    path = tmp_path / "model.toml"
    path.write_text(TOML.replace('"words.txt"', '["Begin", "Stop"]'))
    with pytest.raises(UsageError, match=words):
        read_description(path, [setting])


def test_a_description_as_editors_save_it(tmp_path: Path) -> None:
    """With marks that are no part of the first label, in other encodings, with other line ends."""
    path = tmp_path / "model.toml"
    path.write_bytes(
        '\ufefftask = "label"\r\nfps = 25\r\npixels = "crop"\r\nlabels = "words.txt"\r\n'.encode()
    )
    for content in (
        "\ufeffbin\r\nlay\u00a0down \r\n\r\n".encode(),
        "bin\nlay down".encode("utf-16"),
    ):
        (tmp_path / "words.txt").write_bytes(content)
        said = read_description(path)
        assert said and said.labels == ("bin", "lay down")


@pytest.mark.parametrize(
    "content, words",
    [
        (b"bin\nl\xe4y\n", "words.txt:2: not UTF-8 text"),
        (b"bin\n\nlay\n", "label 2 is empty"),
        (b"bin\nlay\n bin\n", "labels 1 and 3 are both 'bin'"),
    ],
)
def test_lists_of_labels_that_are_none(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "words.txt").write_bytes(content)
    path = tmp_path / "model.toml"
    path.write_text('task = "label"\nfps = 25\npixels = "crop"\nlabels = "words.txt"\n')
    with pytest.raises(UsageError, match=words):
        read_description(path)


def test_descriptions_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    with pytest.raises(UsageError, match="No such file"):
        read_description(path)
    path.write_text("fps: 25")
    with pytest.raises(UsageError, match="not a TOML file"):
        read_description(path)
    path.write_text("fps = 25")
    with pytest.raises(UsageError, match="task is missing"):
        read_description(path)

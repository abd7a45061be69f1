"""A task that edge-lip does not have: it costs its own code and a line in each registry."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.tiny_model import MANIFEST, converted, features, halves, stacks

from edge_lip.errors import DataError, ModelError, UsageError
from edge_lip.model.file import open_model
from edge_lip.model.manifest import Manifest
from edge_lip.registry import Entry
from edge_lip.text import decoding, tasks
from edge_lip.text.classes import Classes
from edge_lip.text.decoders import DECODERS
from edge_lip.text.decoding import Decoding, make_decoder
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.logits import Logits


class SpotTask:
    """Which one word of a list is somewhere in an utterance."""

    name, does, closed = "spot", "spots a word", True
    decoders, fits = ("spot",), ("slide",)
    classes = output = "words"

    def check(self, classes: Classes, decoding: Decoding) -> None:
        if not classes.words or classes.tokens or classes.labels:
            raise ModelError("the manifest must have words, and no tokens or labels")

    def outputs(self, classes: Classes) -> dict[str, tuple[int | None, ...]]:
        return {"words": (None, len(classes.words) + 1)}

    def join(
        self, parts: Sequence[Logits], starts: Sequence[int], frames: int, decoding: Decoding
    ) -> Logits:
        return Logits(None, np.concatenate([one.words for one in parts if one.words is not None]))

    def slots(self, classes: Classes, decoding: Decoding) -> tasks.Slots:
        return (classes.words,)

    def reads(self, classes: Classes) -> str:
        return f"one of {len(classes.words)} words"


def spot(settings: Decoding, classes: Classes) -> tuple[decoding.Read, decoding.Read]:
    def read(logits: Logits) -> Hypothesis:
        assert logits.words is not None
        surest = logits.words[:, 1:].max(axis=0)
        return Hypothesis(classes.words[int(surest.argmax())], float(np.exp(surest.max())))

    return read, read


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch) -> Manifest:
    monkeypatch.setitem(tasks.TASKS, "spot", SpotTask())
    monkeypatch.setitem(DECODERS, "spot", Entry(f"{__name__}:spot"))
    how = Decoding("spot", None, 0.0, 0.0, 1)
    return replace(MANIFEST, task="spot", tokens=(), decoding=how)


def test_its_manifest_is_read_and_checked(manifest: Manifest) -> None:
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert manifest.closed and manifest.slots == (manifest.words,)
    with pytest.raises(ModelError, match="must have words"):
        Manifest.from_json(replace(manifest, labels=("a", "b")).to_json())
    with pytest.raises(ModelError, match="can't read the outputs of the task 'spot'"):
        Manifest.from_json(replace(manifest, decoding=MANIFEST.decoding).to_json())
    with pytest.raises(UsageError, match="which spots a word: choose one of spot$"):
        make_decoder(tasks.TASKS["spot"], manifest.decoding, manifest.classes, "beam")


def test_its_clips_are_those_whose_word_it_knows(manifest: Manifest) -> None:
    pytest.importorskip("keras")
    from training.data.clip import Clip
    from training.evaluation.readings import known_clips

    told: list[str] = []
    clips = [Clip(f"{k}.mp4", str(k), "", text) for k, text in enumerate((manifest.words[0], "?"))]
    assert known_clips(clips, manifest, told.append) == clips[:1]
    assert told == ["left out: 1 of 2 clips, of labels not in the model: ?"]
    with pytest.raises(DataError, match=f"that the model knows: {manifest.words[0]}"):
        known_clips(clips[1:], manifest, told.append)


def test_models_of_others_are_described_all_the_same(manifest: Manifest) -> None:
    pytest.importorskip("keras")
    from converter.external.description import read_description

    described = ["fps=25", "pixels=crop", 'labels=["a", "b"]']
    said = read_description(None, ["task=label", *described])
    assert said is not None and said.labels == ("a", "b")
    with pytest.raises(UsageError, match="the task spot needs words, and no labels or tokens"):
        read_description(None, ["task=spot", *described])


def test_its_network_is_converted_and_read(
    manifest: Manifest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keras = pytest.importorskip("keras")
    from converter.conversion import convert as conversion
    from training.trained.write import save_model

    encode, decode = halves()
    only = keras.Model(decode.inputs[0], {"words": decode.output["words"]}, name="decode")
    save_model(tmp_path / "model.h5", encode, only, manifest, {"stack": stacks()})
    # A process of its own would not know the task.
    monkeypatch.setattr(conversion, "in_child", lambda function, *given, **_: function(*given))
    conversion.convert(tmp_path / "model.h5", tmp_path / "model.tflite")
    model = open_model(tmp_path / "model.tflite")
    logits = model.decode(features(9))
    assert list(logits.outputs) == ["words"]
    both = open_model(converted()).decode(features(9)).outputs
    np.testing.assert_allclose(logits.outputs["words"], both["words"], atol=0.05)
    decoder = make_decoder(tasks.TASKS["spot"], manifest.decoding, manifest.classes)
    assert decoder(logits).text in manifest.words


def test_it_is_trained(manifest: Manifest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tf = pytest.importorskip("tensorflow")
    from keras import layers
    from support.small_training import corpus, small_recipe

    from training.fitting.loop import Trainer
    from training.networks.heads import HEADS
    from training.tasks import TASKS, Batch, Trainable, learn
    from training.tasks.sentence.report import sentence_report

    class Sampler:
        """One of three words for each whole utterance."""

        def __init__(self, utterances: Sequence[Any]) -> None:
            self.utterances = utterances

        def batch(self, rng: Any, bases: Any, epoch: int, step: int) -> Batch:
            chosen = [self.utterances[int(base)] for base in bases]
            words = np.array([ord(one.text[0]) % 3 for one in chosen], np.int32)
            crops = [one.frames["stack"][:, 2:-2, 2:-2] for one in chosen]
            return Batch([{"stack": one.astype(np.float32) / 255} for one in crops], (words,))

    class SpotLearning:
        classes = Classes(words=("ab", "ba", "cc"))
        head, uniform = "spot", True
        targets = (tf.TensorSpec((None,), tf.int32),)

        def __init__(self, recipe: Any, texts: Sequence[str]) -> None:
            pass

        def sampler(self, utterances: Sequence[Any]) -> Sampler:
            return Sampler(utterances)

        def losses(self, outputs: dict[str, Any], *targets: Any) -> dict[str, Any]:
            spotted = tf.reduce_max(outputs["words"][..., 1:], axis=1)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets[0], spotted)
            return {"loss": tf.reduce_mean(losses)}

        def validation(self, utterances: Sequence[Any]) -> Any:
            raise NotImplementedError

    def head(x: Any, classes: Classes, dropout: float) -> dict[str, Any]:
        return {"words": layers.Dense(len(classes.words) + 1, name="words")(x)}

    monkeypatch.setitem(TASKS, "spot", Trainable("wer", sentence_report, SpotLearning))
    monkeypatch.setitem(HEADS, "spot", head)
    recipe = small_recipe("spot", decoding={"method": "spot"}, fit={"epochs": 2})
    fit = Trainer(recipe, learn(recipe, []), corpus(), tmp_path)
    losses = [row["loss"] for row in fit.run()]
    assert losses[1] < losses[0]

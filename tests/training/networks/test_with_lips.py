"""The lips' shape beside the picture, from training to the file of a device."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")
from support.small_training import MARGIN, small_recipe, utterance  # noqa: E402

from converter.conversion.convert import build  # noqa: E402
from converter.conversion.options import Options  # noqa: E402
from edge_lip.errors import RecipeError  # noqa: E402
from edge_lip.frontend.lips import SIZE  # noqa: E402
from edge_lip.model.file import open_model  # noqa: E402
from edge_lip.text.logits import log_softmax  # noqa: E402
from training.fitting.loop import Trainer  # noqa: E402
from training.fitting.manifest import make_manifest  # noqa: E402
from training.fitting.train import plain_halves  # noqa: E402
from training.networks.encoders import lips_alone  # noqa: E402
from training.recipes.recipe import DecodingSection, Recipe  # noqa: E402
from training.samples.example import Example  # noqa: E402
from training.samples.inputs import TrainingInputs  # noqa: E402
from training.tasks import learn  # noqa: E402
from training.trained.read import load  # noqa: E402
from training.trained.write import save_model  # noqa: E402

WORDS = ("ab", "ba", "cc")


def recipe(**network: object) -> Recipe:
    shape = {"lips": 6, "centred": True, "scaled": True, **network}
    return small_recipe(network=shape, augment={"drop": 0.3})


def examples() -> list[Example]:
    """Pictures and shapes that say the same."""
    made = []
    for k in range(12):
        said = (WORDS[k % 3], WORDS[k // 3 % 3])
        one = utterance(*said)
        shapes = np.zeros((len(one), SIZE), np.float32)
        for (start, end), word in zip(one.spans, said, strict=True):
            shapes[int(start) : int(end), 5 * WORDS.index(word)] = 0.3
        made.append(Example({**one.frames, "lips": shapes}, one.text, one.spans, one.speaker))
    return made


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training's file."""
    folder, how = tmp_path_factory.mktemp("lips"), recipe()
    said = examples()
    learning = learn(how, [one.text for one in said])
    trainer = Trainer(how, learning, said, folder)
    losses = [row["loss"] for row in trainer.run()]
    assert losses[-1] < losses[0]
    conclusion = learning.validation(said[:3]).conclude(trainer)
    encode, decode = plain_halves(how, learning, trainer.encode, trainer.decode)
    manifest = make_manifest(how, learning.classes, conclusion, [])
    plain = TrainingInputs(how).plain(said[0].frames)
    stacks = np.repeat(plain["stack"][..., None], how.network.frames, axis=-1)
    path = folder / "model.h5"
    for target in (path, path.with_suffix(".keras")):
        save_model(target, encode, decode, manifest, {"stack": stacks, "lips": plain["lips"]})
    return path


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_both_inputs_are_in_the_file(saved: Path, suffix: str) -> None:
    trained = load(saved.with_suffix(suffix))
    assert trained.inputs is not None and list(trained.inputs) == ["stack", "lips"]
    assert trained.inputs["lips"].shape[1:] == (SIZE,)
    assert float(trained.inputs["lips"].max()) == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize("mode", ["none", "float16", "dynamic", "mixed", "int8"])
def test_every_mode_is_proven(saved: Path, mode: str, tmp_path: Path) -> None:
    target = tmp_path / "model.tflite"
    report = build(saved, target, Options(quantization=mode))
    assert not report.proof.fault
    model = open_model(target)
    assert dict(model.inputs) == {"stack": (16, 24, 3), "lips": (SIZE,)}
    features = model.encode(
        {"stack": np.zeros((16, 24, 3), np.float32), "lips": np.zeros(SIZE, np.float32)}
    )
    assert features.shape == (8 + 6,)


def test_one_input_is_left_out_now_and_then() -> None:
    inputs, one = TrainingInputs(recipe()), examples()[0]
    varied = [inputs.vary(np.random.default_rng(seed), one.frames) for seed in range(60)]
    left_out = {
        name: sum(not np.abs(sample[name]).any() for sample in varied) for name in one.frames
    }
    assert 3 <= left_out["stack"] <= 18 and 3 <= left_out["lips"] <= 18
    assert all(any(np.abs(array).any() for array in sample.values()) for sample in varied)


def without_pictures() -> list[Example]:
    """The same said by people of whom there are only shapes."""
    return [
        Example({"lips": one.frames["lips"]}, one.text, one.spans, "unseen") for one in examples()
    ]


def test_what_is_learned_without_pictures(tmp_path: Path) -> None:
    """Its loss falls, and a training that was stopped ends where it would have."""
    how = small_recipe(
        network={"lips": 6, "centred": True}, augment={"drop": 0.3}, fit={"points": 6}
    )
    said = examples()
    learning = learn(how, [one.text for one in said])

    def train(folder: Path) -> Trainer:
        return Trainer(how, learning, said, folder, points=without_pictures())

    whole = train(tmp_path / "whole")
    losses = []
    for row in whole.run():
        losses.append(row["points"])
        if row["epoch"] == 2:
            shutil.copytree(tmp_path / "whole", tmp_path / "stopped")
    assert losses[-1] < losses[0]
    again = train(tmp_path / "stopped")
    list(again.run())
    for one, other in zip(again.decode.get_weights(), whole.decode.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    with pytest.raises(RecipeError, match="points 12, not None"):
        Trainer(how, learning, said, tmp_path / "whole")


def test_a_network_without_its_picture(saved: Path) -> None:
    """A picture that never moves, and none: what is left when means are taken out is the same."""
    trained = load(saved)
    shapes = examples()[1].frames["lips"]
    still = np.zeros((len(shapes), *trained.encode.input_shape[0][1:]), np.float32)
    with_picture = trained.encode.predict([still, shapes], verbose=0)
    alone = lips_alone(trained.encode).predict(shapes, verbose=0)
    moved, of_lips = (features - features.mean(0) for features in (with_picture, alone))
    np.testing.assert_allclose(moved, of_lips, atol=1e-5)


def test_left_and_right_change_places_in_both() -> None:
    how = small_recipe(network={"lips": 6}, augment={"flip": 1.0, "drop": 0.0, "lips": 0.0})
    one = examples()[0]
    points = np.arange(SIZE, dtype=np.float32).reshape(1, -1, 2).repeat(len(one), 0) / 100
    frames = {"stack": one.frames["stack"], "lips": points.reshape(len(one), SIZE)}
    varied = TrainingInputs(how).vary(np.random.default_rng(0), frames)["lips"]
    varied = varied.reshape(len(one), -1, 2)
    # The right corner (0) has gone to where the left one (1) was, on the other side.
    np.testing.assert_allclose(varied[:, 1], points[:, 0] * (-1, 1), atol=0.15)
    np.testing.assert_allclose(varied[:, 8], points[:, 8] * (-1, 1), atol=0.15)
    inside = frames["stack"][:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    shown = TrainingInputs(how).vary(np.random.default_rng(0), frames)["stack"]
    assert shown[4].argmax(axis=1)[5] != inside[4].argmax(axis=1)[5]


@pytest.mark.parametrize("apart", [False, True])
def test_decoders_are_tuned_on_what_a_final_text_is_made_of(apart: bool, tmp_path: Path) -> None:
    how = replace(recipe(), decoding=DecodingSection(apart=apart))
    said = examples()
    trainer = Trainer(how, learn(how, [one.text for one in said]), said, tmp_path)
    plain = TrainingInputs(how).plain(said[0].frames)
    views = [plain, *({**plain, name: np.zeros_like(plain[name])} for name in ("stack", "lips"))]
    logs = [log_softmax(trainer.predict(view)["words"]) for view in views[: 3 if apart else 1]]
    found = trainer.final(plain).words
    assert found is not None
    np.testing.assert_allclose(found, log_softmax(np.mean(logs, axis=0)), atol=1e-4)

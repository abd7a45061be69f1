"""Two replicas that share each batch learn what one learns from all of it."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from support.small_training import WORDS, corpus, small_recipe, utterance

from edge_lip.cli.main import main
from edge_lip.errors import RecipeError, UsageError
from edge_lip.frontend.lips import SIZE
from training.fitting.loop import Trainer
from training.jobs import replicas
from training.jobs.engine import Engine
from training.recipes.recipe import Recipe
from training.samples.example import Example
from training.tasks import learn

Rows = list[dict[str, float]]
ODD: dict[str, object] = {"epochs": 2, "batch": 5, "warmup": 0}
"""Five samples are three and two."""
STILL: dict[str, object] = {"dropout": 0.0, "channels": [4, 4]}
SENTENCES = small_recipe(
    network={**STILL, "lips": 6, "centred": True}, fit={**ODD, "points": 3, "alone": 1}
)
LABELS = small_recipe("label", decoding={"method": "label"}, network=STILL, fit=ODD)


@dataclass(frozen=True)
class Learned:
    """What came of the same training, each way."""

    one: Rows
    two: Rows
    said: list[str]
    refused: list[str]


def sentences(folder: Path, strategy: tf.distribute.Strategy | None) -> Trainer:
    """Word times are known of two sentences in three: their losses are of fewer frames."""
    shapes = np.random.default_rng(0).normal(size=(12, 14, SIZE)).astype(np.float32)
    both = [
        replace(one, frames={**one.frames, "lips": lips}, spans=one.spans if k % 3 else ())
        for k, (one, lips) in enumerate(zip(corpus(), shapes, strict=True))
    ]
    alone = [replace(one, frames={"lips": one.frames["lips"]}) for one in both]
    learning = learn(SENTENCES, [" ".join(WORDS)])
    return Trainer(SENTENCES, learning, both, folder, points=alone, strategy=strategy)


def labels(
    folder: Path, strategy: tf.distribute.Strategy | None, recipe: Recipe = LABELS
) -> Trainer:
    """Clips of 8 to 14 frames; one label is rarer than the others."""
    clips: list[Example] = []
    for k in range(10):
        whole = utterance(WORDS[k % 3], WORDS[k // 3 % 3])
        frames = {"stack": whole.frames["stack"][: 8 + k % 7]}
        clips.append(Example(frames, WORDS[min(k % 5, 2)]))
    return Trainer(recipe, learn(recipe, WORDS), clips, folder, strategy=strategy)


def learn_sentences(folder: Path, both: tf.distribute.Strategy) -> tuple[Rows, Rows]:
    """With one replica and with two; points alone first."""
    fits = sentences(folder / "one", None), sentences(folder / "two", both)
    one, two = ([*fit.run_alone(), *fit.run()] for fit in fits)
    return one, two


def learn_labels(folder: Path, both: tf.distribute.Strategy) -> tuple[Rows, Rows]:
    """With one replica, and with two that one goes on after."""
    first = next(labels(folder / "two", both).run())
    return list(labels(folder / "one", None).run()), [first, *labels(folder / "two", None).run()]


LEARN = {"sentences": learn_sentences, "labels": learn_labels}


def learn_both(name: str, folder: Path) -> Learned:
    """In a process of its own: its processor is parted."""
    said: list[str] = []
    both = replicas.open_replicas(2, said.append)
    one, two = LEARN[name](folder / name, both)
    small = replace(LABELS, fit=replace(LABELS.fit, batch=1))
    refused = []
    for error, refuse in (
        (RecipeError, partial(labels, folder / "small", both, small)),
        (UsageError, partial(replicas.open_replicas, 3, said.append)),
    ):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(error) as caught:
            patch.setattr("os.cpu_count", lambda: 8)
            refuse()
        refused.append(str(caught.value))
    return Learned(one, two, said, refused)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Learned]:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("is about parts of a processor; this machine has GPUs")
    folder = tmp_path_factory.mktemp("replicas")
    return dict(Engine(workers=2).each(partial(learn_both, folder=folder), list(LEARN)))


def same(learned: Learned) -> None:
    for row, other in zip(learned.one, learned.two, strict=True):
        assert row == pytest.approx(other, rel=1e-4)


def test_sentences_with_points_beside_and_alone(learned: dict[str, Learned]) -> None:
    two = learned["sentences"].two
    assert [row["epoch"] for row in two] == [1, 1, 2]  # of points alone, then with pictures
    assert "points" in two[1] and two[2]["loss"] < two[1]["loss"]
    same(learned["sentences"])


def test_labels_of_clips_of_many_lengths_and_another_number_goes_on(
    learned: dict[str, Learned],
) -> None:
    assert [row["epoch"] for row in learned["labels"].two] == [1, 2]
    same(learned["labels"])


def test_what_is_told_and_refused(learned: dict[str, Learned]) -> None:
    told = learned["labels"]
    assert told.said == ["2 parts of the processor share each batch"]
    small, late = told.refused
    assert small == "--replicas 2: a batch of 1 can't be shared by so many"
    assert late.startswith("--replicas 3: TensorFlow has computed in this process before")


def test_more_than_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["train", "--recipe", "talker", "--replicas", "1000"]
    assert main(asked) == 2
    error = capsys.readouterr().err
    assert "--replicas 1000: this machine has " in error and error.count("\n") == 1

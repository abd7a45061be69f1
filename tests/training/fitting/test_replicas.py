"""Two replicas that share each batch learn what one learns from all of it."""

import shutil
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
SENTENCES = small_recipe(
    network={"lips": 6, "centred": True, "dropout": 0.0}, fit={**ODD, "points": 3, "alone": 1}
)
LABELS = small_recipe("label", decoding={"method": "label"}, network={"dropout": 0.0}, fit=ODD)


@dataclass(frozen=True)
class Learned:
    """What came of the same training, each way."""

    said: list[str]
    sentences: tuple[Rows, Rows]
    """With one replica and with two; points alone first."""
    labels: tuple[Rows, Rows]
    resumed: tuple[Rows, Rows]
    """The labels' second epoch by one replica after two, and by two after one."""
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


def learn_each_way(folder: Path) -> Learned:
    """In a process of its own: its processor is parted."""
    said: list[str] = []
    both = replicas.open_replicas(2, said.append)
    of_sentences, of_labels, resumed = [], [], []
    for name, mine, other in (("one", None, both), ("two", both, None)):
        fit = sentences(folder / f"sentences-{name}", mine)
        of_sentences.append([*fit.run_alone(), *fit.run()])
        rows = []
        for row in labels(folder / f"labels-{name}", mine).run():
            rows.append(row)
            if row["epoch"] == 1:
                shutil.copytree(folder / f"labels-{name}", folder / f"resumed-{name}")
        of_labels.append(rows)
        resumed.append(list(labels(folder / f"resumed-{name}", other).run()))
    refused = []
    small = replace(LABELS, fit=replace(LABELS.fit, batch=1))
    for error, refuse in (
        (RecipeError, partial(labels, folder / "small", both, small)),
        (UsageError, partial(replicas.open_replicas, 3, said.append)),
    ):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(error) as caught:
            patch.setattr("os.cpu_count", lambda: 8)
            refuse()
        refused.append(str(caught.value))
    return Learned(
        said,
        (of_sentences[0], of_sentences[1]),
        (of_labels[0], of_labels[1]),
        (resumed[0], resumed[1]),
        refused,
    )


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("is about parts of a processor; this machine has GPUs")
    folder = tmp_path_factory.mktemp("replicas")
    ((_, found),) = Engine(workers=1).each(learn_each_way, [folder])
    return found


def same(rows: Rows, others: Rows) -> None:
    for row, other in zip(rows, others, strict=True):
        assert row == pytest.approx(other, rel=1e-4)


def test_sentences_with_points_beside_and_alone(learned: Learned) -> None:
    one, two = learned.sentences
    assert [row["epoch"] for row in two] == [1, 1, 2]  # of points alone, then with pictures
    assert "points" in two[1] and two[2]["loss"] < two[1]["loss"]
    same(one, two)


def test_labels_of_clips_of_many_lengths(learned: Learned) -> None:
    one, two = learned.labels
    assert [row["epoch"] for row in two] == [1, 2]
    same(one, two)


def test_another_number_of_replicas_goes_on(learned: Learned) -> None:
    for rows in learned.resumed:
        same(learned.labels[0][1:], rows)


def test_what_is_told_and_refused(learned: Learned) -> None:
    assert learned.said == ["2 parts of the processor share each batch"]
    small, late = learned.refused
    assert small == "--replicas 2: a batch of 1 can't be shared by so many"
    assert late.startswith("--replicas 3: TensorFlow has computed in this process before")


def test_more_than_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["train", "--recipe", "talker", "--replicas", "1000"]
    assert main(asked) == 2
    error = capsys.readouterr().err
    assert "--replicas 1000: this machine has " in error and error.count("\n") == 1

"""To begin with a trained model: its weights, what has to fit, and what is told of it."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.small_training import corpus, sentences, small_recipe, utterance

from edge_lip.errors import ModelError, RecipeError
from edge_lip.system.say import ignore
from scripts.keep_original import shrink
from training.fitting.initial_weights import open_start, shaped
from training.fitting.loop import Trainer
from training.fitting.manifest import make_manifest
from training.fitting.train import plain_halves
from training.recipes.recipe import Recipe
from training.samples.example import Example
from training.tasks import learn
from training.trained.read import load
from training.trained.write import save_model

RECIPE = replace(small_recipe(fit={"epochs": 2}), name="first", credit="The first's")
AGAIN = replace(small_recipe(fit={"epochs": 2, "rate": 1e-3, "seed": 7}), credit="The second's")
LABELS = small_recipe("label", decoding={"method": "label"}, fit={"epochs": 1})
CROPS = {"stack": np.random.default_rng(0).normal(size=(9, 16, 24)).astype(np.float32)}


def labelled(names: str) -> list[Example]:
    return [replace(utterance("ab", "ba"), text=name) for name in names]


def saved(path: Path, recipe: Recipe, clips: list[Example]) -> dict[str, np.ndarray]:
    """What the network of a training says of `CROPS`; it is left in `path`."""
    task = learn(recipe, [clip.text for clip in clips])
    fit = Trainer(recipe, task, clips, path.parent / "run")
    list(fit.run())
    with fit.averaged():
        halves = plain_halves(recipe, task, fit.encode, fit.decode)
        said = fit.predict(CROPS)
        conclusion = task.validation([]).conclude(fit)
    manifest = make_manifest(recipe, task.classes, conclusion, [])
    save_model(path, *halves, manifest, {"stack": np.zeros((1, 16, 24, 3))})
    return said


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    """A trained model of sentences, and what it says."""
    path = tmp_path_factory.mktemp("first") / "model.h5"
    return path, saved(path, RECIPE, corpus())


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    """One of labels."""
    path = tmp_path_factory.mktemp("letters") / "model.h5"
    return path, saved(path, LABELS, labelled("abc"))


def test_it_says_what_the_model_said_and_learns_on(
    first: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, said = first
    task, start = sentences(), open_start(path, AGAIN)
    start.check(task.classes, ignore)
    fit = Trainer(AGAIN, task, corpus(), tmp_path / "run", start=start)
    for name, logits in fit.predict(CROPS).items():
        np.testing.assert_allclose(logits, said[name], atol=1e-5)
    with fit.averaged():
        np.testing.assert_allclose(fit.predict(CROPS)["words"], said["words"], atol=1e-5)
    assert len(list(fit.run())) == 2
    learned = fit.predict(CROPS)["words"]
    assert np.abs(learned - said["words"]).max() > 1e-3
    # The same call goes on where it was, which is not where it began.
    again = Trainer(AGAIN, task, corpus(), tmp_path / "run", start=start)
    assert again.epoch == 2
    np.testing.assert_allclose(again.predict(CROPS)["words"], learned, atol=1e-5)
    with pytest.raises(RecipeError, match="started_from '[0-9a-f]{64}', not None"):
        Trainer(AGAIN, task, corpus(), tmp_path / "run")


def test_the_manifest_tells_of_it_and_keeps_its_credit(
    first: tuple[Path, dict[str, np.ndarray]],
) -> None:
    path, _ = first
    task = sentences()
    conclusion = task.validation([]).conclude(None)  # type: ignore[arg-type]
    start = open_start(path, AGAIN)
    told = make_manifest(AGAIN, task.classes, conclusion, [], rendered=8, start=start).training
    assert told["started_from"] == {
        "name": "first",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    assert (told["credit"], told["rendered"]) == ("The second's; The first's", 8)
    plain = make_manifest(RECIPE, task.classes, conclusion, []).training
    assert "started_from" not in plain and plain["credit"] == "The first's"
    assert (
        make_manifest(RECIPE, task.classes, conclusion, [], start=start).training["credit"]
        == "The first's"
    )


def test_what_does_not_fit_is_named_with_what_to_set(
    first: tuple[Path, dict[str, np.ndarray]],
) -> None:
    other = small_recipe(crop={"width": 32}, network={"channels": [4, 8], "ahead": 0, "lips": 4})
    with pytest.raises(RecipeError) as caught:
        open_start(first[0], other)
    said = str(caught.value)
    sizes = ("crop.width=24", "network.ahead=1", "'network.channels=[4, 4, 8]'", "network.lips=0")
    assert all(f"--set {setting}" in said for setting in sizes)
    assert said.count("--set") == 4 and "\n" not in said and caught.value.exit_code == 2


def test_the_recipe_is_shaped_like_the_model(first: tuple[Path, dict[str, np.ndarray]]) -> None:
    other = small_recipe(crop={"width": 32}, network={"channels": [4, 8], "ahead": 0, "lips": 4})
    lines: list[str] = []
    recipe = shaped(other, first[0], lines.append)
    assert open_start(first[0], recipe).trained.manifest.name == "first"
    assert recipe.fit == other.fit and recipe.network.lips == 0
    (line,) = lines
    assert line.startswith("as model.h5 has it: crop.width=24") and "network.lips=0" in line
    assert shaped(recipe, first[0], lines.append) == recipe and len(lines) == 1


def test_what_it_knows_of_other_words_is_kept(
    first: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, said = first
    start = open_start(path, RECIPE)
    task = learn(RECIPE, ["abc ab", "dd"])
    lines: list[str] = []
    start.check(task.classes, lines.append)
    assert [line.split("anew: ")[1] for line in lines] == ["d", "abc, dd"]
    fit = Trainer(RECIPE, task, corpus()[:1], tmp_path / "run", start=start)
    before = start.trained.manifest.words.index("ab") + 1
    now = task.classes.words.index("ab") + 1
    heard = fit.predict(CROPS)["words"]
    np.testing.assert_allclose(heard[:, [0, now]], said["words"][:, [0, before]], atol=1e-5)


def test_a_share_of_its_weights_is_kept(
    first: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, _ = first
    learned = []
    for kept in (0.0, 0.75):
        recipe = small_recipe(fit={"epochs": 1, "kept": kept})
        fit = Trainer(
            recipe, sentences(), corpus(), tmp_path / f"{kept}", start=open_start(path, recipe)
        )
        list(fit.run())
        with fit.averaged():
            learned.append([*fit.encode.get_weights(), *fit.decode.get_weights()])
    trained = load(path)
    began = [*trained.encode.get_weights(), *trained.decode.get_weights()]
    for mine, free, held in zip(began, *learned, strict=True):
        np.testing.assert_allclose(held, 0.75 * mine + 0.25 * free, atol=1e-5)
    assert any(
        np.abs(free - mine).max() > 1e-3 for mine, free in zip(began, learned[0], strict=True)
    )


def test_other_labels_begin_anew(
    letters: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, said = letters
    start = open_start(path, LABELS)
    lines: list[str] = []
    other = learn(LABELS, [*"abxy"])
    start.check(other.classes, lines.append)
    fit = Trainer(LABELS, other, labelled("abxy"), tmp_path / "other", start=start)
    heard = fit.predict(CROPS)["labels"]
    assert heard.shape == (4,)
    np.testing.assert_allclose(heard[:2], said["labels"][:2], atol=1e-5)
    (line,) = lines
    assert line == "model.h5 does not know these, they begin anew: x, y"
    for mine, theirs in zip(fit.encode.get_weights(), load(path).encode.get_weights(), strict=True):
        assert np.array_equal(mine, theirs)


def test_labels_begin_with_what_read_sentences(
    first: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, _ = first
    recipe = shaped(LABELS, path, ignore)
    assert recipe.task == "label"
    start, task = open_start(path, recipe), learn(recipe, [*"abc"])
    lines: list[str] = []
    start.check(task.classes, lines.append)
    assert lines == ["model.h5 does not know these, they begin anew: a, b, c"]
    fit = Trainer(recipe, task, labelled("abc"), tmp_path / "run", start=start)
    trained = load(path)
    theirs = [*trained.encode.get_weights(), *trained.decode.get_weights()]
    mine = [*fit.encode.get_weights(), *fit.decode.get_weights()]
    assert len(theirs) == len(mine) + 2  # two outputs of it, one here
    for one, other in zip(mine[:-2], theirs, strict=False):
        assert np.array_equal(one, other)
    assert len(list(fit.run())) == 1


def test_files_that_are_no_model_and_networks_that_cannot_begin(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"TFL3")
    with pytest.raises(ModelError, match="neither an .h5 nor a .keras"):
        open_start(tmp_path / "model.tflite", RECIPE)
    with pytest.raises(ModelError, match="can't read"):
        open_start(tmp_path / "none.h5", RECIPE)
    frozen = {"encoder": "mobilenet-v3", "frames": 1, "ahead": 0}
    with pytest.raises(RecipeError, match="leave out --from"):
        open_start(
            tmp_path / "none.h5",
            small_recipe(network=frozen, crop={"width": 32, "height": 32}),
        )


def test_a_shipped_model_is_named_and_its_original_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run" / "model.keras"
    path.parent.mkdir()
    said = saved(path, RECIPE, corpus())
    monkeypatch.setattr("training.fitting.initial_weights.ORIGINALS", tmp_path)
    shrink(path, tmp_path / "first.keras")
    assert (tmp_path / "first.keras").stat().st_size < path.stat().st_size
    start = open_start(Path("first"), AGAIN)
    assert start.path == tmp_path / "first.keras" and start.trained.inputs is None
    fit = Trainer(AGAIN, sentences(), corpus(), tmp_path / "again", start=start)
    np.testing.assert_allclose(fit.predict(CROPS)["words"], said["words"], atol=2e-2)
    with pytest.raises(ModelError, match=r"no trained model grid: .*\(first\)"):
        open_start(Path("grid"), AGAIN)

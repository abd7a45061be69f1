"""A file of Keras 2 is compared with what Keras 2 makes of it, where that is installed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support import foreign_models
from support.foreign_models import LABELS

pytest.importorskip("tensorflow", reason="Keras models need TensorFlow")

from converter.external import reference  # noqa: E402
from converter.external.load import load_described, read_reference  # noqa: E402
from edge_lip.errors import ModelError  # noqa: E402

Run = Callable[[np.ndarray], Any]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], None]:
    """Puts a package in the place of tf_keras that loads any file, and computes what it is told."""

    def install(run: Run) -> None:
        model = SimpleNamespace(reset_states=lambda: None)
        called = type("Model", (), {"__call__": lambda _, clip, training: run(clip)})()
        called.reset_states = model.reset_states
        models = SimpleNamespace(load_model=lambda path, compile: called)
        package = SimpleNamespace(__version__="2.99.0", models=models)
        monkeypatch.setitem(sys.modules, reference.LEGACY, package)
        monkeypatch.setattr(reference, "find_spec", lambda name: object())

    return install


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return foreign_models.keras2("split", tmp_path)


def anew(path: Path) -> Run:
    """The network as it is read, before anything is made of it."""
    from converter.external.load import _build

    return _build(path)


def test_without_keras_2(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "find_spec", lambda name: None)
    found = read_reference(path, LABELS)
    assert found is not None and found.run is None and found.relative_error is None
    assert "written by Keras 2.21.0, compared with Keras 3" in found.line
    assert "edge-lip[keras2]" in found.line and "edge-lip[keras2]" in found.to_dict()["reason"]


def test_with_keras_2(path: Path, stand_in: Callable[[Run], None]) -> None:
    model = anew(path)
    stand_in(model)
    found = read_reference(path, LABELS)
    assert found is not None and found.relative_error == pytest.approx(0, abs=1e-6)
    assert "0.00% from what tf_keras 2.99.0 makes of it" in found.line
    assert found.to_dict() == {
        "writer": "Keras 2.21.0",
        "by": "tf_keras 2.99.0",
        "relative_error": found.relative_error,
    }
    trained = load_described(path, LABELS)
    clip = np.random.default_rng(2).random(
        (found.frames, foreign_models.HEIGHT, foreign_models.WIDTH, 1), np.float32
    )
    shares = np.exp(found.log_probs(clip, LABELS, trained.manifest.decoding.activation))
    np.testing.assert_allclose(shares, np.asarray(model(clip[np.newaxis]))[0], atol=1e-6)


def test_another_network_is_refused(path: Path, stand_in: Callable[[Run], None]) -> None:
    model = anew(path)
    stand_in(lambda clip: np.asarray(model(clip)) * np.array([1.0, 1.01, 1.0]))
    with pytest.raises(ModelError, match=r"does not compute what tf_keras 2.99.0 does: .*% off"):
        read_reference(path, LABELS)


def test_what_keras_2_can_not_load(path: Path, stand_in: Callable[[Run], None]) -> None:
    stand_in(anew(path))

    def fail(path: Path, compile: bool) -> None:
        raise ValueError("too old")

    sys.modules[reference.LEGACY].models.load_model = fail
    found = read_reference(path, LABELS)
    assert found is not None and found.run is None
    assert "tf_keras 2.99.0 can't load it (too old)" in found.line


def test_models_of_our_own_and_graphs_have_none(tmp_path: Path) -> None:
    assert read_reference(tmp_path, LABELS) is None
    assert read_reference(tmp_path / "model.h5", None) is None

"""Damaged model files: a few of those that `benchmarks/damage.py` tries by the thousand."""

import sys
from pathlib import Path

import h5py
import numpy as np

from benchmarks import damage
from edge_lip.model.shipped import shipped_model

CASES = 30


def test_every_damaged_tflite_is_refused_in_one_line(tmp_path: Path, face_models: object) -> None:
    counts = damage.run({"tflite": shipped_model()}, tmp_path, CASES, commands=("info", "run"))
    assert sum(counts.values()) == 2 * CASES
    assert {outcome for _, _, outcome in counts} <= {"refused", "the same"}
    assert counts["tflite", "run", "refused"] > CASES - 5


def test_every_damaged_h5_is_refused_before_anything_opens_it(tmp_path: Path) -> None:
    original = tmp_path / "model.h5"
    with h5py.File(original, "w") as file:
        file["weights"] = np.random.default_rng(0).normal(size=100_000)
    folder = tmp_path / "work"
    counts = damage.run({"h5": original}, folder, CASES, commands=("convert", "info"))
    assert counts == {("h5", "convert", "refused"): CASES, ("h5", "info", "refused"): CASES}
    # What is done is not done again.
    before = (folder / "results.jsonl").stat().st_size
    assert damage.run({"h5": original}, folder, CASES, commands=("convert", "info")) == counts
    assert (folder / "results.jsonl").stat().st_size == before


def test_a_process_that_dies_is_noted_and_the_rest_goes_on(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\n"
        'if [ -e "$0.died" ]; then exec ' + sys.executable + ' "$@"; fi\n'
        'touch "$0.died"\n'
        'echo \'{"begin": ["tflite", "info", 0]}\'\n'
        "kill -SEGV $$\n"
    )
    python.chmod(0o755)
    counts = damage.run(
        {"tflite": shipped_model()}, tmp_path / "work", 4, python=str(python), commands=("info",)
    )
    assert counts == {("tflite", "info", "DIED"): 1, ("tflite", "info", "refused"): 3}


def test_a_model_that_was_changed_and_is_accepted_is_wrong(tmp_path: Path) -> None:
    """The check can fail: a damaged file that a command takes all the same is found out."""
    from edge_lip.model.file import add_accuracy

    changed = tmp_path / "changed.tflite"
    whole = shipped_model().read_bytes()
    changed.write_bytes(whole)
    add_accuracy(changed, {"split": "none"})
    assert damage.attempt("info", "tflite", changed, whole)[0] == "WRONG"
    changed.write_bytes(whole)
    assert damage.attempt("info", "tflite", changed, whole)[0] == "the same"

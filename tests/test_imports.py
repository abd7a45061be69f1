"""What reads lips on a device never imports the training stack."""

import subprocess
import sys

import pytest

WALK = """
import importlib, pkgutil, sys
import edge_lip

for module in pkgutil.walk_packages(edge_lip.__path__, "edge_lip."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sys.modules)
"""


def imported_by(code: str) -> set[str]:
    """The top-level packages that a fresh Python has imported after `code`, which prints them."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_every_module_of_edge_lip_imports_without_the_training_stack() -> None:
    imported = imported_by(WALK)
    assert "edge_lip" in imported
    assert not imported & {"tensorflow", "keras", "h5py", "matplotlib", "training", "converter"}


@pytest.mark.parametrize("verb", ["", "run", "data get", "evaluate", "convert"])
def test_the_help_imports_nothing_heavy(verb: str) -> None:
    imported = imported_by(
        f"import sys; from edge_lip.cli.main import main; main([*{verb.split()}, '--help']);"
        " print(*sys.modules)"
    )
    assert "edge_lip" in imported
    assert not imported & {"numpy", "cv2", "ai_edge_litert", "tflite_runtime", "tensorflow"}


def test_the_package_imports_nothing_heavy() -> None:
    imported = imported_by("import sys, edge_lip; dir(edge_lip); print(*sys.modules)")
    assert "edge_lip" in imported and not imported & {"numpy", "cv2", "click"}


def test_a_reader_with_its_face_models_imports_nothing_of_the_network() -> None:
    """What fetches files is imported when there is something to fetch."""
    program = "import sys, edge_lip.mouth.trackers.facemodels; edge_lip.open_reader"
    imported = imported_by(f"{program}; print(*sys.modules)")
    assert "edge_lip" in imported and not imported & {"http", "ssl"}


def test_fetching_a_corpus_takes_no_tensorflow() -> None:
    imported = imported_by("import sys, training.data.download; print(*sys.modules)")
    assert "training" in imported and not imported & {"tensorflow", "keras"}


def test_the_public_names_are_there_and_only_those() -> None:
    import edge_lip

    for name in edge_lip.__all__:
        assert getattr(edge_lip, name).__name__.removeprefix("edge_lip.") == name
    assert [name for name in dir(edge_lip) if not name.startswith("_")] == edge_lip.__all__
    with pytest.raises(AttributeError, match="no_such_name"):
        edge_lip.no_such_name  # noqa: B018

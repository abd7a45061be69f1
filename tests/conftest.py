"""What many tests need and not every machine has: the face models, real clips; and no settings."""

import os
from pathlib import Path

import pytest

from edge_lip.errors import FetchError
from edge_lip.mouth.trackers.facemodels import FaceModels, locate

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings file of who runs the tests is nobody's business here."""
    monkeypatch.setenv("EDGE_LIP_CONFIG", os.devnull)


@pytest.fixture(scope="session")
def face_models() -> FaceModels:
    """The verified face models, fetched as `edge-lip setup` does."""
    try:
        return locate()
    except FetchError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def grid() -> Path:
    """GRID clips beside the repository: `s1/*.mp4`, `alignments/s1/*.align`, `train.txt`, ..."""
    folder = REPOSITORY.parent / "shared" / "data" / "grid"
    if not folder.is_dir():
        pytest.skip("no GRID clips in ../shared/data/grid")
    return folder


@pytest.fixture(params=["rendered", "real"])
def speaker(request: pytest.FixtureRequest) -> str:
    """The source of a clip in which somebody speaks: the rendered talker, then one of GRID's."""
    if request.param == "rendered":
        return "talker:bin blue at f two now?seed=3"
    folder: Path = request.getfixturevalue("grid")
    return str(folder / "s1" / "lwie7a.mp4")

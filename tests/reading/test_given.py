"""What a program may hand over to be read, and what it gets."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.fakes import (
    DECODER,
    FACELESS,
    FakeModel,
    FakeSource,
    FakeTracker,
    film,
    numbers,
    picture,
)

import edge_lip
from edge_lip.errors import ModelError, SourceError
from edge_lip.mouth.pose import Pose
from edge_lip.reading import opening, transcript
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.sources.given import as_source
from edge_lip.sources.specs import open_source
from edge_lip.system.opencv import cv2

AWAY = film(20) + [Frame(FACELESS, 0.8 + i / 25) for i in range(20)]
BACK = AWAY + film(20, start=1.6, first=50)
"""The face leaves, and comes back."""


def make_reader(model: object = None, **options: Any) -> Reader:
    return Reader(FakeModel(), FakeTracker(), DECODER, **options)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "open_reader", make_reader)
    monkeypatch.setattr(opening, "open_reader", make_reader)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(10):
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture(number))
    return tmp_path


def array(channels: Callable[[np.ndarray], np.ndarray] = lambda image: image) -> np.ndarray:
    return np.stack([channels(picture(number)) for number in range(10)])


@pytest.mark.parametrize(
    "given",
    [
        lambda: film(10),
        lambda: iter(film(10)),
        lambda: FakeSource(film(10)),
        lambda: (picture(number) for number in range(10)),
        array,
        lambda: array(lambda image: image[..., 0]),
        lambda: array(lambda image: image[..., :1]),
        lambda: array(lambda image: np.dstack([image, image[..., 0]])),
    ],
    ids=["frames", "iterator", "source", "pictures", "BGR", "grey", "one channel", "BGRA"],
)
@pytest.mark.usefixtures("fake")
def test_whatever_has_pictures_in_it_is_read(given: Callable[[], Any]) -> None:
    read = edge_lip.read(given())
    assert read.text == str(read) == numbers(0, 9)
    assert read.confidence == 0.75 and len(read.words) == 10
    assert read.utterances[0].end == pytest.approx(0.4)


@pytest.mark.parametrize("kind", [str, Path])
@pytest.mark.usefixtures("fake")
def test_a_path_is_read(kind: type, folder: Path) -> None:
    assert edge_lip.read(kind(folder)).text == numbers(0, 9)


@pytest.mark.usefixtures("fake")
def test_pictures_come_as_fast_as_is_said() -> None:
    assert edge_lip.read(array(), fps=50).utterances[0].end == pytest.approx(0.2)


@pytest.mark.usefixtures("fake")
def test_a_transcript_has_all_utterances() -> None:
    read = edge_lip.read(BACK)
    assert read.text == f"{numbers(0, 19)} {numbers(50, 69)}"
    assert read.confidence == 0.75**2 and len(read.words) == 40
    assert [event.kind for event in read.utterances] == ["final", "final"]


@pytest.mark.usefixtures("fake")
def test_without_a_face_a_transcript_is_empty() -> None:
    read = edge_lip.read([FACELESS] * 10)
    assert (read.text, read.confidence, read.words, read.utterances) == ("", 0.0, (), ())


@pytest.mark.parametrize("page", ["README.md", "docs/python-api.md"])
def test_the_first_program_prints_what_was_said_and_nothing_else(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a clip in which the face leaves and comes back."""

    def stream(self: Reader, source: object, fps: float = 25.0) -> Any:
        return original(self, BACK)

    original = Reader.stream
    monkeypatch.setattr(Reader, "stream", stream)
    monkeypatch.setattr(transcript, "open_reader", make_reader)
    monkeypatch.setattr(opening, "open_reader", make_reader)
    text = (Path(__file__).parents[2] / page).read_text()
    program = text.partition("```python\n")[2].partition("```")[0]
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    first, second = numbers(0, 19), numbers(50, 69)
    assert printed.getvalue().splitlines() == [f"{first} {second}", first, second]


def test_read_is_stream() -> None:
    events = [list(how(film(10))) for how in (make_reader().read, make_reader().stream)]
    assert [[e.text for e in some] for some in events] == [[numbers(0, 9)]] * 2


def test_features_are_those_of_each_utterance(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("nothing is to be decoded")

    monkeypatch.setattr(FakeModel, "decode", decode)
    reader = make_reader(partial_every=0.1)
    first, second = reader.features(BACK)
    assert first.dtype == np.float32 and first.shape == (20, 1)
    assert second[:, 0].tolist() == list(range(50, 70))
    monkeypatch.undo()
    assert list(reader.stream(film(10)))[-1].text == numbers(0, 9)


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (picture(0) / 255, "astype"),
        (picture(0).astype(np.float32), "astype"),
        (picture(0).tolist(), "list"),
        (np.zeros((0, 160, 3), np.uint8), "empty"),
        (np.zeros((160, 160, 2), np.uint8), "shape"),
        (np.zeros(160, np.uint8), "shape"),
    ],
)
def test_other_pictures_are_refused_in_a_sentence(image: Any, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        make_reader().push(Frame(image, 0.0))


@pytest.mark.parametrize("time", [0.5, 0.4, float("nan")])
def test_time_has_to_grow(time: float) -> None:
    reader = make_reader()
    reader.push(Frame(picture(0), 0.5))
    with pytest.raises(SourceError, match="grow"):
        reader.push(Frame(picture(1), time))
    reader.finish()
    reader.push(Frame(picture(0), 0.0))


def test_the_usual_picture_is_not_copied() -> None:
    seen: list[np.ndarray] = []

    class Seeing(FakeTracker):
        def track(self, image: np.ndarray, time: float) -> Pose | None:
            seen.append(image)
            return super().track(image, time)

    frame = film(1)[0]
    Reader(FakeModel(), Seeing(), DECODER).push(frame)
    assert seen[0] is frame.image


@pytest.mark.parametrize(
    ("given", "fps", "told"),
    [
        (picture(0), 25.0, "no film"),
        (np.zeros(5, np.uint8), 25.0, "no film"),
        (7, 25.0, "int is no source"),
        ([], 0.0, "fps"),
    ],
)
def test_what_is_no_source_is_refused(given: Any, fps: float, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        as_source(given, fps)


def test_a_source_is_closed_by_a_with_block(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    with open_source(str(folder)) as source:
        monkeypatch.setattr(source, "close", lambda: closed.append(source), raising=False)
        assert len(list(source)) == 10
    assert closed == [source]


def test_models_have_names() -> None:
    there = edge_lip.models()
    assert {"grid", "grid-s1", "talker"} <= set(there)
    assert edge_lip.open_model("talker").manifest == edge_lip.open_model(there["talker"]).manifest
    with pytest.raises(ModelError, match="no model talkre: .*grid, grid-s1, talker"):
        edge_lip.open_model("talkre")

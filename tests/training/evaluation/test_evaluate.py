"""Which clips a model is measured on, and what counts as read of one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.tiny_model import LABEL_MANIFEST, MANIFEST

from edge_lip.errors import DataError, SourceError
from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.text.hypothesis import Choice
from training.data.clip import Clip
from training.evaluation.readings import choose_clips, known_clips, read_clips
from training.recipes.recipe import DataSection, Recipe
from training.reports.metrics import Reading


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for speaker in ("s1", "s2"):
        (tmp_path / speaker).mkdir()
        (tmp_path / speaker / "bbaf2n.mp4").touch()
    return tmp_path


def test_others_are_those_the_recipe_does_not_name(corpus: Path) -> None:
    clips = choose_clips(corpus, Recipe("one", data=DataSection(speakers=("s1",))), "others")
    assert [clip.name for clip in clips] == ["s2/bbaf2n"]


def test_a_model_of_all_speakers_has_no_others(corpus: Path) -> None:
    with pytest.raises(DataError, match="others"):
        choose_clips(corpus, Recipe("all"), "others")


def said(*texts: str) -> list[Clip]:
    return [Clip(f"{k}.mp4", str(k), "", text) for k, text in enumerate(texts)]


def test_labels_the_model_does_not_know_are_left_out_and_told() -> None:
    lines: list[str] = []
    clips = said("Begin", "Web", "Excuse me", "Hello", "Web")
    known = known_clips(clips, LABEL_MANIFEST, lines.append)
    assert [clip.text for clip in known] == ["Begin", "Excuse me"]
    assert lines == ["left out: 3 of 5 clips, of labels not in the model: Hello, Web"]
    assert known_clips(known, LABEL_MANIFEST, lines.append) == known
    assert len(lines) == 1


def test_no_label_that_the_model_knows() -> None:
    with pytest.raises(DataError, match="Begin, Excuse me"):
        known_clips(said("Web"), LABEL_MANIFEST, print)


def test_a_model_of_sentences_knows_any_text() -> None:
    clips = said("web site", "begin")
    assert known_clips(clips, MANIFEST, print) == clips


class Told(Reader):
    """A reader that gives these events of whatever it is shown."""

    def __init__(self, *events: Event | Exception) -> None:
        self._events = events

    def read(self, source: Any, fps: float | None = None) -> Iterator[Event]:
        for event in self._events:
            if isinstance(event, Exception):
                raise event
            yield event


def one(kind: Any, confidence: float, *texts: str) -> Event:
    """Read as the first of `texts`, all of them being choices."""
    choices = tuple(Choice(text, confidence / (k + 1)) for k, text in enumerate(texts))
    return Event(kind, "" if kind == "rejected" else texts[0], confidence, choices=choices)


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    (tmp_path / "clip").mkdir()
    Image.new("L", (64, 48)).save(tmp_path / "clip" / "1.png")
    return Clip(str(tmp_path / "clip"), "F01/clip", "F01", "Begin")


def read_one(clip: Clip, *events: Event | Exception) -> Reading:
    (reading,) = read_clips(Told(*events), [clip], print)
    assert (reading.clip, reading.speaker, reading.reference) == ("F01/clip", "F01", "Begin")
    return reading


def test_a_label_comes_with_its_choices(clip: Clip) -> None:
    reading = read_one(clip, one("partial", 0.9, "Web"), one("final", 0.6, "Begin", "Web"))
    assert (reading.hypothesis, reading.confidence) == ("Begin", 0.6)
    assert reading.choices == (("Begin", 0.6), ("Web", 0.3))


def test_of_a_clip_with_several_utterances_the_surest_label_counts(clip: Clip) -> None:
    events = one("final", 0.4, "Web"), one("final", 0.7, "Begin"), one("final", 0.5, "Hello")
    reading = read_one(clip, *events)
    assert (reading.hypothesis, reading.confidence) == ("Begin", 0.7)
    assert reading.choices == (("Begin", 0.7),)


def test_a_rejected_text_is_not_read_but_what_it_might_be_is_known(clip: Clip) -> None:
    reading = read_one(clip, one("rejected", 0.3, "Begin", "Web"))
    assert (reading.hypothesis, reading.confidence) == ("", 0.0)
    assert reading.choices == (("Begin", 0.3), ("Web", 0.15))


def test_sentences_of_several_utterances_are_one(clip: Clip) -> None:
    reading = read_one(clip, Event("final", "bin blue", 0.5), Event("final", "at f", 0.5))
    assert (reading.hypothesis, reading.confidence, reading.choices) == ("bin blue at f", 0.25, ())


def test_without_a_face_nothing_is_read(clip: Clip) -> None:
    reading = read_one(clip, Event("no_face"))
    assert (reading.hypothesis, reading.confidence, reading.choices) == ("", 0.0, ())


def test_a_clip_that_breaks_off_counts_as_far_as_it_was_read(
    clip: Clip, capsys: pytest.CaptureFixture[str]
) -> None:
    reading = read_one(clip, one("final", 0.6, "Begin"), SourceError("the rest is damaged"))
    assert reading.hypothesis == "Begin"
    assert capsys.readouterr().out == "F01/clip: the rest is damaged\n"


def test_a_clip_that_is_not_there_is_read_as_nothing() -> None:
    problems: list[str] = []
    (reading,) = read_clips(Told(), said("Begin"), problems.append)
    assert (reading.hypothesis, reading.confidence) == ("", 0.0)
    assert len(problems) == 1 and problems[0].startswith("0: ")

"""`edge-lip demo`: what is said, what is read of it, and how both are shown."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from support.fakes import LABEL_MANIFEST, MANIFEST, FakeLabelModel, FakeSource, FakeTracker, film

from edge_lip.cli import main as cli
from edge_lip.demo import blocks
from edge_lip.demo.phrases import draw_text, spell
from edge_lip.demo.screen import Screen
from edge_lip.demo.take import Take, take
from edge_lip.errors import UsageError
from edge_lip.model import file as model
from edge_lip.model.manifest import Manifest
from edge_lip.reading import reader
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.text.decoding import Decoding

Captured = pytest.CaptureFixture[str]
GRAMMAR = replace(
    MANIFEST,
    decoding=Decoding("grammar", (("bin", "lay"), ("blue", "Red"), ("a", "b")), 0.0, 1.0, 16),
)
WORDS = replace(MANIFEST, words=("one", "two", "three"))


@pytest.mark.parametrize("manifest", [GRAMMAR, LABEL_MANIFEST, WORDS])
def test_what_is_drawn_can_be_read_and_depends_on_the_seed(manifest: Manifest) -> None:
    drawn = [draw_text(manifest, seed) for seed in range(20)]
    assert drawn == [draw_text(manifest, seed) for seed in range(20)]
    assert len(set(drawn)) > 3
    assert drawn == [spell(manifest, text) for text in drawn]


def test_a_model_that_tells_of_no_words_is_told_what_to_read() -> None:
    with pytest.raises(UsageError, match="give a TEXT"):
        draw_text(MANIFEST, 0)
    assert spell(MANIFEST, " any  words at all ") == "any words at all"


@pytest.mark.parametrize(
    ("manifest", "text", "spelled"),
    [
        (GRAMMAR, " BIN  red B ", "bin Red b"),
        (LABEL_MANIFEST, "excuse  ME", "Excuse me"),
        (WORDS, "Two two one", "two two one"),
    ],
)
def test_case_and_spaces_do_not_matter(manifest: Manifest, text: str, spelled: str) -> None:
    assert spell(manifest, text) == spelled


@pytest.mark.parametrize(
    ("manifest", "text", "can"),
    [
        (GRAMMAR, "bin blue", "3 words, one of each of bin/lay, blue/Red, a/b"),
        (GRAMMAR, "bin blue a b", "3 words"),
        (GRAMMAR, "blue bin a", "3 words"),
        (LABEL_MANIFEST, "excuse", "one of Begin, Stop, Excuse me, Web"),
        (WORDS, "one four", "the words one, two, three"),
    ],
)
def test_what_the_model_does_not_know_is_refused(manifest: Manifest, text: str, can: str) -> None:
    with pytest.raises(UsageError, match="can't read") as caught:
        spell(manifest, text)
    assert can in str(caught.value) and text in str(caught.value)


@pytest.mark.parametrize("text", ["", " ", "hello world"])
def test_a_text_it_can_not_read_ends_in_one_line(text: str, capsys: Captured) -> None:
    assert cli.main(["demo", text]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    assert not text.strip() or "bin/lay/place/set" in err


@pytest.mark.parametrize("words", [["--sentences", "0"], ["--seed", "-1"], ["--web", "a b"]])
def test_wrong_calls_end_with_2(words: list[str], fakes: None, capsys: Captured) -> None:
    assert cli.main(["demo", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


class FakeTalker(FakeSource):
    """Says it in 20 frames, and remembers that."""

    asked: list[str] = []

    def __init__(self, spec: str) -> None:
        super().__init__(film(20), spec)
        self.asked.append(spec)


class Interrupted(FakeTalker):
    def __iter__(self) -> Iterator[Frame]:
        yield from self.frames[:10]
        raise KeyboardInterrupt


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that always reads "Excuse me", and talkers that are quickly rendered."""
    monkeypatch.setattr(FakeTalker, "asked", [])
    monkeypatch.setattr(model, "open_model", lambda *_: FakeLabelModel())
    monkeypatch.setattr(reader, "make_tracker", lambda *_: FakeTracker())
    monkeypatch.setattr("edge_lip.demo.take.open_source", FakeTalker)


@pytest.mark.usefixtures("fakes")
def test_plain_lines_tell_all(capsys: Captured) -> None:
    assert cli.main(["demo", "excuse", "me"]) == 0
    out, err = capsys.readouterr()
    first, *partials, read, said, time = out.splitlines()
    assert "rendered" in first and err == ""
    assert partials == [" 0.44 s  Excuse me", " 0.80 s  Excuse me"]
    assert read.split() == ["read", "Excuse", "me", "(64%", "sure)"]
    assert said.split() == ["said", "Excuse", "me", "(read", "right)"]
    assert "render " in time and "ms a frame; decode " in time
    assert FakeTalker.asked == ["talker:Excuse me?seed=0"]


@pytest.mark.usefixtures("fakes")
def test_a_mistake_is_shown_as_one_and_is_no_error(capsys: Captured) -> None:
    assert cli.main(["demo", "stop"]) == 0
    said = capsys.readouterr().out.splitlines()[-2]
    assert said.split() == ["said", "Stop", "(not", "the", "same)"]


@pytest.mark.usefixtures("fakes")
def test_several_sentences_are_several_talkers_and_a_sum(capsys: Captured) -> None:
    assert cli.main(["demo", "--sentences", "4", "--seed", "3"]) == 0
    seeds = range(3, 7)
    said = [draw_text(LABEL_MANIFEST, seed) for seed in seeds]
    spoken = zip(said, seeds, strict=True)
    assert FakeTalker.asked == [f"talker:{text}?seed={seed}" for text, seed in spoken]
    *_, last = capsys.readouterr().out.splitlines()
    assert last == f"{said.count('Excuse me')} of 4 read right"


@pytest.mark.usefixtures("fakes")
def test_json_is_one_object_a_sentence(capsys: Captured) -> None:
    assert cli.main(["demo", "--json", "--sentences", "2", "Excuse me"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(first.pop("stages")) == {"read", "face", "crop", "encode", "decode", "text"}
    assert first.pop("latency") > 0
    assert first == {
        "rendered": True,
        "said": "Excuse me",
        "text": "Excuse me",
        "right": True,
        "seed": 0,
        "confidence": 0.64,
    }
    assert second["seed"] == 1


@pytest.mark.usefixtures("fakes")
def test_ctrl_c_ends_it(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr("edge_lip.demo.take.open_source", Interrupted)
    assert cli.main(["demo", "--json"]) == 130
    assert capsys.readouterr().out == ""


class Terminal:
    """A screen that can be read."""

    def __init__(self, width: int = 80, height: int = 26, **options: Any) -> None:
        self.stream = io.StringIO()
        self.console = Console(
            file=self.stream,
            force_terminal=True,
            width=width,
            height=height,
            highlight=False,
            **options,
        )

    def show(self, *seeds: int) -> str:
        """Everything written while the talkers of `seeds` say something."""
        reading = Reader(FakeLabelModel(), FakeTracker(), partial_every=0.4)
        with Screen(self.console) as screen:
            reading.observers.append(screen.observe)
            for seed in seeds:
                screen.begin("Excuse me", seed)
                screen.end(take(reading, "Excuse me", seed, [screen]))
            screen.sum_up(len(seeds), len(seeds))
        return self.stream.getvalue()


HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


@pytest.mark.usefixtures("fakes")
def test_a_screen_shows_face_mouth_and_text_in_colour() -> None:
    written = Terminal(color_system="truecolor").show(1, 2)
    for words in ("rendered talker, seed 1", "what the network sees", "Excuse me", "64% sure"):
        assert words in written
    assert blocks.HALF in written and "\x1b[38;2;" in written
    assert "2 of 2 read right" in written
    assert written.index(HIDE) < written.rindex(SHOW)


@pytest.mark.usefixtures("fakes")
def test_a_screen_without_colour_or_blocks_shows_characters() -> None:
    written = Terminal(color_system=None).show(1)
    assert blocks.HALF not in written and "38;2" not in written
    assert any(set(line) <= set(blocks.RAMP) and len(set(line)) > 1 for line in written.split("\n"))


@pytest.mark.usefixtures("fakes")
@pytest.mark.parametrize("size", [(60, 40), (100, 15)])
def test_a_small_screen_shows_text_alone(size: tuple[int, int]) -> None:
    written = Terminal(*size, color_system="truecolor").show(1)
    assert blocks.HALF not in written and "Excuse me" in written and "rendered" in written


@pytest.mark.usefixtures("fakes")
def test_the_screen_is_left_as_it_was_after_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_lip.demo.take.open_source", Interrupted)
    terminal = Terminal(color_system="truecolor")
    with pytest.raises(KeyboardInterrupt):
        terminal.show(1)
    assert terminal.stream.getvalue().endswith(SHOW)


def test_a_picture_of_half_blocks_has_the_colours_of_the_pixels() -> None:
    terminal = Terminal(color_system="truecolor")
    image = np.zeros((2, 1, 3), np.uint8)
    image[0, 0], image[1, 0] = (16, 80, 160), (240, 8, 0)
    terminal.console.print(blocks.Blocks(image))
    colours = "\x1b[38;2;160;80;16;48;2;0;8;240m"
    assert terminal.stream.getvalue().strip() == f"{colours}{blocks.HALF}\x1b[0m"


def test_a_take_is_right_when_the_texts_are_the_same() -> None:
    made = Take("bin blue", 0, "bin blue", 0.9, 0.1, {})
    assert made.right and not replace(made, text="bin").right


def test_the_shipped_model_reads_a_rendered_talker(face_models: object, capsys: Captured) -> None:
    assert cli.main(["demo", "--json", "--seed", "1"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["rendered"], made["seed"]) == (True, 1)
    assert len(made["text"].split()) == len(made["said"].split()) == 6
    assert made["right"] is (made["text"] == made["said"])

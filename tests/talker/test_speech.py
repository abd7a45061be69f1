"""From a text to timed mouths: how long words last, what they look like, what can't be said."""

import random
from dataclasses import astuple, replace
from itertools import combinations

import numpy as np
import pytest
from support.fake_people.miracl import ITEMS

from edge_lip.errors import UsageError
from edge_lip.talker import MouthShape, Speech, random_scene, speak
from edge_lip.talker.pronunciation import DICTIONARY, pronounced
from edge_lip.talker.timing import statistics
from edge_lip.talker.visemes import DIPHTHONGS, REST, VISEMES, blend
from training.data.datasets.grid import SLOTS

SENTENCE = "bin blue at f two now"


def course(text: str, fps: float, seed: int = 0) -> list[MouthShape]:
    """The mouths of a take."""
    scene = replace(random_scene(0), fps=fps)
    return list(speak(text, scene, seed, before=0.2, after=0.2).mouths)


def takes(count: int, fps: float = 25.0) -> list[Speech]:
    """As many people who say the same sentence."""
    return [speak(SENTENCE, replace(random_scene(seed), fps=fps), seed) for seed in range(count)]


def test_words_follow_each_other_within_the_clip() -> None:
    for speech in takes(20):
        edges = [edge for word in speech.words for edge in (word.start, word.end)]
        assert edges == sorted(edges) and edges[0] >= 0.1
        assert all(word.end - word.start > 0.04 for word in speech.words)
        assert edges[-1] < len(speech.mouths) / 25
        assert speech.text == SENTENCE


def test_sentences_take_the_time_they_take_on_grid() -> None:
    rng = random.Random(0)
    speeches = [
        speak(" ".join(rng.choice(slot) for slot in SLOTS), random_scene(seed), seed)
        for seed in range(200)
    ]
    spoken = [speech.words[-1].end - speech.words[0].start for speech in speeches]
    leads = [speech.words[0].start for speech in speeches]
    assert np.mean(spoken) == pytest.approx(statistics()["spoken"]["mean"], rel=0.05)
    assert np.std(spoken) == pytest.approx(statistics()["spoken"]["spread"], rel=0.3)
    assert np.mean(leads) == pytest.approx(statistics()["lead"]["mean"], rel=0.1)
    assert np.mean([len(speech.mouths) == 75 for speech in speeches]) > 0.9


def test_the_truth_does_not_depend_on_the_frame_rate() -> None:
    slow, fast = (takes(1, fps)[0] for fps in (10, 60))
    assert slow.words == fast.words
    assert len(slow.mouths) == 30 and len(fast.mouths) == 180


def test_utterances_are_parted_by_a_pause_at_rest() -> None:
    scene = random_scene(1)
    speech = speak(f"{SENTENCE} | Set red!|bye", scene, 1, pause=2.0)
    assert speech.text == f"{SENTENCE} set red bye"
    words = {word.text: word for word in speech.words}
    for before, after in (("now", "set"), ("red", "bye")):
        gap = words[before].end, words[after].start
        assert gap[1] - gap[0] == pytest.approx(2.0)
        assert speech.mouths[round(sum(gap) / 2 * scene.fps)].opening < 0.01


def test_silence_is_a_mouth_at_rest() -> None:
    for text in ("", "  ", "|", "...!"):
        speech = speak(text, random_scene(0), 0)
        assert speech.words == () and set(speech.mouths) == {MouthShape()}
        assert len(speech.mouths) == 75


def test_letters_digits_and_articles_are_said_as_people_do() -> None:
    said = dict(pronounced("Place red, at A 9 soon!"))
    assert said["a"] == ("EY",) and said["nine"] == ("N", "AY", "N")
    assert dict(pronounced("have a good time"))["a"] == ("AH",)
    assert pronounced("25") == pronounced("two five")
    assert pronounced("don’t") == pronounced("DON'T")


@pytest.mark.parametrize("text", ["größe", "50 %", "a\x00b", "лип", "a & b"])
def test_what_cannot_be_said_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="can't say") as refusal:
        speak(text, random_scene(0), 0)
    assert "\n" not in str(refusal.value)


def test_hours_of_speech_are_blended_piece_by_piece_as_at_once() -> None:
    visemes = [VISEMES[sound] for sound in ["B", "IH", "N"] * 60]
    begins = 0.1 * np.arange(len(visemes))
    spans = np.column_stack([begins, begins + 0.05])
    times = np.arange(600) / 30
    whole = blend(visemes, spans, times)
    alone = np.concatenate([blend(visemes, spans, times[k : k + 1]) for k in range(len(times))])
    assert whole == pytest.approx(alone, abs=1e-6)


def test_a_viseme_alone_is_reached_and_rest_is_rest() -> None:
    held = blend(
        [VISEMES[REST], VISEMES["AA"]], np.array([(-np.inf, 1.0), (2.0, 9.0)]), np.array([5.0])
    )
    assert held[0] == pytest.approx(astuple(VISEMES["AA"].shape), abs=0.01)


@pytest.mark.parametrize("sound", ["P", "B", "M"])
def test_lips_close_for_a_bilabial(sound: str) -> None:
    openings = [shape.opening for shape in course(f"again {sound.lower()}a", 100)]
    middle = openings[len(openings) // 4 : -len(openings) // 4]
    assert min(middle) < 0.05 < 0.2 < max(middle)


def distance(one: list[MouthShape], other: list[MouthShape]) -> float:
    """Between two courses, each stretched to the same length."""

    def stretched(shapes: list[MouthShape]) -> np.ndarray:
        values = np.array([astuple(shape) for shape in shapes]).T
        where = np.linspace(0, 1, 24)
        return np.array([np.interp(where, np.linspace(0, 1, len(v)), v) for v in values])

    return float(np.sqrt(((stretched(one) - stretched(other)) ** 2).sum(0)).mean())


@pytest.mark.parametrize("kind", ["words", "phrases"])
def test_items_differ_more_than_takes_of_one(kind: str) -> None:
    takes = {item: [course(item, fps=15, seed=seed) for seed in range(4)] for item in ITEMS[kind]}
    for item, own in takes.items():
        same = np.mean([distance(one, other) for one, other in combinations(own, 2)])
        for another in set(takes) - {item}:
            pairs = zip(own, takes[another], strict=True)
            assert np.mean([distance(one, other) for one, other in pairs]) > 1.3 * same


@pytest.mark.parametrize("item", [*ITEMS["words"], *ITEMS["phrases"]])
def test_an_utterance_lasts_as_long_as_published_ones_and_begins_and_ends_at_rest(
    item: str,
) -> None:
    shapes = course(item, 15)
    assert 5 <= len(shapes) <= 35
    assert max(shapes[0].opening, shapes[-1].opening) < 0.1
    assert max(shape.opening for shape in shapes) > 0.15


def test_every_phoneme_has_a_viseme_and_any_word_phonemes() -> None:
    known = set(VISEMES) | set(DIPHTHONGS)
    assert {sound for sounds in DICTIONARY.values() for sound in sounds} <= known
    assert {half for halves in DIPHTHONGS.values() for half in halves} <= set(VISEMES)
    spelled = pronounced("Sheep don't whistle, Rebecca!")
    assert [sound for _, word in spelled for sound in word if sound not in known] == []
    assert spelled[0] == ("sheep", ("SH", "IY", "P"))

"""Rendered people in the mix: what they say, who they are, and that they stay what they were."""

from collections import Counter
from contextlib import closing
from itertools import islice

import pytest

from edge_lip.errors import DataError
from edge_lip.sources.specs import open_source
from edge_lip.sources.talker import Talker
from training.data.clip import Clip
from training.data.datasets import rendered
from training.data.datasets.grid import SLOTS
from training.data.datasets.rendered import EVALUATION_SEED, evaluation_clips, learned_clips


def seed(clip: Clip) -> int:
    return int(clip.source.rpartition("seed=")[2])


def test_every_word_is_said_equally_often() -> None:
    clips = learned_clips(SLOTS, 100)
    texts = [clip.text.split() for clip in clips]
    for place, slot in enumerate(SLOTS):
        counts = Counter(text[place] for text in texts)
        assert set(counts) == set(slot) and max(counts.values()) - min(counts.values()) <= 1
    assert len(set(map(tuple, texts))) == 100


def test_fewer_clips_are_the_first_of_more() -> None:
    """So that their crops are found again."""
    assert learned_clips(SLOTS, 9) == learned_clips(SLOTS, 30)[:9]
    assert learned_clips(SLOTS, 0) == []


def test_a_person_says_four_sentences_and_is_a_speaker() -> None:
    clips = learned_clips(SLOTS, 40)
    people = {clip.speaker: seed(clip) for clip in clips}
    assert Counter(clip.speaker for clip in clips) == dict.fromkeys(people, 4)
    assert len(set(people.values())) == 10
    for person in people:  # all commands, colours, prepositions and adverbs
        said = [clip.text.split() for clip in clips if clip.speaker == person]
        assert {text[0] for text in said} == {*SLOTS[0]} and {text[5] for text in said} == {
            *SLOTS[5]
        }


def test_nobody_is_both_learned_and_evaluated() -> None:
    learned, evaluated = learned_clips(SLOTS, 50), evaluation_clips(SLOTS, 50)
    assert max(map(seed, learned)) < 100_000 < EVALUATION_SEED <= min(map(seed, evaluated))
    assert len(set(map(seed, evaluated))) == 50


def test_the_times_of_words_are_the_talkers() -> None:
    clip = learned_clips(SLOTS, 2)[1]
    assert [word.text for word in clip.words] == clip.text.split()
    speech = Talker(clip.source.removeprefix("talker:")).speech
    assert [(w.start, w.end) for w in clip.words] == [(w.start, w.end) for w in speech.words]
    with closing(open_source(clip.source)) as source:
        frames = list(islice(source, 2))
    assert frames[0].time == 0 and frames[0].image.ndim == 3


def test_labels_are_said_once_by_each() -> None:
    clips = learned_clips([["How are you?", "now: go", "yes"]], 6)
    assert Counter(clip.text for clip in clips) == {"How are you?": 2, "now: go": 2, "yes": 2}
    assert len({clip.speaker for clip in clips}) == len({clip.name for clip in clips}) == 6
    assert all(clip.name.count("/") == 1 and not {*"?:"} & {*clip.name} for clip in clips)


def test_a_talker_that_looks_otherwise_has_other_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = learned_clips(SLOTS, 1)
    monkeypatch.setattr(rendered, "VERSION", rendered.VERSION + 1)
    (after,) = learned_clips(SLOTS, 1)
    assert before.home != after.home and before.source == after.source


def test_nothing_to_say() -> None:
    for slots in ([], [()]):
        with pytest.raises(DataError, match="grammar, or labels"):
            evaluation_clips(slots, 1)

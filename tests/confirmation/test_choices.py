"""What else a text could be."""

from itertools import product

from edge_lip.confirmation.choices import other_texts
from edge_lip.events import Event, SpokenWord
from edge_lip.text.hypothesis import Choice


def word(**shares: float) -> SpokenWord:
    choices = tuple(Choice(text, share) for text, share in shares.items())
    return SpokenWord(choices[0].text, choices[0].confidence, 0.0, 0.1, choices)


def test_the_likeliest_sentences_that_words_make() -> None:
    words = (
        word(bin=0.9, lay=0.06, set=0.04),
        word(blue=0.5, green=0.3, red=0.2),
        word(at=0.97, by=0.03),
    )
    event = Event("final", "bin blue at", 0.4, words)
    every = {
        " ".join(one.text for one in taken): taken[0].confidence
        * taken[1].confidence
        * taken[2].confidence
        for taken in product(*(one.choices for one in words))
    }
    del every["bin blue at"]
    found = other_texts(event, 8)
    assert [one.text for one in found] == sorted(every, key=lambda text: -every[text])[:8]
    assert all(abs(one.confidence - every[one.text]) < 1e-9 for one in found)
    assert len(other_texts(event, 100)) == len(every)


def test_a_text_that_is_not_the_likeliest_of_its_words_is_not_among_the_others() -> None:
    other = SpokenWord("red", 0.4, 0.0, 0.1, (Choice("blue", 0.6), Choice("red", 0.4)))
    assert [one.text for one in other_texts(Event("final", "red", 0.4, (other,)), 5)] == ["blue"]


def test_labels_are_choices_as_they_are() -> None:
    labels = (Choice("Stop", 0.7), Choice("Web", 0.2), Choice("Begin", 0.1))
    assert other_texts(Event("final", "Stop", 0.7, choices=labels), 1) == [Choice("Web", 0.2)]


def test_where_nothing_else_is_known_there_is_nothing() -> None:
    plain = (SpokenWord("bin", 0.9, 0.0, 0.1), SpokenWord("blue", 0.9, 0.1, 0.2))
    assert other_texts(Event("final", "bin blue", 0.8, plain), 3) == []
    one = (SpokenWord("bin", 1.0, 0.0, 0.1, (Choice("bin", 1.0),)),)
    assert other_texts(Event("final", "bin", 1.0, one), 3) == []
    assert other_texts(Event("final", "bin"), 3) == []

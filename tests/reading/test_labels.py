"""Words and phrases: frames in, one label out, or none where it is too unsure."""

from dataclasses import replace

import pytest
from support.fakes import (
    DECODER,
    LABEL_MANIFEST,
    FakeLabelModel,
    FakeModel,
    FakeSource,
    FakeTracker,
    film,
    live_film,
)

from edge_lip.errors import UsageError
from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.text.decoding import Decoding


def read(model: FakeModel, **options: object) -> list[Event]:
    reader = Reader(model, FakeTracker(), **options)  # type: ignore[arg-type]
    return list(reader.read(FakeSource(film(30))))


def of(event: Event) -> list[str]:
    return [choice.text for choice in event.choices]


def test_a_clip_is_its_likeliest_label() -> None:
    (event,) = read(FakeLabelModel())
    assert (event.kind, event.text) == ("final", "Excuse me")
    assert event.confidence == pytest.approx(0.64)
    assert (of(event), event.words) == (["Excuse me", "Stop", "Begin"], ())
    assert (event.start, event.end) == pytest.approx((0, 1.2))


@pytest.mark.parametrize(("top", "count"), [(1, 1), (2, 2), (9, 4)])
def test_as_many_choices_as_asked_for(top: int, count: int) -> None:
    (event,) = read(FakeLabelModel(), top=top)
    assert of(event) == ["Excuse me", "Stop", "Begin", "Web"][:count]


@pytest.mark.parametrize(
    ("stored", "asked", "kind"),
    [
        (0.0, None, "final"),
        (0.7, None, "rejected"),
        (0.7, 0.5, "final"),
        (0.0, 0.65, "rejected"),
        (0.7, 0.0, "final"),
    ],
)
def test_a_label_too_unsure_is_rejected(stored: float, asked: float | None, kind: str) -> None:
    decoding = replace(LABEL_MANIFEST.decoding, threshold=stored)
    model = FakeLabelModel(replace(LABEL_MANIFEST, decoding=decoding))
    (event,) = read(model, threshold=asked)
    assert event.kind == kind
    assert event.text == ("" if kind == "rejected" else "Excuse me")
    assert event.confidence == pytest.approx(0.64)
    assert of(event) == ["Excuse me", "Stop", "Begin"]


def test_partials_have_choices_and_are_never_rejected() -> None:
    *partials, final = read(FakeLabelModel(), threshold=0.9, partial_every=0.4)
    assert [event.kind for event in partials] == ["partial"] * len(partials) and partials
    assert {event.text for event in partials} == {"Excuse me"}
    assert all(of(event) == ["Excuse me", "Stop", "Begin"] for event in partials)
    assert final.kind == "rejected"


def test_sentences_are_rejected_too() -> None:
    assert [event.kind for event in read(FakeModel(), decoder=DECODER, threshold=0.75)] == ["final"]
    (event,) = read(FakeModel(), decoder=DECODER, threshold=0.76)
    assert (event.kind, event.text, event.words, event.choices) == ("rejected", "", (), ())
    assert event.confidence == 0.75


def test_the_manifest_sets_the_temperature() -> None:
    decoding = Decoding("label", None, 0.0, 0.0, 1, temperature=2.0)
    (event,) = read(FakeLabelModel(replace(LABEL_MANIFEST, decoding=decoding)))
    total = sum(share**0.5 for share in FakeLabelModel().shares)
    assert event.confidence == pytest.approx(0.8 / total)


def test_moving_lips_make_labels_of_a_live_stream() -> None:
    tracker = FakeTracker([(1.0, 2.0), (4.0, 5.0)])
    reader = Reader(FakeLabelModel(), tracker, partial_every=0)
    events = list(reader.read(FakeSource(live_film(7), live=True)))
    assert [(event.kind, event.text) for event in events] == [("final", "Excuse me")] * 2


def test_json_has_the_choices_to_four_digits() -> None:
    (event,) = read(FakeLabelModel(shares=(1 / 3, 1 / 3 + 0.1, 1 / 3 - 0.2, 0.1)), top=2)
    assert event.to_dict()["choices"] == [
        {"text": "Stop", "confidence": 0.4333},
        {"text": "Begin", "confidence": 0.3333},
    ]


def test_a_decoder_of_sentences_can_not_read_labels() -> None:
    with pytest.raises(UsageError, match="grammar decoder"):
        read(FakeLabelModel(), decoder="grammar")
    with pytest.raises(UsageError, match="label decoder"):
        read(FakeModel(), decoder="label")

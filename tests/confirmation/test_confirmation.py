"""What acts on a text gets it when somebody has said yes, and not otherwise."""

from threading import Thread

import pytest
from support.talk import Talk

from edge_lip.confirmation.confirmation import GLANCE, Answer, Asked, Rung, Said, Settled
from edge_lip.confirmation.policy import Policy, parse_policy
from edge_lip.errors import UsageError
from edge_lip.events import Event, SpokenWord
from edge_lip.text.hypothesis import Choice

READ = Event(
    "final",
    "bin blue",
    0.6,
    (SpokenWord("bin", 0.9, 0.0, 0.2),),
    (Choice("bin blue", 0.6),),
    end=1.5,
)


def test_a_text_waits_for_its_yes_and_then_comes_as_it_was_read() -> None:
    talk = Talk()
    talk.confirmation(READ)
    (waiting,) = talk.acted
    assert (waiting.kind, waiting.text, waiting.words, waiting.choices) == ("waiting", "", (), ())
    assert waiting.end == 1.5
    asked = talk.confirmation.waiting
    assert asked == Asked(1, READ, 100.0)
    assert talk.confirmation.answer("yes", 1)
    assert talk.acted[1:] == [READ]
    assert talk.confirmation.waiting is None
    assert talk.steps == [asked, Settled(1, "yes"), Said(READ)]


def test_no_is_nothing_said() -> None:
    talk = Talk()
    assert talk.confirmation.answer("no", talk.read())
    assert talk.told() == [("waiting", ""), ("rejected", "")]


def test_no_answer_is_nothing_said_and_comes_too_late_afterwards() -> None:
    talk = Talk("ask?within=20")
    number = talk.read()
    talk.now += 19
    talk.confirmation.check()
    assert talk.said() == [] and talk.confirmation.waiting
    talk.now += 1
    assert not talk.confirmation.answer("yes", number)  # nobody has checked before
    assert talk.told() == [("waiting", ""), ("rejected", "")]
    assert talk.steps[-1] == Settled(number, "late")


def test_the_end_is_no_yes() -> None:
    talk = Talk()
    number = talk.read()
    talk.confirmation.close()
    assert not talk.confirmation.answer("yes", number)
    assert talk.said() == []


@pytest.mark.parametrize(
    ("spec", "confidence", "waits"),
    [
        ("ask", 0.99, True),
        ("unsure", 0.89, True),
        ("unsure", 0.9, False),
        ("unsure?below=0.5", 0.6, False),
        ("never", 0.1, False),
    ],
)
def test_which_texts_wait(spec: str, confidence: float, waits: bool) -> None:
    talk = Talk(spec)
    assert bool(talk.read(confidence=confidence)) is waits
    assert talk.said() == ([] if waits else ["bin blue"])


def test_never_everything_comes_as_it_is() -> None:
    talk = Talk("never")
    events = [Event("partial", "bin"), READ, Event("rejected"), Event("face", message="two")]
    for event in events:
        talk.confirmation(event)
    assert talk.acted == events


def test_an_empty_text_is_nothing_to_confirm() -> None:
    talk = Talk()
    talk.confirmation(Event("final"))
    assert talk.told() == [("final", "")] and talk.confirmation.waiting is None


def test_what_is_not_confirmed_yet_is_not_told_in_parts_either() -> None:
    talk = Talk("unsure")
    talk.confirmation(Event("partial", "bin", 0.9, READ.words, READ.choices))
    talk.confirmation(Event("source", message="camera:0 is lost"))
    (partial, source) = talk.acted
    assert (partial.kind, partial.text, partial.words, partial.choices) == ("partial", "…", (), ())
    assert source.message == "camera:0 is lost"


def test_what_is_read_next_takes_its_place() -> None:
    talk = Talk()
    first = talk.read("bin blue")
    second = talk.read("lay red")
    assert second == first + 1
    assert not talk.confirmation.answer("yes", first)
    assert talk.confirmation.answer("yes", second)
    assert talk.said() == ["lay red"]
    assert Settled(first, "replaced") in talk.steps


def test_of_two_who_answer_one_counts() -> None:
    talk = Talk()
    number = talk.read()
    counted: list[bool] = []
    answers: tuple[Answer, ...] = ("yes", "no") * 4
    threads = [
        Thread(
            target=lambda answer=answer: counted.append(talk.confirmation.answer(answer, number))
        )
        for answer in answers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == 1
    assert len([event for event in talk.acted if event.kind in ("final", "rejected")]) == 1


def test_a_button_confirms_nothing_that_has_only_just_come() -> None:
    talk = Talk()
    talk.confirmation(READ)
    talk.now += GLANCE - 0.1
    assert not talk.confirmation.answer("yes")
    talk.now += 0.1
    assert talk.confirmation.answer("yes")
    assert not talk.confirmation.answer("yes")
    assert talk.said() == ["bin blue"]


def test_what_somebody_corrects_is_said_in_its_place_and_sure() -> None:
    talk = Talk()
    talk.confirmation(READ)
    assert talk.confirmation.answer("yes", 1, "bin green")
    said = talk.acted[-1]
    assert (said.kind, said.text, said.confidence, said.words) == ("final", "bin green", 1.0, ())
    assert said.end == 1.5
    talk.confirmation(READ)
    assert talk.confirmation.answer("yes", 2, "bin blue") and talk.acted[-1] is READ


def test_a_phrase_is_said_at_once_and_what_waits_goes_on_to_wait() -> None:
    talk = Talk()
    talk.read()
    talk.confirmation.say("I need water")
    assert talk.said() == ["I need water"] and talk.confirmation.waiting
    assert talk.acted[-1].confidence == 1.0


def test_the_bell_is_heard_by_what_acts() -> None:
    talk = Talk()
    talk.confirmation.ring()
    assert talk.told() == [("bell", "")] and talk.steps == [Rung()]


def test_silence_is_a_yes_where_somebody_wants_it() -> None:
    talk = Talk("ask?silence=5&within=60")
    talk.read()
    talk.now += 4
    talk.confirmation(Event("partial", "lay"))  # not silent: something comes in its place, perhaps
    talk.now += 4
    talk.confirmation.check()
    assert talk.said() == []
    talk.now += 1
    talk.confirmation.check()
    assert talk.said() == ["bin blue"]


def test_while_somebody_looks_into_it_it_waits() -> None:
    talk = Talk("ask?silence=5&within=20")
    number = talk.read()
    for _ in range(10):
        talk.now += 4
        talk.confirmation.stay(number)
        talk.confirmation.stay(number + 1)
        talk.confirmation.check()
    assert talk.said() == [] and talk.confirmation.waiting
    talk.now += 5
    talk.confirmation.stay(number)  # too late
    assert talk.said() == ["bin blue"]


def test_who_waits_goes_on_with_the_answer() -> None:
    talk = Talk()
    number = talk.read()
    thread = Thread(target=talk.confirmation.wait, daemon=True)
    thread.start()
    assert talk.confirmation.answer("no", number)
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("spec", "policy"),
    [
        ("ask", Policy("ask")),
        ("unsure?below=0.8&within=30", Policy("unsure", 0.8, 30.0)),
        ("ask?silence=3", Policy("ask", silence=3.0)),
    ],
)
def test_policies(spec: str, policy: Policy) -> None:
    assert parse_policy(spec) == policy


@pytest.mark.parametrize(
    "spec",
    ["", "maybe", "ask?below=0.5", "unsure?below=2", "never?within=3", "ask?silence=60", "ask?x=1"],
)
def test_what_is_no_policy_is_a_wrong_call(spec: str) -> None:
    with pytest.raises(UsageError, match="--confirm"):
        parse_policy(spec)

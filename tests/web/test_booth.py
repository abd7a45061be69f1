"""A recording session on a page: what browsers are told, and which answers count."""

import json
from threading import Thread

from support.fakes import film

from edge_lip.mouth.geometry import CropGeometry
from edge_lip.reading.speech_activity import LIPS
from edge_lip.recording.plan import Wanted
from edge_lip.recording.session import Answer, Asks, Begins, Counts, Event, Kept, Looks, Taken, Told
from edge_lip.recording.take import Seen, Take
from edge_lip.web.booth import Booth, Wish

YES = Wanted("yes", "yes", 1)
SEEN = Seen(0.0, (160, 160), None, None, "lost", 0.0, False, 0)
TAKE = Take((SEEN, SEEN), None, LIPS, "film")


def taken(*problems: str, keepable: bool = True) -> Taken:
    return Taken(YES, TAKE, problems, keepable, 1)


class Browser:
    """Follows a booth, and says what it is told to."""

    def __init__(self, booth: Booth) -> None:
        self.booth, self.told = booth, booth.follow()

    def next(self, kind: str = "session") -> dict[str, object]:
        return next(message for message in self.told if message["type"] == kind)

    def say(self, number: object, answer: object) -> None:
        self.booth.hear(json.dumps({"number": number, "answer": answer}))


def asked(booth: Booth, event: Event) -> tuple[Thread, list[Answer | None]]:
    """The session's thread, which waits for the answer to `event`."""
    answers: list[Answer | None] = []
    thread = Thread(target=lambda: answers.append(booth(event)), daemon=True)
    thread.start()
    return thread, answers


def booth() -> tuple[Booth, Browser]:
    made = Booth(CropGeometry(), period=0.01)
    return made, Browser(made)


def test_what_happens_is_told_in_turn() -> None:
    made, browser = booth()
    assert browser.next()["stage"] == "wait"
    thread, answers = asked(made, Asks(YES, 2, 2))
    state = browser.next()
    assert (state["stage"], state["asked"], state["place"], state["total"]) == ("asks", "yes", 1, 2)
    assert state["answers"] == ["begin", "skip", "stop"]
    browser.say(state["number"], "begin")
    thread.join(5)
    assert answers == [None]
    for event, stage in ((Counts(3), "counts"), (Begins(YES), "speak")):
        assert made(event) is None
        assert browser.next()["stage"] == stage
    made(Told("camera:0 is lost"))
    assert (told := browser.next())["told"] == "camera:0 is lost" and told["stage"] == "speak"
    made(Kept("clips/yes/01.mp4", 1))
    assert (kept := browser.next())["told"] == "clips/yes/01.mp4" and kept["answers"] == []
    assert made(Asks(YES, 1, 2)) is None  # the countdown is time enough
    assert browser.next()["answers"] == []


def test_the_first_answer_is_the_one_that_is_advised() -> None:
    made, browser = booth()
    for event, answers in (
        (taken(), ["keep", "again", "skip", "stop"]),
        (taken("no face"), ["again", "keep", "skip", "stop"]),
        (taken("no face", keepable=False), ["again", "skip", "stop"]),
    ):
        thread, given = asked(made, event)
        state = browser.next()
        while state["stage"] != "taken" or state["answers"] != answers:
            state = browser.next()
        browser.say(state["number"], answers[0])
        thread.join(5)
        assert given == [answers[0]]


def test_late_and_nonsensical_answers_are_no_answers() -> None:
    made, browser = booth()
    thread, given = asked(made, taken())
    state = browser.next()
    while state["stage"] != "taken":
        state = browser.next()
    number = state["number"]
    assert isinstance(number, int)
    for text in ("", "[]", "{}", "null", "7", '{"number": null, "answer": []}', "\ud800"):
        made.hear(text)
    browser.say(number - 1, "keep")
    browser.say(number, "begin")
    browser.say(number, {"a": 1})
    thread.join(0.3)
    assert thread.is_alive() and given == []
    browser.say(number, "skip")
    thread.join(5)
    assert given == ["skip"]


def test_nobody_is_waited_for_once_it_has_ended() -> None:
    made, _ = booth()
    thread, given = asked(made, taken())
    made.end(0)
    thread.join(5)
    assert given == ["stop"]


def test_pictures_are_shown_to_those_who_look() -> None:
    made, browser = booth()
    browser.next()
    made(Looks(film(1)[0], SEEN))
    picture = browser.next("picture")
    assert picture["mouth"] is None and str(picture["picture"]).startswith("data:image/jpeg")


def test_how_it_ended_is_the_last_that_is_told() -> None:
    made, browser = booth()
    browser.next()
    made.conclude("The page can be closed.")
    made.end(0)
    assert [message["told"] for message in browser.told] == ["The page can be closed."]


def wished(booth: Booth, *phrases: tuple[str, int]) -> tuple[Thread, list[Wish]]:
    wishes: list[Wish] = []
    thread = Thread(target=lambda: wishes.append(booth.choose(phrases, ["done"])), daemon=True)
    thread.start()
    return thread, wishes


def test_what_is_to_be_done_with_the_phrases() -> None:
    for answer, text, wish in (
        ("add", "  I need   water ", Wish("add", "I need water")),
        ("remove", "yes", Wish("remove", "yes")),
        ("test", "", Wish("test")),
        ("end", "", Wish("end")),
    ):
        made, browser = booth()
        thread, wishes = wished(made, ("yes", 3))
        state = browser.next()
        while state["stage"] != "choose":
            state = browser.next()
        assert state["phrases"] == [["yes", 3]] and state["lines"] == ["done"]
        made.hear(json.dumps({"number": state["number"], "answer": answer, "text": text}))
        thread.join(5)
        assert wishes == [wish]


def test_what_cannot_be_done_is_no_wish() -> None:
    made, browser = booth()
    thread, wishes = wished(made, ("yes", 3))
    state = browser.next()
    while state["stage"] != "choose":
        state = browser.next()
    for answer, text in (("add", " "), ("add", "x" * 201), ("add", "a\x00b"), ("remove", "no")):
        made.hear(json.dumps({"number": state["number"], "answer": answer, "text": text}))
    made.hear(json.dumps({"number": state["number"], "answer": "add", "text": ["yes"]}))
    thread.join(0.3)
    assert thread.is_alive() and wishes == []
    made.end(0)
    thread.join(5)
    assert wishes == [Wish("end")]


def test_a_wish_is_looked_for_without_waiting() -> None:
    made, browser = booth()
    made.offer([("yes", 3)], [])
    state = browser.next()
    while state["stage"] != "choose":
        state = browser.next()
    assert state["answers"] == ["add", "remove", "test"] and made.wished() is None
    made.hear(json.dumps({"number": state["number"], "answer": "end", "text": ""}))
    assert made.wished() is None
    made.hear(json.dumps({"number": state["number"], "answer": "add", "text": "no"}))
    assert made.wished() == Wish("add", "no")
    made.offer([("yes", 3)], [])
    assert made.wished() is None


def test_what_nobody_answers_is_stopped_and_something_goes_on_meanwhile() -> None:
    beats: list[None] = []
    made = Booth(CropGeometry(), patience=0, meanwhile=lambda: beats.append(None))
    assert made(taken()) == "stop" and beats

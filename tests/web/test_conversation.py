"""What pages of a person are told, and what they may say."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.talking import read

from edge_lip.confirmation.confirmation import Confirmation
from edge_lip.confirmation.policy import parse_policy
from edge_lip.errors import DataError
from edge_lip.events import Event
from edge_lip.text.hypothesis import Choice
from edge_lip.web.conversation import KEPT, Conversation
from edge_lip.web.own_phrases import LONGEST, MOST, OwnPhrases, phrase_of

Message = dict[str, Any]


class Person:
    """A conversation without a server."""

    def __init__(self, confirm: str = "ask", phrases: OwnPhrases | None = None) -> None:
        self.acted: list[Event] = []
        self.confirmation = Confirmation([self.acted.append], parse_policy(confirm), first=1)
        self.conversation = Conversation(self.confirmation, phrases, pulse=0.01)

    def tell(self, event: Event) -> None:
        self.confirmation(event)
        self.conversation(event)

    def want(self, **words: Any) -> None:
        self.conversation.hear(json.dumps(words))

    def page(self) -> dict[str, Message]:
        """What a page that is opened now is told, by type."""
        messages = self.conversation.follow()
        told = {}
        while (message := next(messages))["type"] != "pulse":
            told[message["type"]] = message
        return told

    def said(self) -> list[str]:
        return [event.text for event in self.acted if event.kind == "final"]


def test_a_new_page_is_told_how_things_are() -> None:
    person = Person(phrases=OwnPhrases(more=["I need water"]))
    assert person.page() == {
        "about": {
            "type": "about",
            "confirm": "ask",
            "silence": None,
            "aloud": False,
            "acts": True,
        },
        "phrases": {"type": "phrases", "phrases": ["I need water"]},
        "said": {"type": "said", "said": []},
        "bell": {"type": "bell", "rung": 0},
        "asked": {"type": "asked", "asked": None},
    }


def test_what_waits_is_told_with_what_else_it_could_be() -> None:
    person = Person()
    person.tell(Event("partial", "bin"))
    assert person.page()["text"] == {"type": "text", "kind": "partial", "text": "bin", "texts": []}
    person.tell(read("bin blue", ("green", 0.3), unsure="blue"))
    told = person.page()
    assert told["text"] == {"type": "text", "kind": "asked", "text": "bin blue", "texts": []}
    assert told["asked"]["asked"] == {
        "number": 1,
        "text": "bin blue",
        "confidence": 0.6,
        "words": [
            {"text": "bin", "unsure": False, "choices": []},
            {"text": "blue", "unsure": True, "choices": ["blue", "green"]},
        ],
        "texts": ["bin green"],
    }


def test_labels_are_other_texts_as_they_are() -> None:
    person = Person()
    choices = tuple(Choice(text, 0.2) for text in ("Stop", "Web", "Begin", "Go", "Come"))
    person.tell(Event("final", "Stop", 0.2, choices=choices))
    asked = person.page()["asked"]["asked"]
    assert asked["texts"] == ["Web", "Begin", "Go"]
    assert asked["words"] == [{"text": "Stop", "unsure": True, "choices": []}]


def test_what_was_not_understood_may_have_been_one_of_these() -> None:
    person = Person()
    person.tell(Event("rejected", choices=(Choice("yes", 0.4), Choice("no", 0.3))))
    told = person.page()["text"]
    assert told == {"type": "text", "kind": "rejected", "text": "", "texts": ["yes", "no"]}
    person.want(do="say", text="no")
    assert person.said() == ["no"] and person.page()["text"]["texts"] == []


def test_answers_of_a_page() -> None:
    person = Person()
    for number, (words, said, kind) in enumerate(
        (
            ({"do": "yes"}, ["bin blue"], "said"),
            ({"do": "yes", "text": " bin  green "}, ["bin green"], "said"),
            ({"do": "no"}, [], "no"),
        ),
        1,
    ):
        person.acted.clear()
        person.tell(read("bin blue"))
        person.want(number=number, **words)
        told = person.page()
        assert person.said() == said and told["asked"]["asked"] is None
        assert told["text"] == {"type": "text", "kind": kind, "text": "".join(said), "texts": []}
    assert told["said"] == {
        "type": "said",
        "said": [[1, "bin blue"], [2, "bin green"]],
        "newest": 2,
    }


def test_the_slower_of_two_pages_answers_nothing() -> None:
    person = Person()
    person.tell(read("bin blue"))
    person.want(do="no", number=1)
    person.tell(read("lay red"))
    person.want(do="yes", number=1)
    assert person.said() == [] and person.page()["asked"]["asked"]["text"] == "lay red"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "7", '{"do": []}', '{"do": "yes", "number": null}', '{"do": "say"}']
    + ['{"do": "yes", "number": 1, "text": " "}', '{"do": "say", "text": ["x"]}', "\ud800"]
    + ['{"do": "say", "text": "a\\u0000b"}', '{"do": "yes", "number": "1"}', '{"do": "fly"}']
    + [json.dumps({"do": "say", "text": "x" * (LONGEST + 1)})],
)
def test_nonsense_is_no_news(text: str) -> None:
    person = Person()
    person.tell(read("bin blue"))
    person.conversation.hear(text)
    assert person.said() == [] and person.confirmation.waiting


def test_what_waits_stays_to_be_seen_whatever_else_happens() -> None:
    person = Person()
    person.tell(read("bin blue"))
    person.want(do="say", text="Just a moment")
    assert person.said() == ["Just a moment"]
    person.tell(Event("partial", "la"))
    assert person.page()["text"]["kind"] == "partial"
    person.tell(Event("rejected"))
    assert person.page()["text"] == {
        "type": "text",
        "kind": "asked",
        "text": "bin blue",
        "texts": [],
    }


def test_what_needs_no_yes_is_said_and_seen() -> None:
    person = Person("never")
    person.tell(read("bin blue"))
    assert person.page()["text"] == {
        "type": "text",
        "kind": "said",
        "text": "bin blue",
        "texts": [],
    }
    person.tell(Event("rejected"))
    assert person.page()["text"]["kind"] == "rejected"
    person.tell(Event("final"))  # nothing in it
    person.tell(Event("source", message="camera:0 is lost"))
    assert person.page()["notice"]["text"] == "camera:0 is lost"
    assert len(person.page()["said"]["said"]) == 1


def test_what_was_said_can_be_forgotten_and_is_not_kept_without_end() -> None:
    person = Person()
    for number in range(KEPT + 2):
        person.want(do="say", text=str(number))
    person.want(do="forget", number=4)
    said = person.page()["said"]
    assert [text for _, text in said["said"]] == ["2", *(str(n) for n in range(4, KEPT + 2))]
    assert said["newest"] == KEPT + 2


def test_the_bell() -> None:
    person = Person()
    person.want(do="bell")
    assert person.page()["bell"] == {"type": "bell", "rung": 1}
    assert [event.kind for event in person.acted] == ["bell"]


def test_own_phrases_are_kept_in_their_file_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("# of every day\nI need water\n\n  Good   morning \n")
    person = Person(phrases=OwnPhrases(path, ["Yes", "Good morning"]))
    assert person.page()["phrases"]["phrases"] == ["I need water", "Good morning", "Yes"]
    person.want(do="add", text="Open the window")
    person.want(do="add", text="I need water")
    person.want(do="remove", text="Good morning")
    person.want(do="remove", text="Yes")
    person.want(do="say", text="a secret")
    assert person.page()["phrases"]["phrases"] == ["I need water", "Open the window"]
    assert path.read_text() == "# of every day\nI need water\n\nOpen the window\n"
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_that_cannot_be_written_is_told_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(phrases=OwnPhrases(tmp_path / "gone" / "mine.txt"))
    person.want(do="add", text="I need water")
    told = person.page()
    assert told["phrases"]["phrases"] == [] and "mine.txt" in told["notice"]["text"]
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="UTF-8"):
        OwnPhrases(tmp_path / "book")
    with pytest.raises(DataError, match="can't read"):
        OwnPhrases(tmp_path)


def test_there_is_an_end_to_phrases() -> None:
    phrases = OwnPhrases(more=[str(number) for number in range(MOST)])
    assert not phrases.add("one more") and len(phrases.texts) == MOST
    assert phrase_of("  a  b ") == "a b" and phrase_of("x" * (LONGEST + 1)) is None

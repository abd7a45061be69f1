"""The page of a person in a browser, with a reader that a test speaks for."""

from typing import TYPE_CHECKING, Any

from edge_lip.confirmation.confirmation import Confirmation
from edge_lip.confirmation.policy import parse_policy
from edge_lip.events import Event, SpokenWord
from edge_lip.text.hypothesis import Choice
from edge_lip.web.conversation import Conversation
from edge_lip.web.followed import Followed
from edge_lip.web.own_phrases import OwnPhrases
from edge_lip.web.page import Page
from support.windows import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page as Window


class Nobody(Followed):
    """An engineer's page that shows nothing."""

    def _messages(self) -> Any:
        yield {"type": "status"}

    def _forget(self) -> None: ...


def read(text: str, *others: tuple[str, float], unsure: str = "") -> Event:
    """A final event; of the word `unsure`, `others` are what else it could be."""
    sure = 0.9 - sum(share for _, share in others)
    words = tuple(
        SpokenWord(
            word,
            sure if word == unsure else 0.99,
            0.0,
            1.0,
            (Choice(word, sure), *(Choice(*other) for other in others)) if word == unsure else (),
        )
        for word in text.split()
    )
    return Event("final", text, sure, words)


class Talking:
    """A page, what its reader tells, and what became of it."""

    def __init__(self, confirm: str = "ask", address: str = "127.0.0.1:0", **options: Any) -> None:
        self.acted: list[Event] = []
        outputs = [self.acted.append] * options.pop("outputs", 1)
        self.confirmation = Confirmation(outputs, parse_policy(confirm))
        phrases = options.pop("phrases", None) or OwnPhrases()
        self.conversation = Conversation(self.confirmation, phrases, **options)
        self.page = Page(Nobody(), address, conversation=self.conversation)
        assert self.page.speak_url is not None
        self.url = self.page.speak_url

    def __enter__(self) -> "Talking":
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    def tell(self, event: Event) -> None:
        """As the reader does."""
        self.confirmation(event)
        self.conversation(event)

    def said(self) -> list[str]:
        return [event.text for event in self.acted if event.kind == "final"]

    def show(self, window: "Window", query: str = "") -> None:
        """Open the page, and return when it is connected."""
        mark = "&" if "?" in self.url else "?"
        window.goto(self.url + (f"{mark}{query}" if query else ""))
        wait_for(window, "document.body.dataset.link === 'open'")
        wait_for(window, "newest !== null && rung !== null")

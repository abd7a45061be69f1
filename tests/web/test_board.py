"""What a browser is told of what the reader sees and reads."""

import base64
import json
from contextlib import closing
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from support.fakes import DECODER, FACELESS, SIDE, FakeModel, FakeSource, FakeTracker, film, numbers

from edge_lip.events import Event
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from edge_lip.web import board as board_module
from edge_lip.web.board import HISTORY, Board

Message = dict[str, Any]


class Show:
    """A reader with a board that makes no browser wait."""

    def __init__(self, speech: list[tuple[float, float]] | None = None) -> None:
        self.reader = Reader(FakeModel(), FakeTracker(speech), DECODER, partial_every=0.2)
        self.board = Board(self.reader, period=0)
        self.reader.observers.append(self.board.observe)

    def read(self, frames: list[Frame], name: str = "film") -> None:
        for event in self.reader.read(FakeSource(frames, name)):
            self.board(event)

    def rest(self) -> list[Message]:
        """All that a new browser still gets when everything is over."""
        self.board.end(0)
        return list(self.board.follow())


def of_type(messages: list[Message], kind: str) -> list[Message]:
    return [message for message in messages if message["type"] == kind]


def decoded(url: str) -> np.ndarray:
    head, data = url.split(",")
    assert head == "data:image/jpeg;base64"
    jpeg = np.frombuffer(base64.b64decode(data), np.uint8)
    image = cv2.imdecode(jpeg, cv2.IMREAD_UNCHANGED)
    assert image is not None
    return image


def test_pictures_show_frame_and_mouth() -> None:
    show = Show(speech=[(0.0, 9.0)])
    with closing(show.board.follow()) as messages:
        next(messages)
        show.read(film(20))
        (picture,) = of_type([next(messages) for _ in range(5)], "picture")
    json.dumps(picture)
    assert set(picture) == {"type", "time", "picture", "reading", "mouth"}
    assert picture["time"] == 0.76 and picture["reading"] is True
    assert decoded(picture["picture"]).shape == (SIDE, SIDE, 3)
    mouth = picture["mouth"]
    assert set(mouth) == {"picture", "outline", "speed", "speech"}
    assert decoded(mouth["picture"]).shape == (64, 96)
    assert np.array(mouth["outline"]).shape == (4, 2)
    assert np.mean(mouth["outline"], axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
    assert mouth["speed"] > mouth["speech"] > 0


def test_without_a_face_there_is_no_mouth_and_a_large_picture_is_made_smaller() -> None:
    show = Show()
    with closing(show.board.follow()) as messages:
        next(messages)
        show.read([Frame(np.zeros((1080, 1920, 3), np.uint8), 0.0)])
        (picture,) = of_type([next(messages) for _ in range(2)], "picture")
    assert picture["mouth"] is None
    assert decoded(picture["picture"]).shape == (360, 640, 3)


def test_events_are_told_as_they_are_with_what_was_said() -> None:
    show = Show()
    show.board.said = "0 1 2"
    show.read(film(20))
    (event,) = of_type(show.rest(), "event")
    assert set(event) == {"type", "said", *Event("final").to_dict()}
    assert (event["kind"], event["text"], event["said"]) == ("final", numbers(0, 19), "0 1 2")


def test_a_partial_text_is_told_until_the_final_one() -> None:
    show = Show()
    with closing(show.board.follow()) as messages:
        next(messages)
        for count in (1, 2):
            show.board(Event("partial", text="bin " * count))
        show.board(Event("final", text="bin bin"))
        show.board(Event("partial", text="lay"))
        told = of_type([next(messages) for _ in range(3)], "event")
    assert [event["text"] for event in told] == ["bin bin", "lay"]


def test_who_comes_late_gets_what_was_said_but_not_all_of_it() -> None:
    show = Show()
    for number in range(HISTORY + 5):
        show.board(Event("final", text=str(number)))
    texts = [event["text"] for event in of_type(show.rest(), "event")]
    assert texts == [str(number) for number in range(5, HISTORY + 5)]


def test_a_slow_browser_gets_the_latest_picture_and_holds_nobody_up() -> None:
    show = Show()
    with closing(show.board.follow()) as messages:
        next(messages)
        show.read(film(10))
        pictures = of_type([next(messages) for _ in range(4)], "picture")
        show.read(film(90))  # the browser is busy meanwhile
        pictures += of_type([next(messages) for _ in range(2)], "picture")
    assert [picture["time"] for picture in pictures] == [0.36, 3.56]


def test_nothing_is_made_of_pictures_that_nobody_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(board_module, "picture_message", lambda *_: made.append(1))
    show = Show()
    show.read(film(20))
    with closing(show.board.follow()) as messages:
        next(messages)
    show.read(film(20))
    assert not made
    assert of_type(show.rest(), "status")[-1]["frames"] == 20


def test_the_status_counts_frames_and_tells_where_the_time_goes() -> None:
    show = Show()
    frames = film(20, fps=20)
    frames[3] = replace(frames[3], image=FACELESS, dropped=2)
    show.read(frames, "camera:0")
    *_, status = show.rest()
    json.dumps(status)
    assert set(status["stages"]) == {"read", "face", "crop", "encode", "decode", "text"}
    assert all(milliseconds >= 0 for milliseconds in status["stages"].values())
    temperature = status.pop("temperature")
    assert temperature is None or -50 < temperature < 150
    del status["stages"]
    assert status == {
        "type": "status",
        "teaching": False,
        "source": "camera:0",
        "live": False,
        "rendered": False,
        "frames": 20,
        "faces": 19,
        "dropped": 2,
        "fps": 20.0,
    }


def test_each_stream_is_counted_by_itself_and_the_talker_is_called_rendered() -> None:
    show = Show()
    show.read(film(20))
    show.read(film(5))
    show.read(film(7), "talker:bin blue?seed=1")
    *_, status = show.rest()
    assert (status["frames"], status["rendered"]) == (7, True)


def test_before_the_first_frame_there_is_a_status() -> None:
    (status,) = Show().rest()
    assert (status["type"], status["frames"], status["fps"], status["stages"]) == (
        "status",
        0,
        None,
        {},
    )

"""The button that is held to speak, pressed shortly."""

from collections.abc import Sequence

import pytest
from support.fakes import DECODER, FakeModel, FakeTracker, film, numbers
from support.talk import Talk

from edge_lip.confirmation.press import ShortPress
from edge_lip.mouth.mouth import Crop
from edge_lip.reading.reader import Reader


class Held:
    """A button that is held at some times."""

    lead = 0.2
    asked = True

    def __init__(self, times: Sequence[tuple[float, float]]) -> None:
        self._times = times
        self.closed = False

    def speaks(self, crop: Crop) -> bool:
        return any(start <= crop.time < end for start, end in self._times)

    def reset(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def pressed(talk: Talk, *times: tuple[float, float]) -> list[str]:
    """What is read in 3.6 s while the button is held so."""
    held = Held(times)
    trigger = ShortPress(held, talk.confirmation)
    with Reader(
        FakeModel(), FakeTracker(), DECODER, partial_every=0, live=True, trigger=trigger
    ) as reader:
        events = [event for frame in film(90) for event in reader.push(frame)]
    assert held.closed
    return [event.text for event in events if event.kind == "final"]


def test_a_short_press_says_yes_and_is_no_utterance() -> None:
    talk = Talk()
    talk.read("bin blue")
    assert pressed(talk, (1.0, 1.3)) == []
    assert talk.said() == ["bin blue"]


def test_a_long_one_is_an_utterance_from_its_begin_and_no_yes() -> None:
    talk = Talk()
    talk.read("bin blue")
    (text,) = pressed(talk, (1.0, 2.0))
    first, last = int(text.split()[0]), int(text.split()[-1])
    assert 20 <= first <= 25 and last == 49
    assert talk.said() == [] and talk.confirmation.waiting


@pytest.mark.parametrize("seconds", [0.2, 1.0])
def test_while_nothing_waits_every_press_is_an_utterance(seconds: float) -> None:
    talk = Talk()
    (text,) = pressed(talk, (1.0, 1.0 + seconds))
    assert text.endswith(numbers(25, 24 + round(25 * seconds)))
    assert talk.said() == []

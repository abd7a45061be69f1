"""What else a text could be, for whoever is asked whether it is right."""

import heapq
from math import log

from ..events import Event
from ..text.hypothesis import Choice

FLOOR = 1e-9
"""Confidences are no smaller: their logarithms are summed."""


def other_texts(event: Event, most: int) -> list[Choice]:
    """Up to `most` texts that `event` could be, likeliest first, without the one it is.

    They are its choices; else those that its words' choices make, each taken to be as likely as if
    the others did not matter. None where it has neither.
    """
    if event.choices:
        return [choice for choice in event.choices if choice.text != event.text][:most]
    if not any(len(word.choices) > 1 for word in event.words):
        return []
    places = [word.choices or (Choice(word.text, 1.0),) for word in event.words]

    def likelihood(taken: tuple[int, ...]) -> float:
        shares = (place[n].confidence for place, n in zip(places, taken, strict=True))
        return sum(log(max(share, FLOOR)) for share in shares)

    # Best first: of all places the likeliest word; then, each time, one place one word further.
    first = (0,) * len(places)
    waiting, known = [(-likelihood(first), first)], {first}
    found: list[Choice] = []
    while waiting and len(found) < most:
        _, taken = heapq.heappop(waiting)
        words = [place[n] for place, n in zip(places, taken, strict=True)]
        text = " ".join(word.text for word in words)
        if text != event.text:
            confidence = 1.0
            for word in words:
                confidence *= word.confidence
            found.append(Choice(text, confidence))
        for place, n in enumerate(taken):
            further = (*taken[:place], n + 1, *taken[place + 1 :])
            if n + 1 < len(places[place]) and further not in known:
                known.add(further)
                heapq.heappush(waiting, (-likelihood(further), further))
    return found

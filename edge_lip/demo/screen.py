"""Takes on a screen: face and mouth, the text as it grows, and what became of it."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..events import Event
from ..mouth.crop import visible
from ..reading.observation import Observation
from .blocks import Blocks, shrink
from .display import Display, read, times, verdict
from .take import Take

FACE, MOUTH = (40, 32), (36, 24)
"""Columns and half rows of the two pictures."""
ROWS = 22
"""With the pictures; where there are fewer, there is text alone."""
PERIOD = 1 / 12.5
"""Seconds of the talker's time from one picture to the next: drawing takes a while."""


class Screen(Display):
    """The take that is being made, drawn over and over; the ones before it are a line each."""

    on_screen = True

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False)
        self._seed = 0
        self._pictures: RenderableType | None = None
        self._drawn = 0.0
        """When the last picture was, in the talker's time."""
        self._text = Text()
        self._take: Take | None = None

    def __enter__(self) -> "Screen":
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.__exit__(None, None, None)

    def begin(self, said: str, seed: int) -> None:
        if self._take:
            self._live.console.print(_line(self._take))
        self._seed, self._drawn, self._take = seed, -PERIOD, None
        self._text = Text("...", "dim")

    def observe(self, observation: Observation) -> None:
        if observation.frame.time - self._drawn < PERIOD - 1e-6:
            return
        self._drawn = observation.frame.time
        self._pictures = _pictures(observation)
        self._draw()

    def __call__(self, event: Event) -> None:
        if event.kind == "partial" and event.text:
            self._text = Text(event.text, "italic")
            self._draw()

    def end(self, take: Take) -> None:
        self._take = take
        self._text = Text(read(take), "bold")
        self._draw()

    def sum_up(self, takes: int, right: int) -> None:
        self._live.console.print(f"{right} of {takes} read right")

    def _draw(self) -> None:
        table = Table.grid(padding=(0, 2))
        table.add_row("read", self._text)
        if self._take:
            style = "green" if self._take.right else "red"
            table.add_row("said", Text(f"{self._take.said}, ").append(verdict(self._take), style))
            table.add_row("time", "\n".join(times(self._take)))
        width, height = self._live.console.size
        fits = height >= ROWS and width >= FACE[0] + MOUTH[0] + 2
        pictures = [self._pictures] if fits and self._pictures else []
        title = Text(f"rendered talker, seed {self._seed}: nobody real", "dim")
        self._live.update(Group(title, *pictures, "", table), refresh=True)


def _pictures(observation: Observation) -> RenderableType:
    """The whole picture, and the mouth as the network sees it."""
    grid = Table.grid(padding=(0, 2))
    face = Blocks(shrink(observation.frame.image, *FACE))
    mouth: RenderableType = "no face"
    if observation.crop:
        seen = Blocks(shrink(visible(observation.crop.image), *MOUTH))
        mouth = Group(seen, Text("what the network sees", "dim"))
    grid.add_row(face, mouth)
    return grid


def _line(take: Take) -> Text:
    mark = Text("right  ", "green") if take.right else Text("wrong  ", "red")
    mark.append(read(take), "default")
    return mark if take.right else mark.append(f", said {take.said}", "dim")

"""What a task has to say."""

from collections.abc import Sequence
from typing import Literal, Protocol

from ..classes import Classes
from ..decoding import Decoding
from ..logits import Logits

Slots = Sequence[Sequence[str]]
"""What can be said at each place of a text."""
Fit = Literal["resample", "pad", "slide"]


class Task(Protocol):
    """One way to turn what a network says of an utterance into a text."""

    @property
    def name(self) -> str:
        """The manifest's word for it."""

    @property
    def does(self) -> str:
        """What its models do, behind "which"."""

    @property
    def closed(self) -> bool:
        """Whether its texts are the entries of a fixed list, one for a whole clip; else they are
        put together from words."""

    @property
    def decoders(self) -> tuple[str, ...]:
        """Names of the decoders that can read its outputs; the first of them needs nothing else."""

    @property
    def fits(self) -> tuple[Fit, ...]:
        """Ways to bring an utterance to a window (see `edge_lip.model.manifest.Window`), the usual
        one first."""

    @property
    def classes(self) -> str:
        """The list of `Classes` that a model of one output has."""

    @property
    def output(self) -> str:
        """That output's name."""

    def check(self, classes: Classes, decoding: Decoding) -> None:
        """Raise `ModelError` unless a manifest has what the task needs and nothing of another's."""

    def outputs(self, classes: Classes) -> dict[str, tuple[int | None, ...]]:
        """Shape of each output of `decode` by its name, without the batch; None for the frames."""

    def join(
        self, parts: Sequence[Logits], starts: Sequence[int], frames: int, decoding: Decoding
    ) -> Logits:
        """What is said of an utterance of so many `frames`, from what was said of windows of it
        that begin at `starts`."""

    def slots(self, classes: Classes, decoding: Decoding) -> Slots:
        """What can be said at each place of a text; empty where nothing tells."""

    def reads(self, classes: Classes) -> str:
        """What a model reads, for a person."""

"""What a network's encoder takes, by name: made here for a device, for training, to calibrate by.

A network says by its own inputs what it takes. Each name stands for one of `KINDS`; another kind of
input is a class like `StackedCrops` in a file of its own, and a line in that table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import numpy as np

from ..errors import ModelError
from ..model.manifest import Manifest
from ..model.network import LIPS, STACK
from .pixels import pixels
from .stack import Stacker
from .timegrid import Moment, on_grid

Inputs = Mapping[str, np.ndarray]
"""What `encode` takes at one moment of the time grid: an array for each of its inputs."""


class Input(Protocol):
    """Makes one input of the samples of an utterance; gives one array for each of them, in order,
    and each as soon as what it needs is there."""

    def __init__(self, manifest: Manifest) -> None:
        """As the model that says `manifest` of itself was trained on it."""

    def push(self, sample: Moment) -> list[np.ndarray]:
        """Take the next sample."""

    def finish(self) -> list[np.ndarray]:
        """The arrays of the samples that still wait: no more will come."""


class StackedCrops:
    """Stacks (height, width, frames * planes) float32 of crops, their pixels as the model's."""

    def __init__(self, manifest: Manifest) -> None:
        self._convert = pixels(manifest.pixels).convert
        self._stacker = Stacker(manifest.stack.frames, manifest.stack.ahead)

    def push(self, sample: Moment) -> list[np.ndarray]:
        """See `Input.push`."""
        return self._stacker.push(self._convert(sample.image))

    def finish(self) -> list[np.ndarray]:
        """See `Input.finish`."""
        return self._stacker.finish()


class LipShape:
    """Shapes (18,) float32 of the lips (see `edge_lip.frontend.lips`)."""

    def __init__(self, manifest: Manifest) -> None:
        pass

    def push(self, sample: Moment) -> list[np.ndarray]:
        """See `Input.push`; raises `ModelError` where the tracker gives no points of the lips."""
        if sample.lips is None:
            raise ModelError(
                "the model takes the lips' shape, which this tracker does not see: choose "
                "attention, landmarks or flow"
            )
        return [sample.lips]

    def finish(self) -> list[np.ndarray]:
        """See `Input.finish`: nothing waits."""
        return []


KINDS: Final[Mapping[str, type[Input]]] = {STACK: StackedCrops, LIPS: LipShape}
"""By the name that encoders give such an input."""


class Frontend:
    """All inputs of one utterance. They may not be ready at the same moment: each waits for the
    others."""

    def __init__(self, manifest: Manifest, names: Iterable[str] = (STACK,)) -> None:
        """Make the inputs `names`; raises `ModelError` for one that can't be made here."""
        self._kinds = {name: _kind(name)(manifest) for name in names}
        self._ready: dict[str, list[np.ndarray]] = {name: [] for name in self._kinds}

    def push(self, sample: Moment) -> list[Inputs]:
        """Take the next sample on the time grid; give what is now whole."""
        for name, kind in self._kinds.items():
            self._ready[name] += kind.push(sample)
        return self._whole()

    def finish(self) -> list[Inputs]:
        """Give what still waits for samples to come: there are none."""
        for name, kind in self._kinds.items():
            self._ready[name] += kind.finish()
        return self._whole()

    def _whole(self) -> list[Inputs]:
        count = min(map(len, self._ready.values()))
        whole: list[Inputs] = [
            {name: ready[k] for name, ready in self._ready.items()} for k in range(count)
        ]
        for ready in self._ready.values():
            del ready[:count]
        return whole


def clip_inputs(
    seen: Iterable[Moment],
    manifest: Manifest,
    names: Sequence[str] = (STACK,),
) -> Iterator[Inputs]:
    """The inputs of a whole clip, from the crops that were seen of it."""
    frontend = Frontend(manifest, names)
    for sample in on_grid(seen, manifest.fps):
        yield from frontend.push(sample)
    yield from frontend.finish()


def _kind(name: str) -> type[Input]:
    if name not in KINDS:
        raise ModelError(
            f"the model takes an input {name!r}, which this edge-lip can't make (it makes "
            f"{', '.join(KINDS)}): pip install -U edge-lip"
        )
    return KINDS[name]

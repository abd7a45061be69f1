"""What a training needs of a task, beside the network's first half."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from edge_lip.text.decoding import Decoding
from edge_lip.text.hypothesis import Hypothesis

from ..samples.utterance import Utterance


@dataclass(frozen=True)
class Classes:
    """What a network can say: the manifest's lists."""

    tokens: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Samples to learn from at once."""

    inputs: Sequence[np.ndarray]
    """Of each sample (T, ...) float32 (see `training.samples.inputs`); T may differ."""
    targets: tuple[np.ndarray, ...]
    """What is to be learned, shaped as the task's `targets`."""


class Sampler(Protocol):
    """Draws samples from a set of utterances."""

    def batch(self, rng: np.random.Generator, bases: Iterable[int], epoch: int, step: int) -> Batch:
        """One varied sample around each of the utterances `bases`."""


class Learner(Protocol):
    """A network that can be asked, whatever its epoch."""

    @property
    def epoch(self) -> int:
        """Epochs done."""

    def predict(self, inputs: np.ndarray) -> dict[str, np.ndarray]:
        """What `decode` gives for one utterance, its frames as `Inputs.plain` gives them."""


@dataclass(frozen=True)
class Conclusion:
    """What the held-out clips say of a finished network."""

    decoding: Decoding
    """With the settings that suit it best."""
    hypotheses: tuple[Hypothesis, ...]
    accuracy: tuple[Mapping[str, Any], ...]
    """Measurements for the manifest."""
    summary: str
    """The same for a person; empty without held-out clips."""


class HeldOut(Protocol):
    """Utterances that are watched instead of learned."""

    utterances: Sequence[Utterance]

    def watch(self, network: Learner) -> dict[str, float | None]:
        """Error rates for the history; None in epochs without a reading."""

    def conclude(self, network: Learner) -> Conclusion:
        """Read with the finished network."""


class Task(Protocol):
    """One way to label clips."""

    classes: Classes
    uniform: bool
    """Whether all samples of a batch are equally long, so that nothing has to be masked."""
    targets: tuple[tf.TensorSpec, ...]

    def build_decode(self, features: int) -> keras.Model:
        """The network's second half, on (T, features) float32."""

    def sampler(self, utterances: Sequence[Utterance]) -> Sampler:
        """For the utterances to learn from."""

    def losses(self, outputs: dict[str, tf.Tensor], *targets: tf.Tensor) -> dict[str, tf.Tensor]:
        """`loss`, and the parts it is made of, of what `decode` gave for a batch."""

    def held_out(self, utterances: Sequence[Utterance]) -> HeldOut:
        """For the utterances to watch."""

"""What a task has to say of itself to training and evaluation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from edge_lip.model.manifest import Manifest
from edge_lip.text.classes import Classes
from edge_lip.text.decoding import Decoding
from edge_lip.text.hypothesis import Hypothesis
from edge_lip.text.logits import Logits

from ..recipes.recipe import Recipe
from ..reports.metrics import Reading
from ..reports.report import Report
from ..samples.example import Example, Frames

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True)
class Batch:
    """Samples to learn from at once."""

    inputs: Sequence[Frames]
    """Of each sample (T, ...) float32, by name (see `training.samples.inputs`); T may differ."""
    targets: tuple[np.ndarray, ...]
    """What is to be learned, shaped as `Learning.targets`."""


class Sampler(Protocol):
    """Draws samples from a set of utterances."""

    def batch(self, rng: np.random.Generator, bases: Iterable[int], epoch: int, step: int) -> Batch:
        """One varied sample around each of the utterances `bases`."""


class Learner(Protocol):
    """A network that can be asked, whatever its epoch."""

    @property
    def epoch(self) -> int:
        """Epochs done."""

    def final(self, inputs: Frames) -> Logits:
        """What a device makes a final text of, of one utterance, its frames as
        `TrainingInputs.plain` gives them."""


@dataclass(frozen=True)
class Conclusion:
    """What the validation clips say of a finished network."""

    decoding: Decoding
    """With the settings that suit it best."""
    hypotheses: tuple[Hypothesis, ...]
    accuracy: tuple[Mapping[str, Any], ...]
    """Measurements for the manifest."""
    summary: str
    """The same for a person; empty without validation clips."""


class Validation(Protocol):
    """Utterances that are not learned but read on the way."""

    utterances: Sequence[Example]

    def watch(self, network: Learner) -> dict[str, float | None]:
        """Error rates for the history; None in epochs without a reading."""

    def conclude(self, network: Learner) -> Conclusion:
        """Read with the finished network."""


class Learning(Protocol):
    """How a network learns a task from texts: what a training asks, beside the network's first
    half."""

    classes: Classes
    head: str
    """One of `training.networks.heads`: what gives the task's outputs."""
    uniform: bool
    """Whether all samples of a batch are equally long, so that nothing has to be masked."""
    targets: "tuple[tf.TensorSpec, ...]"
    """(B, ...) each."""

    def sampler(self, utterances: Sequence[Example]) -> Sampler:
        """For the utterances to learn from."""

    def losses(
        self, outputs: "dict[str, tf.Tensor]", *targets: "tf.Tensor"
    ) -> "dict[str, tf.Tensor]":
        """`loss`, and the parts it is made of, of what `decode` gave for a batch: sums, or means by
        `training.jobs.replicas.mean`, which are right where replicas share a batch."""

    def validation(self, utterances: Sequence[Example]) -> Validation:
        """For the utterances to watch."""


@dataclass(frozen=True)
class Trainable:
    """What training and evaluation need of a task, beside what a device does
    (`edge_lip.text.tasks`)."""

    figure: str
    """The one figure that a training is judged by, among those of its report."""
    report: Callable[[Sequence[Reading], Manifest], Report]
    """What there is to say of clips that were read by the model of a manifest."""
    learn: Callable[[Recipe, Sequence[str]], Learning]
    """How to learn it, by a recipe and from all texts that are said. TensorFlow is imported here,
    and not to evaluate. Raises DataError where they are no texts for the task."""
    strange: Callable[[str], Sequence[str]] = lambda text: ()
    """The characters of a text that can't be learned."""

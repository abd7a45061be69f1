"""The training loop: epochs, each with its row and its checkpoint; resume at any of them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from edge_lip.errors import EdgeLipError
from edge_lip.text.logits import Logits

from ..jobs import replicas
from ..networks.encoders import build_encode, lips_alone
from ..networks.halves import build_decode, run_halves
from ..recipes.recipe import Recipe
from ..samples.example import Example, Frames
from ..samples.inputs import TrainingInputs
from ..tasks import Learning
from .averages import Averages
from .batches import Batches
from .checkpoints import Checkpoints, wind_dropout
from .initial_weights import Start
from .phases import Phase, open_phase
from .precision import best_precision
from .predict import Predictor
from .run_folder import claim


class Trainer:
    """A network in training. `run` yields after every epoch what it measured, and so does
    `run_alone` before it."""

    def __init__(
        self,
        recipe: Recipe,
        learning: Learning,
        train: Sequence[Example],
        folder: Path,
        backbone_weights: str = "",
        start: Start | None = None,
        points: Sequence[Example] = (),
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        """`start`: a model to begin with; random weights where there is none. `points`: examples
        without pictures, of which `fit.points` are learned beside each batch of `train`.
        `strategy`: of the replicas that share each batch (`training.jobs.replicas`); one without.

        Raises RecipeError where a batch can't be shared by so many, and what `claim` and
        `Checkpoints` raise.
        """
        self._strategy = strategy or tf.distribute.get_strategy()
        sharing = int(self._strategy.num_replicas_in_sync)
        batches = Batches(recipe, learning, train, points, sharing)
        started = start.sha256 if start else ""
        claim(folder, recipe, learning.classes, backbone_weights, started, len(points))
        keras.utils.set_random_seed(recipe.fit.seed)
        self.recipe, self.learning = recipe, learning
        self._inputs = TrainingInputs(recipe)
        self.encode = build_encode(recipe, best_precision(recipe.fit.precision))
        features = self.encode.output_shape[-1]
        head, classes = learning.head, learning.classes
        self.decode = build_decode(recipe.network, head, classes, features, training=True)
        if start:
            start.give(self.encode, self.decode, learning.classes)
        self._predictor = Predictor(recipe, self.encode, self.decode)
        self._alone = lips_alone(self.encode) if points else None
        self._averages = Averages(self.encode.weights + self.decode.weights, recipe.fit)
        decode = self.decode.trainable_variables
        fit, warmup = recipe.fit, recipe.fit.warmup * batches.steps
        learned = self.encode.trainable_variables + decode
        self._whole = open_phase(
            fit, fit.epochs, batches.steps, warmup, learned, folder / "history.csv"
        )
        self._batches = batches.whole(lambda: self._whole.epoch)
        kept = {"optimizer": self._whole.optimizer, "epoch": self._whole.done}
        self._shapes: Phase | None = None
        if self._alone and fit.alone:
            learned = self._alone.trainable_variables + decode
            shapes = open_phase(
                fit, fit.alone, batches.alone_steps, warmup, learned, folder / "points.csv"
            )
            self._shapes, self._point_batches = shapes, batches.alone(lambda: shapes.epoch)
            kept |= {"alone_optimizer": shapes.optimizer, "alone": shapes.done}
        self._checkpoints = Checkpoints(
            folder / "checkpoints",
            encode=self.encode,
            decode=self.decode,
            averages=self._averages.variables,
            **kept,
        )
        self._checkpoints.restore()
        whole = self.epoch * self._whole.steps
        # Each replica draws for itself, one after the other.
        wind_dropout(self.encode.layers, whole * sharing)
        wind_dropout(self.decode.layers, (self.done + (whole if points else 0)) * sharing)
        for phase in self._phases:
            phase.forget()

    @property
    def epoch(self) -> int:
        """Epochs done, those of an earlier run included; those of `run_alone` are not counted."""
        return self._whole.epoch

    @property
    def batches(self) -> int:
        """In the whole training."""
        return sum(phase.epochs * phase.steps for phase in self._phases)

    @property
    def done(self) -> int:
        """Of `batches`."""
        return sum(phase.epoch * phase.steps for phase in self._phases)

    @property
    def _phases(self) -> list[Phase]:
        return [phase for phase in (self._shapes, self._whole) if phase]

    def run_alone(self, tick: Any = None) -> Iterator[dict[str, float]]:
        """Learn from points alone, where the recipe says so (`fit.alone`); otherwise as `run`."""
        if self._shapes and not self.epoch:
            yield from self._run_phase(self._shapes, self._point_batches, tick)

    def run(self, watch: Any = None, tick: Any = None) -> Iterator[dict[str, float]]:
        """Train to the recipe's last epoch; after each, yield its losses and what `watch` gives.

        `watch(fit)` is called with the averaged weights in place; `tick(losses)` after each batch.
        """
        yield from self._run_phase(self._whole, self._batches, tick, watch)

    def averaged(self) -> AbstractContextManager[None]:
        """A context in which the network has its averaged weights: see `Averages.in_place`."""
        return self._averages.in_place()

    def predict(self, inputs: Frames) -> dict[str, np.ndarray]:
        """What `decode` gives for one utterance, as `TrainingInputs.plain` gives it."""
        return self._predictor(inputs)

    def final(self, inputs: Frames) -> Logits:
        """What a device makes a final text of, of such an utterance."""
        return self._predictor.final(inputs)

    def _run_phase(
        self, phase: Phase, batches: tf.data.Dataset, tick: Any, watch: Any = None
    ) -> Iterator[dict[str, float]]:
        while phase.epoch < phase.epochs:
            losses = self._one_epoch(phase, batches, tick)
            row: dict[str, float] = {"epoch": phase.epoch + 1, **losses}
            phase.done.assign_add(1)
            if watch is not None:
                with self.averaged():
                    row |= watch(self)
            # In this order: a row without a checkpoint is written again, not the other way round.
            phase.record(row)
            self._checkpoints.save(sum(each.epoch for each in self._phases))
            yield row

    def _one_epoch(self, phase: Phase, batches: tf.data.Dataset, tick: Any) -> dict[str, float]:
        totals: dict[str, float] = {}
        for shares in batches:
            losses = {name: float(value) for name, value in self._step(phase, shares).items()}
            if not np.isfinite(losses["loss"]):
                raise EdgeLipError(
                    f"training diverged in epoch {phase.epoch + 1}: lower fit.rate in the recipe, "
                    "and raise fit.shortest where sentences are long"
                )
            for name, value in losses.items():
                totals[name] = totals.get(name, 0.0) + value / phase.steps
            if tick is not None:
                tick(losses)
        return totals

    @tf.function(reduce_retracing=True)
    def _step(self, phase: Phase, shares: Any) -> dict[str, tf.Tensor]:
        """Learn from a batch (see `batches`); gives its losses."""

        def learn(share: Any) -> tuple[dict[str, tf.Tensor], list[tf.Tensor]]:
            with tf.GradientTape() as tape:
                losses = self._losses(share)
                loss = losses["loss"]
            return losses, tape.gradient(loss, phase.variables)

        mine = self._strategy.experimental_distribute_values_from_function(
            lambda replica: shares[replica.replica_id_in_sync_group]
        )
        # Summed before the optimizer clips: Keras' own way with replicas would clip each's share.
        losses, gradients = replicas.summed(self._strategy, self._strategy.run(learn, (mine,)))
        phase.optimizer.apply_gradients(zip(gradients, phase.variables, strict=True))
        self._averages.follow(phase.optimizer.iterations)
        return losses

    def _losses(self, share: Any) -> dict[str, tf.Tensor]:
        """Of a share in a batch of either phase: of parts with pictures, points beside them."""
        losses: dict[str, tf.Tensor] = {}
        for inputs, lengths, targets in share:
            if isinstance(inputs, tuple):
                gathered = self._inputs.gather(*inputs)
                losses = self.learning.losses(self._run(self.encode, gathered, lengths), *targets)
                continue
            of_points = self.learning.losses(self._run(self._alone, inputs, lengths), *targets)
            if losses:
                losses["points"] = of_points["loss"]
                losses["loss"] += losses["points"]
            else:
                losses = of_points
        return losses

    def _run(
        self, encode: keras.Model, inputs: dict[str, tf.Tensor], lengths: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        uniform = self.learning.uniform
        return run_halves(encode, self.decode, inputs, lengths, uniform=uniform, training=True)

"""The training loop: batches drawn on the fly, running average of weights, resume at any epoch."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from edge_lip.errors import DataError, EdgeLipError
from edge_lip.model.network import LIPS
from edge_lip.system.files import replacing

from ..networks.encoders import build_encode, lips_alone
from ..networks.halves import build_decode, run_halves
from ..recipes.recipe import Recipe
from ..samples.example import Example, Frames
from ..samples.inputs import TrainingInputs
from ..tasks import Batch, Learning, Sampler
from .initial_weights import Start
from .predict import Predictor
from .run_folder import claim


@dataclass(frozen=True, eq=False)
class _Phase:
    """Epochs of one kind: what they learn from, and what of the network learns."""

    epochs: int
    steps: int
    """Batches in an epoch."""
    variables: list[Any]
    optimizer: keras.optimizers.Optimizer
    history: Path
    done: Any
    """Epochs, a variable of int64."""

    @property
    def epoch(self) -> int:
        """Epochs done, those of an earlier run included."""
        return int(self.done.numpy())


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
    ) -> None:
        """`start`: a model to begin with; random weights where there is none. `points`: examples
        without pictures, of which `fit.points` are learned beside each batch of `train`."""
        started = start.sha256 if start else ""
        claim(folder, recipe, learning.classes, backbone_weights, started, len(points))
        keras.utils.set_random_seed(recipe.fit.seed)
        self.recipe, self.learning = recipe, learning
        self._inputs = TrainingInputs(recipe)
        self.encode = build_encode(recipe, best_precision(recipe.fit.precision))
        features = self.encode.output_shape[-1]
        self.decode = build_decode(recipe.network, learning.head, learning.classes, features)
        if start:
            start.give(self.encode, self.decode, learning.classes)
        self._predictor = Predictor(recipe, self.encode, self.decode)
        self._alone = lips_alone(self.encode) if points else None
        self._points, self._point_count = learning.sampler(points) if points else None, len(points)
        self._count = len(train)
        self._sampler = learning.sampler(train)
        self._batch = min(recipe.fit.batch, len(train))
        self._weights = self.encode.weights + self.decode.weights
        self._averages = [tf.Variable(w, trainable=False) for w in self._weights]
        self._began = [weight.numpy() for weight in self._weights] if start else []
        decode = self.decode.trainable_variables
        steps = len(train) // self._batch
        warmup = recipe.fit.warmup * steps
        self._whole = _phase(
            recipe,
            recipe.fit.epochs,
            steps,
            warmup,
            self.encode.trainable_variables + decode,
            folder / "history.csv",
        )
        kept = {"optimizer": self._whole.optimizer, "epoch": self._whole.done}
        self._shapes = None
        if self._alone and recipe.fit.alone:
            self._shapes = _phase(
                recipe,
                recipe.fit.alone,
                max(1, len(points) // recipe.fit.points),
                warmup,
                self._alone.trainable_variables + decode,
                folder / "points.csv",
            )
            kept |= {"alone_optimizer": self._shapes.optimizer, "alone": self._shapes.done}
        checkpoint = tf.train.Checkpoint(
            encode=self.encode, decode=self.decode, averages=self._averages, **kept
        )
        self._checkpoints = tf.train.CheckpointManager(checkpoint, folder / "checkpoints", 2)
        _restore(checkpoint, self._checkpoints.latest_checkpoint)
        whole = self.epoch * self._whole.steps
        _wind(self.encode.layers, whole)
        _wind(self.decode.layers, self.done + (whole if points else 0))
        for phase in self._phases:
            _forget(phase.history, phase.epoch)

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
    def _phases(self) -> list[_Phase]:
        return [phase for phase in (self._shapes, self._whole) if phase]

    def run_alone(self, tick: Any = None) -> Iterator[dict[str, float]]:
        """Learn from points alone, where the recipe says so (`fit.alone`); otherwise as `run`."""
        if self._shapes and self._points and not self.epoch:
            batches = self._point_batches(self._shapes, self._points)
            yield from self._run_phase(self._shapes, batches, tick)

    def run(self, watch: Any = None, tick: Any = None) -> Iterator[dict[str, float]]:
        """Train to the recipe's last epoch; after each, yield its losses and what `watch` gives.

        `watch(fit)` is called with the averaged weights in place; `tick(losses)` after each batch.
        """
        yield from self._run_phase(self._whole, self._batches(), tick, watch)

    def _run_phase(
        self, phase: _Phase, batches: tf.data.Dataset, tick: Any, watch: Any = None
    ) -> Iterator[dict[str, float]]:
        while phase.epoch < phase.epochs:
            losses = self._one_epoch(phase, batches, tick)
            row: dict[str, float] = {"epoch": phase.epoch + 1, **losses}
            phase.done.assign_add(1)
            if watch is not None:
                with self.averaged():
                    row |= watch(self)
            # In this order: a row without a checkpoint is written again, not the other way round.
            _append(phase.history, row)
            self._checkpoints.save(sum(each.epoch for each in self._phases))
            yield row

    def averaged(self) -> "_Averaged":
        """A context in which the network has its averaged weights, and its share of those that it
        began with."""
        values = [average.numpy() for average in self._averages]
        if kept := self.recipe.fit.kept:
            pairs = zip(self._began, values, strict=True)
            values = [kept * began + (1 - kept) * value for began, value in pairs]
        return _Averaged(self._weights, values)

    def predict(self, inputs: Frames) -> dict[str, np.ndarray]:
        """What `decode` gives for one utterance, as `TrainingInputs.plain` gives it."""
        return self._predictor(inputs)

    def _one_epoch(self, phase: _Phase, batches: tf.data.Dataset, tick: Any) -> dict[str, float]:
        totals: dict[str, float] = {}
        for batch in batches:
            losses = {name: float(value) for name, value in self._step(phase, batch).items()}
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

    def _batches(self) -> tf.data.Dataset:
        """What an epoch learns from: pairs of what has pictures and what has not, the latter left
        out where there is none."""
        inputs = self._inputs.shapes
        specs = {name: tf.TensorSpec((None, *inputs[name]), tf.float32) for name in inputs}
        near = tf.TensorSpec((None, self.recipe.network.frames), tf.int32)
        lengths = tf.TensorSpec((None,), tf.int32)
        signature: list[Any] = [((specs, near), lengths, self.learning.targets)]
        if self._points:
            signature += [self._point_signature]
        return _dataset(self._draw, signature)

    def _point_batches(self, phase: _Phase, points: Sampler) -> tf.data.Dataset:
        def draw() -> Iterator[tuple[Any, ...]]:
            seed = [self.recipe.fit.seed, 0, 0, phase.epoch]
            order = np.random.default_rng(seed).permutation(self._point_count)
            for step, bases in enumerate(np.array_split(order, phase.steps)):
                rng = np.random.default_rng([*seed, step])
                yield (_of_points(points.batch(rng, bases, phase.epoch, step)),)

        return _dataset(draw, [self._point_signature])

    @property
    def _point_signature(self) -> Any:
        shapes = {LIPS: tf.TensorSpec((None, *self._inputs.shapes[LIPS]), tf.float32)}
        return shapes, tf.TensorSpec((None,), tf.int32), self.learning.targets

    def _draw(self) -> Iterator[tuple[Any, ...]]:
        fit, epoch = self.recipe.fit, self.epoch
        order = np.random.default_rng([fit.seed, epoch]).permutation(self._count)
        for step in range(self._whole.steps):
            rng = np.random.default_rng([fit.seed, epoch, step])
            bases = order[step * self._batch : (step + 1) * self._batch]
            batch = self._sampler.batch(rng, bases, epoch, step)
            together, lengths = _together(batch)
            parts: list[Any] = [
                ((together, self._inputs.near(lengths.tolist())), lengths, batch.targets)
            ]
            if self._points:
                bases = rng.integers(self._point_count, size=fit.points)
                parts += [_of_points(self._points.batch(rng, bases, epoch, step))]
            yield tuple(parts)

    def _run(
        self, inputs: dict[str, tf.Tensor], near: tf.Tensor, lengths: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        return run_halves(
            self.encode,
            self.decode,
            self._inputs.gather(inputs, near),
            lengths,
            uniform=self.learning.uniform,
            training=True,
        )

    def _run_alone(self, shapes: dict[str, tf.Tensor], lengths: tf.Tensor) -> dict[str, tf.Tensor]:
        """Of utterances without pictures."""
        uniform = self.learning.uniform
        return run_halves(self._alone, self.decode, shapes, lengths, uniform=uniform, training=True)

    @tf.function(reduce_retracing=True)
    def _step(self, phase: _Phase, batch: Any) -> dict[str, tf.Tensor]:
        fit = self.recipe.fit
        with tf.GradientTape() as tape:
            losses = self._losses(batch)
            loss = losses["loss"]
        gradients = tape.gradient(loss, phase.variables)
        phase.optimizer.apply_gradients(zip(gradients, phase.variables, strict=True))
        done = tf.cast(phase.optimizer.iterations, tf.float32)
        # Early on, the average must not remember a random beginning.
        keep = tf.minimum(fit.average, (1.0 + done) / (10.0 + done))
        for average, weight in zip(self._averages, self._weights, strict=True):
            value = tf.convert_to_tensor(weight)
            if value.dtype.is_floating:
                average.assign(keep * average + (1.0 - keep) * value)
        return losses

    def _losses(self, batch: Any) -> dict[str, tf.Tensor]:
        """Of a batch of either phase: parts with pictures are pairs of inputs and neighbours."""
        losses: dict[str, tf.Tensor] = {}
        for inputs, lengths, targets in batch:
            if isinstance(inputs, tuple):
                pictures, near = inputs
                outputs = self._run(pictures, near, lengths)
                losses = self.learning.losses(outputs, *targets)
                continue
            of_points = self.learning.losses(self._run_alone(inputs, lengths), *targets)
            if losses:
                losses["points"] = of_points["loss"]
                losses["loss"] += losses["points"]
            else:
                losses = of_points
        return losses


def _together(batch: Batch) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Frames of all samples one after the other, by input, and how many each has."""
    names = list(batch.inputs[0])
    lengths = [len(inputs[names[0]]) for inputs in batch.inputs]
    together = {name: np.concatenate([inputs[name] for inputs in batch.inputs]) for name in names}
    return together, np.array(lengths, np.int32)


def _of_points(batch: Batch) -> tuple[Any, ...]:
    return *_together(batch), batch.targets


def best_precision(wanted: str) -> str:
    """The Keras dtype policy to train in: `auto` is bfloat16 where the hardware multiplies it."""
    if wanted != "auto":
        return wanted
    cpu = Path("/proc/cpuinfo")
    flags = cpu.read_text() if cpu.is_file() else ""
    fast = any(flag in flags for flag in ("amx_bf16", "avx512_bf16"))
    return "mixed_bfloat16" if fast or tf.config.list_physical_devices("GPU") else "float32"


class _Averaged:
    """Swaps averaged weights in, and the others back."""

    def __init__(self, weights: list[Any], averages: list[np.ndarray]) -> None:
        self._weights, self._averages = weights, averages

    def __enter__(self) -> None:
        self._saved = [weight.numpy() for weight in self._weights]
        for weight, average in zip(self._weights, self._averages, strict=True):
            weight.assign(average)

    def __exit__(self, *_: object) -> None:
        for weight, saved in zip(self._weights, self._saved, strict=True):
            weight.assign(saved)


def _phase(
    recipe: Recipe, epochs: int, steps: int, warmup: int, variables: list[Any], history: Path
) -> _Phase:
    """`warmup`: batches until the rate is the recipe's."""
    fit = recipe.fit
    rate = keras.optimizers.schedules.CosineDecay(
        fit.rate / 100,
        max(1, epochs * steps - warmup),
        alpha=0.01,
        warmup_target=fit.rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=fit.decay, global_clipnorm=fit.clip)
    optimizer.build(variables)
    done = tf.Variable(0, dtype=tf.int64)
    return _Phase(epochs, steps, variables, optimizer, history, done)


def _dataset(
    draw: Callable[[], Iterator[tuple[Any, ...]]], signature: list[Any]
) -> tf.data.Dataset:
    data = tf.data.Dataset.from_generator(draw, output_signature=tuple(signature)).prefetch(3)
    options = tf.data.Options()
    # There is nothing to tune, and the tuner's thread sleeps for up to 20 s at an epoch's end.
    options.autotune.enabled = False
    return data.with_options(options)


def _restore(checkpoint: tf.train.Checkpoint, path: str | None) -> None:
    if path is None:
        return
    try:
        checkpoint.restore(path).assert_existing_objects_matched()
    except (AssertionError, ValueError, tf.errors.OpError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"can't go on from {path} ({reason}): delete its folder to begin anew"
        ) from None


def _wind(layers: Sequence[keras.Layer], draws: int) -> None:
    """Dropout goes on where it was: checkpoints don't hold its generators, whose state is their
    seed and how often they drew."""
    for layer in layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate:
            state = layer.seed_generator.state
            state.assign(state + tf.constant([0, draws], state.dtype))


def _forget(path: Path, epoch: int) -> None:
    """Drop the history after `epoch`: its checkpoints did not come to be."""
    if not path.exists():
        return
    lines = path.read_text().splitlines(keepends=True)
    with replacing(path) as temporary:
        temporary.write_text("".join(lines[: epoch + 1]) if epoch else "")


def _append(path: Path, row: dict[str, float]) -> None:
    new = not path.exists() or not path.stat().st_size
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if new:
            writer.writeheader()
        writer.writerow(row)

"""Epochs of one kind, and the table of what came of each."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from edge_lip.system.files import replacing

from ..recipes.recipe import FitSection


@dataclass(frozen=True, eq=False)
class Phase:
    """What epochs of one kind learn from, and what of the network learns."""

    epochs: int
    steps: int
    """Batches in an epoch."""
    variables: list[Any]
    optimizer: keras.optimizers.Optimizer
    history: Path
    """A table with a row an epoch."""
    done: Any
    """Epochs, a variable of int64."""

    @property
    def epoch(self) -> int:
        """Epochs done, those of an earlier run included."""
        return int(self.done.numpy())

    def record(self, row: Mapping[str, float | None]) -> None:
        """Add a row to the table."""
        new = not self.history.exists() or not self.history.stat().st_size
        with self.history.open("a", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if new:
                writer.writeheader()
            writer.writerow(row)

    def forget(self) -> None:
        """Drop the rows after the present epoch: their checkpoints did not come to be."""
        if not self.history.exists():
            return
        lines = self.history.read_text().splitlines(keepends=True)
        with replacing(self.history) as temporary:
            temporary.write_text("".join(lines[: self.epoch + 1]) if self.epoch else "")


def open_phase(
    fit: FitSection, epochs: int, steps: int, warmup: int, variables: list[Any], history: Path
) -> Phase:
    """One that begins. `warmup`: batches until the rate is the recipe's."""
    rate = keras.optimizers.schedules.CosineDecay(
        fit.rate / 100,
        max(1, epochs * steps - warmup),
        alpha=0.01,
        warmup_target=fit.rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=fit.decay, global_clipnorm=fit.clip)
    optimizer.build(variables)
    return Phase(epochs, steps, variables, optimizer, history, tf.Variable(0, dtype=tf.int64))

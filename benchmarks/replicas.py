"""What a step of a training takes where replicas share the batch.

    python -m benchmarks replicas [--recipe grid] [--replicas 1 2] [--steps 5]

Without a GPU replicas are parts of the processor, and share its cores. Clips are noise: what is in
a picture makes no step longer. The first step, which is compiled, is left out; the median of
the others is told, as the clock has it and in processor time, in which drawing the batches is.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from edge_lip.frontend.lips import SIZE
from edge_lip.model.network import LIPS, STACK
from training.jobs.engine import Engine
from training.recipes.load import load_recipe, with_settings
from training.recipes.recipe import Recipe
from training.samples.example import Example

TEXT: Final = "bin blue at f two now"
FRAMES: Final = 75
SPANS: Final = tuple((10.0 + 9 * k, 19.0 + 9 * k) for k in range(6))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and time, each in a process of its own: a processor is parted once."""
    parser = argparse.ArgumentParser("python -m benchmarks replicas", description="One step.")
    parser.add_argument("--recipe", default="grid")
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=5)
    options = parser.parse_args(arguments)
    recipe = with_settings(load_recipe(options.recipe), ("fit.epochs=1", "fit.warmup=0"))
    print(f"{recipe.name}, a batch of {recipe.fit.batch}")
    for count in options.replicas:
        timed = partial(_time, recipe=recipe, steps=options.steps)
        for _, (clock, processor) in Engine(workers=1).each(timed, [count]):
            print(f"{count} replicas: {clock:.2f} s a step, {processor:.2f} s of the processor")


def _time(replicas: int, recipe: Recipe, steps: int) -> tuple[float, float]:
    """Seconds of a step, and seconds of all cores together."""
    from training.fitting.loop import Trainer
    from training.jobs.replicas import open_replicas
    from training.tasks import learn

    strategy = open_replicas(replicas, print)
    clips = [_noise(recipe, k) for k in range(recipe.fit.batch)] * (steps + 1)
    at: list[tuple[float, float]] = []

    def tick(losses: dict[str, float]) -> None:
        at.append((time.perf_counter(), time.process_time()))

    with tempfile.TemporaryDirectory() as folder:
        learning = learn(recipe, [TEXT])
        fit = Trainer(recipe, learning, clips, Path(folder) / "run", strategy=strategy)
        list(fit.run(tick=tick))
    clock, processor = np.diff(np.array(at), axis=0).T.tolist()
    return median(clock), median(processor)


def _noise(recipe: Recipe, seed: int) -> Example:
    rng, crop = np.random.default_rng(seed), recipe.crop
    shape = FRAMES, crop.height + 2 * crop.margin, crop.width + 2 * crop.margin
    frames = {STACK: rng.integers(0, 256, shape, np.uint8)}
    if recipe.network.lips:
        frames[LIPS] = rng.normal(size=(FRAMES, SIZE)).astype(np.float32)
    return Example(frames, TEXT, SPANS, "somebody")

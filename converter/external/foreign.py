"""Someone else's network and its description become a model like ours."""

from dataclasses import replace
from typing import Any

import numpy as np

from edge_lip import __version__
from edge_lip.errors import ModelError
from edge_lip.frontend.pixels import pixels
from edge_lip.model.manifest import Manifest, Stack, Window
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.text.decoding import Decoding
from edge_lip.text.tasks import TASKS
from training.trained.trained import Trained

from .description import DescribedWindow, Description
from .outputs import blank_first, log, read_activation, to_logits
from .split import on, split
from .whole import Whole

ANY_LENGTH = 10
"""Frames of the clip that a network which takes any number is tried on."""


def make_foreign(model: Any, said: Description) -> Trained | Whole:
    """Two halves where the network can be parted and no window was asked for, else a window.

    `model`: Keras, clip (T, h, w, 1 or 3) → logits or probabilities: (T, C) of CTC, or (L,) of
    labels. Raises `ModelError` in one line when it is something else.
    """
    import keras

    from .conv3d import planar

    frames, height, width, channels = _input(model, said)
    fixed = keras.Input((frames, height, width, channels), name="window")
    model = keras.Model(fixed, on(model, fixed))
    example = _example(frames or ANY_LENGTH, (height, width, channels), said)
    output = np.asarray(model(example))
    _check_output(output, len(example[0]), said)
    both = np.concatenate([example, example[:, ::-1]])
    activation, done = read_activation(model, both, said.activation)
    logits = model.outputs[0]
    if activation == "sigmoid" and said.tokens:  # CTC in Keras takes each as a share of their sum
        activation, logits = "softmax", log(logits) if done else log(keras.ops.sigmoid(logits))
    elif done:
        logits = to_logits(logits, activation)
    model = keras.Model(fixed, logits)
    crop = replace(said.crop, width=width, height=height).in_planes(colour=channels == 3)
    if said.window is None and (halves := split(model, example)):
        encode, decode = halves
        return Trained(encode, _named(decode, said), _manifest(said, crop, None, activation), None)
    if frames is None:
        raise ModelError(
            "the network can't be parted into one per frame and one per utterance, and takes any "
            "number of frames: say how many are a window, with [window] frames"
        )
    window = _window(said.window or DescribedWindow(), frames, said)
    manifest = _manifest(said, crop, window, activation)
    return Whole(_named(planar(model, example), said, "whole"), manifest)


def _input(model: Any, said: Description) -> tuple[int | None, int, int, int]:
    """Frames, height, width and channels that the network takes, or is to take."""
    shapes = [tuple(entry.shape[1:]) for entry in model.inputs]
    if len(shapes) != 1 or len(model.outputs) != 1:
        raise ModelError(
            f"the network has {len(shapes)} inputs and {len(model.outputs)} outputs: edge-lip reads"
            " one of each (of a network with a CTC loss inside, save the part before it)"
        )
    (shape,) = shapes
    if len(shape) != 4:
        raise ModelError(
            f"the network takes {shape}, edge-lip gives clips (frames, height, width, channels): "
            "put a Reshape before it"
        )
    wanted = ((said.window or DescribedWindow()).frames, said.crop.height, said.crop.width)
    frames, height, width = (
        has or asked or None for has, asked in zip(shape, wanted, strict=False)
    )
    for name, has, asked in zip(("frames", "height", "width"), shape, wanted, strict=False):
        if has and asked and has != asked:
            raise ModelError(f"the description says {name} {asked}, the network takes {has}")
    if not height or not width:
        raise ModelError("the network takes any size: say which, with [crop] width and height")
    if shape[3] not in (1, 3):
        raise ModelError(
            f"the network takes {shape[3]} channels, edge-lip gives 1 (grey) or 3 (colour), last"
        )
    return frames, height, width, shape[3]


def _example(frames: int, picture: tuple[int, ...], said: Description) -> np.ndarray:
    """A clip (1, T, h, w, n) float32 of random pictures, ever the same."""
    planes = np.random.default_rng(0).integers(0, 256, (frames, picture[2], *picture[:2]), np.uint8)
    return np.moveaxis(pixels(said.pixels).convert(planes), 1, -1)[np.newaxis]


def _check_output(output: np.ndarray, frames: int, said: Description) -> None:
    shape = output.shape[1:]
    task = TASKS[said.task]
    sizes = task.outputs(said.classes)[task.output]
    expected = tuple(frames if size is None else size for size in sizes)
    if shape != expected:
        what = f"{len(getattr(said, task.classes))} {task.classes}"
        if said.tokens:
            what = f"{frames} frames, {what} and the blank"
        raise ModelError(f"the network's output has the shape {shape}, not {expected} for {what}")
    if not np.isfinite(output).all():
        raise ModelError("the network's output is not finite: its weights are damaged")


def _named(model: Any, said: Description, name: str = "decode") -> Any:
    """The network with its output called as the decoders call it, the blank of CTC first."""
    import keras

    (output,) = model.outputs
    if said.tokens and said.blank == "last":
        output = blank_first(output)
    return keras.Model(model.inputs[0], {TASKS[said.task].output: output}, name=name)


def _window(asked: DescribedWindow, frames: int, said: Description) -> Window:
    fit = asked.fit or TASKS[said.task].fits[0]
    return Window(frames, fit, (asked.stride or frames) if fit == "slide" else None)


def _manifest(
    said: Description, crop: CropGeometry, window: Window | None, activation: str
) -> Manifest:
    classes, method = said.classes, TASKS[said.task].decoders[0]
    manifest = Manifest(
        name=said.name,
        version=__version__,
        task=said.task,
        fps=said.fps,
        crop=crop,
        stack=Stack(frames=1, ahead=0),
        tokens=tuple(classes.tokens),
        words=(),
        labels=tuple(classes.labels),
        decoding=Decoding(method, None, 0.0, 1.0, 1, activation=activation),
        training={"summary": "trained elsewhere, described by hand"},
        accuracy=(),
        licence=said.licence,
        versions={"edge-lip": __version__},
        tracker=said.tracker,
        pixels=said.pixels,
        window=window,
    )
    return Manifest.from_json(manifest.to_json())  # refuses what no device would open

"""What a network of others is run on where nobody has given crops: pictures of noise."""

import numpy as np

from edge_lip.frontend.pixels import pixels
from edge_lip.model.manifest import Manifest
from edge_lip.model.network import STACK, WINDOW
from training.trained.trained import Arrays

COUNT = 20
"""Stacks or windows: enough to compare outputs, never to measure ranges by."""


def made_up(manifest: Manifest) -> Arrays:
    """Stacks (N, h, w, n), or windows (N, frames, h, w, n), float32, ever the same.

    Every grey level is likely, so that an error shows; what lips look like, they do not tell.
    """
    frames = manifest.window.frames if manifest.window else 1
    shape = (COUNT, frames, manifest.channels, manifest.crop.height, manifest.crop.width)
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    stacks = np.moveaxis(pixels(manifest.pixels).convert(noise), 2, -1)
    return {WINDOW: stacks} if manifest.window else {STACK: stacks[:, 0]}

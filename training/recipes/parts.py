"""The parts of networks that a recipe chooses, by the names it calls them."""

from dataclasses import dataclass

from edge_lip.registry import Entry


@dataclass(frozen=True, kw_only=True)
class Encoder(Entry):
    """What is made of a recipe and the precision it is trained in, or of a recipe alone where it is
    frozen: trained elsewhere, on single colour pictures, and to stay as it is."""

    features: int = 0
    """How many a frozen one gives per picture; 0 for one that learns."""


ENCODERS = {
    "cnn": Encoder("training.networks.encoders.cnn:build_cnn"),
    "mobilenet-v3": Encoder("training.networks.encoders.mobilenet:open_mobilenet", features=576),
    "vgg-face": Encoder("training.networks.encoders.vgg_face:open_vgg_face", features=512),
}
"""What makes features of a moment."""
BACKBONES = {name: encoder for name, encoder in ENCODERS.items() if encoder.features}
"""The frozen ones."""
TEMPORAL = {"bilstm": Entry("training.networks.temporal.bilstm:bilstm")}
"""What reads features in time: made of (T, F) and the recipe's `[network]`, (T, G)."""

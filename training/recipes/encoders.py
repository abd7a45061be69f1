"""The first halves of networks, by the name a recipe calls them."""

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
BACKBONES = {name: encoder for name, encoder in ENCODERS.items() if encoder.features}
"""The frozen ones."""

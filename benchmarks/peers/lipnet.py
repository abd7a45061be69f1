"""LipNet, the first to read whole sentences: three convolutions over time and picture, two GRUs."""

from ..lipnet import FRAMES, HEIGHT, LETTERS, WIDTH, build
from .peer import Network

PEER = Network(
    paper="Assael, Shillingford, Whiteson, de Freitas, 2016, arXiv 1611.01599",
    window=(FRAMES, HEIGHT, WIDTH, 3),
    build=lambda: build("gru"),
    tokens=tuple(LETTERS),
    modes=("none", "dynamic"),
)

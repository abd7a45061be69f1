"""The model file (flatbuffer and manifest), its verification, and the interpreters."""

from .file import Model, open_model
from .manifest import Decoding, Manifest, Quantization, Stack, Window
from .network import Logits, Network
from .window import WindowModel

__all__ = [
    "Decoding",
    "Logits",
    "Manifest",
    "Model",
    "Network",
    "Quantization",
    "Stack",
    "Window",
    "WindowModel",
    "open_model",
]

"""The model file (flatbuffer and manifest), its verification, and the interpreters."""

from .file import Model, open_model
from .manifest import Decoding, Manifest, Quantization, Stack
from .network import Logits, Network

__all__ = [
    "Decoding",
    "Logits",
    "Manifest",
    "Model",
    "Network",
    "Quantization",
    "Stack",
    "open_model",
]

"""The model file (flatbuffer and manifest), its verification, and the interpreters."""

from .file import Logits, Model, open_model
from .manifest import Decoding, Manifest, Quantization, Stack

__all__ = ["Decoding", "Logits", "Manifest", "Model", "Quantization", "Stack", "open_model"]

"""TFLite flatbuffers as objects that can be changed, and back."""

from typing import Any, Final

import flatbuffers  # type: ignore[import-untyped]
from tensorflow.lite.python import schema_py_generated as schema

IDENTIFIER: Final = b"TFL3"
ALIGNMENT: Final = 16
"""Bytes; what the TFLite schema demands of buffers, and what 32-bit ARM needs to read them."""


def parse(content: bytes) -> Any:
    """The `schema.ModelT` in a flatbuffer; what it writes keeps its buffers aligned."""
    model = schema.ModelT.InitFromPackedBuf(content)
    model.buffers = [_Buffer(data=buffer.data) for buffer in model.buffers]
    return model


def serialize(model: Any, size: int = 1024) -> bytes:
    """The flatbuffer of a `schema.ModelT`, which has about `size` bytes."""
    builder = flatbuffers.Builder(size)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def operator_code(model: Any, step: Any) -> int:
    """Which `schema.BuiltinOperator` a step of a graph is."""
    code = model.operatorCodes[step.opcodeIndex]
    # Up to 126 a code was one byte, in a field of its own; 127 there means the newer field.
    return max(int(code.builtinCode), int(code.deprecatedBuiltinCode))


class _Buffer(schema.BufferT):
    """A buffer that keeps its alignment, which the generated code forgets."""

    def Pack(self, builder: Any) -> Any:  # noqa: N802 (the generated code's name)
        builder.Prep(ALIGNMENT, 0 if self.data is None else len(self.data))
        return super().Pack(builder)

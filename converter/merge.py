"""Several flatbuffers of one signature each become one with several signatures.

The graphs are put side by side: whatever points into a list that all of them share (buffers,
operator codes, subgraphs) is moved by what was in that list before.
"""

from collections.abc import Mapping
from typing import Any, Final

import flatbuffers  # type: ignore[import-untyped]
from tensorflow.lite.python import schema_py_generated as schema

VERSION: Final = 3
IDENTIFIER: Final = b"TFL3"
ALIGNMENT: Final = 16
"""Bytes; what the TFLite schema demands of buffers, and what 32-bit ARM needs to read them."""


def merge(parts: Mapping[str, bytes]) -> bytes:
    """One flatbuffer that has the only signature of each part under the part's name.

    Same parts, same bytes: the converter's own metadata is left out.
    """
    whole = schema.ModelT(version=VERSION, operatorCodes=[], subgraphs=[], buffers=[])
    whole.signatureDefs = []
    for name, content in parts.items():
        _append(whole, name, schema.ModelT.InitFromPackedBuf(content))
    builder = flatbuffers.Builder(sum(map(len, parts.values())))
    builder.Finish(whole.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _append(whole: Any, name: str, part: Any) -> None:
    codes, graphs, buffers = len(whole.operatorCodes), len(whole.subgraphs), len(whole.buffers)
    for graph in part.subgraphs:
        for tensor in graph.tensors:
            tensor.buffer += buffers
        for operator in graph.operators:
            operator.opcodeIndex += codes
            _shift_graphs(operator, graphs)
    (signature,) = part.signatureDefs
    signature.signatureKey = name.encode()
    signature.subgraphIndex += graphs
    whole.operatorCodes += part.operatorCodes
    whole.subgraphs += part.subgraphs
    whole.buffers += [_Buffer(data=buffer.data) for buffer in part.buffers]
    whole.signatureDefs.append(signature)


def _shift_graphs(operator: Any, by: int) -> None:
    """Move what the control-flow operators (WHILE, IF, CALL_ONCE) call their subgraphs."""
    options = operator.builtinOptions
    for key, value in list(vars(options).items()) if options else ():
        if key.lower().endswith("subgraphindex"):
            setattr(options, key, value + by)


class _Buffer(schema.BufferT):
    """A buffer that keeps its alignment, which the generated code forgets."""

    def Pack(self, builder: Any) -> Any:  # noqa: N802 (the generated code's name)
        builder.Prep(ALIGNMENT, 0 if self.data is None else len(self.data))
        return super().Pack(builder)

"""Several flatbuffers of one signature each become one with several signatures.

The graphs are put side by side: whatever points into a list that all of them share (buffers,
operator codes, subgraphs) is moved by what was in that list before.
"""

from collections.abc import Mapping
from typing import Any, Final

from tensorflow.lite.python import schema_py_generated as schema

from .flatbuffer import parse, serialize

VERSION: Final = 3


def merge(parts: Mapping[str, bytes]) -> bytes:
    """One flatbuffer that has the only signature of each part under the part's name.

    Same parts, same bytes: the converter's own metadata is left out.
    """
    whole = schema.ModelT(version=VERSION, operatorCodes=[], subgraphs=[], buffers=[])
    whole.signatureDefs = []
    for name, content in parts.items():
        _append(whole, name, parse(content))
    return serialize(whole, sum(map(len, parts.values())))


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
    whole.buffers += part.buffers
    whole.signatureDefs.append(signature)


def _shift_graphs(operator: Any, by: int) -> None:
    """Move what the control-flow operators (WHILE, IF, CALL_ONCE) call their subgraphs."""
    options = operator.builtinOptions
    for key, value in list(vars(options).items()) if options else ():
        if key.lower().endswith("subgraphindex"):
            setattr(options, key, value + by)

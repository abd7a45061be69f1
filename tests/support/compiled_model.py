"""A model file as it is where Coral's compiler is installed: with `encode` compiled, too."""

from copy import deepcopy
from pathlib import Path

from converter.export.flatbuffer import parse, serialize
from edge_lip.model.file import EDGETPU_OPERATOR, pack, unpack
from edge_lip.runtime.delegate import COMPILED


def write(path: Path, model: Path, alone: bool = False) -> Path:
    """Write the model file at `model` to `path` with what stands for a compiled `encode`: one
    operator between the input and the output, which is the graph's first tensor.

    `alone`: in the place of `encode`, not beside it.
    """
    from tensorflow.lite.python import schema_py_generated as schema

    manifest, flatbuffer = unpack(model.read_bytes())
    whole = parse(flatbuffer)
    encode = next(one for one in whole.signatureDefs if one.signatureKey == b"encode")
    graph, signature = deepcopy(whole.subgraphs[encode.subgraphIndex]), deepcopy(encode)
    graph.tensors = [graph.tensors[graph.outputs[0]], graph.tensors[graph.inputs[0]]]
    for tensor in graph.tensors:
        tensor.buffer = 0
    graph.inputs, graph.outputs = [1], [0]
    signature.inputs[0].tensorIndex, signature.outputs[0].tensorIndex = 1, 0
    operator = schema.OperatorT(opcodeIndex=len(whole.operatorCodes), inputs=[1], outputs=[0])
    custom = schema.BuiltinOperator.CUSTOM
    code = schema.OperatorCodeT(custom, EDGETPU_OPERATOR.encode(), version=1, builtinCode=custom)
    graph.operators = [operator]
    whole.operatorCodes.append(code)
    if alone:
        whole.subgraphs[encode.subgraphIndex] = graph
        whole.signatureDefs[whole.signatureDefs.index(encode)] = signature
    else:
        signature.signatureKey = f"encode{COMPILED}".encode()
        signature.subgraphIndex = len(whole.subgraphs)
        whole.subgraphs.append(graph)
        whole.signatureDefs.append(signature)
    path.write_bytes(pack(serialize(whole, len(flatbuffer)), manifest))
    return path

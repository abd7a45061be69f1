"""The two networks of MediaPipe's attention mesh, cut out so that any TFLite interpreter runs them.

    python -m scripts.attention_mesh

MediaPipe's file is one graph: the face's points, between them and the second look at lips and eyes
three operators that only MediaPipe has. Here the graph before them and the lips' part behind them
become two signatures of one file, `face` and `lips`; what stands between is in
`edge_lip.mouth.trackers.attention`. Weights are as they were. MediaPipe's file comes with its wheel
of 0.10.21, which is fetched through pip where `--wheel` does not name one.
"""

import argparse
import copy
import hashlib
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tensorflow.lite.python import schema_py_generated as schema

from converter.export.flatbuffer import parse, serialize
from edge_lip.mouth.trackers.attention import FACE, LIPS, MODEL
from edge_lip.mouth.trackers.facemodels import WHEEL, fetch_wheel
from edge_lip.system.files import replacing

NAME = "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite"
SHA256 = "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4"
CUTS = {
    FACE: ({"pixels": 0}, {"mesh": 186, "presence": 710, "features": 35}),
    LIPS: ({"features": 199}, {"points": 697}),
}
"""Of each signature its inputs and outputs, by the numbers that their tensors have in that file."""


def main() -> None:
    """Write `edge_lip.mouth.trackers.attention.MODEL`."""
    parser = argparse.ArgumentParser(description="Cut the attention mesh out of MediaPipe's wheel.")
    parser.add_argument("--wheel", type=Path, help=f"that of {WHEEL}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or fetch_wheel(Path(folder))
        whole = zipfile.ZipFile(wheel).read(NAME)
    if hashlib.sha256(whole).hexdigest() != SHA256:
        raise SystemExit(f"{NAME} in {wheel.name} is not that of {WHEEL}")
    small = cut(whole)
    with replacing(MODEL) as temporary:
        temporary.write_bytes(small)
    print(f"{MODEL}: {len(small):,} bytes, SHA-256 {hashlib.sha256(small).hexdigest()}")


def cut(whole: bytes) -> bytes:
    """The file of `CUTS`, from MediaPipe's."""
    model = parse(whole)
    source, model.subgraphs, model.signatureDefs = model.subgraphs[0], [], []
    for name, (inputs, outputs) in CUTS.items():
        graph, numbers = part(source, set(inputs.values()), list(outputs.values()))
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = name, len(model.subgraphs)
        signature.inputs = [_named(key, numbers[tensor]) for key, tensor in inputs.items()]
        signature.outputs = [_named(key, numbers[tensor]) for key, tensor in outputs.items()]
        model.subgraphs.append(graph)
        model.signatureDefs.append(signature)
    _keep_used(model)
    model.description = "Cut out of MediaPipe's attention mesh (Apache-2.0)"
    model.metadata = model.metadataBuffer = None
    return serialize(model, len(whole))


def part(source: Any, inputs: set[int], outputs: list[int]) -> tuple[Any, dict[int, int]]:
    """What of the graph leads from `inputs` to `outputs`, and which number each tensor has now."""
    wanted = set(outputs)
    operators: list[Any] = []
    for operator in reversed(source.operators):
        made = set(operator.outputs.tolist())
        if made & wanted and not made & inputs:
            operators.insert(0, copy.deepcopy(operator))
            wanted |= {tensor for tensor in operator.inputs.tolist() if tensor >= 0}
    numbers = {tensor: number for number, tensor in enumerate(sorted(wanted | inputs))}
    for operator in operators:
        operator.inputs = [numbers.get(tensor, -1) for tensor in operator.inputs.tolist()]
        operator.outputs = [numbers[tensor] for tensor in operator.outputs.tolist()]
    graph = schema.SubGraphT()
    graph.tensors = [copy.copy(source.tensors[tensor]) for tensor in numbers]
    graph.operators = operators
    graph.inputs = [numbers[tensor] for tensor in sorted(inputs)]
    graph.outputs = [numbers[tensor] for tensor in outputs]
    return graph, numbers


def _named(name: str, tensor: int) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name, tensor
    return entry


def _keep_used(model: Any) -> None:
    """Leave out the weights and the kinds of operators that no part needs; buffer 0 is nothing's.
    Tensors that are computed share it."""
    buffers, kinds = [model.buffers[0]], []
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            buffer = model.buffers[tensor.buffer]
            tensor.buffer = 0 if buffer.data is None else len(buffers)
            buffers += [] if buffer.data is None else [buffer]
        for operator in graph.operators:
            if operator.opcodeIndex not in kinds:
                kinds.append(operator.opcodeIndex)
            operator.opcodeIndex = kinds.index(operator.opcodeIndex)
    model.buffers, model.operatorCodes = buffers, [model.operatorCodes[kind] for kind in kinds]


if __name__ == "__main__":
    main()

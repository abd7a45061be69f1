"""What is known of a written model file, because it was opened, counted, run and compared.

Nothing here depends on the time of day or a machine's speed: the same conversion gives the same
proof, and so the same file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from edge_lip.errors import EdgeLipError
from edge_lip.model.file import open_unpacked, unpack
from edge_lip.model.inspect.card import UTTERANCE_SECONDS
from edge_lip.model.inspect.cost import macs, peak_bytes
from edge_lip.model.inspect.flatbuffer import read_flatbuffer
from edge_lip.model.manifest import Manifest, Quantization
from edge_lip.runtime.interpreter import ENGINES, open_interpreter
from training.trained.trained import Arrays

from ..export.modes import MODES
from ..export.quantize import mode_of
from ..export.subprocess import in_child
from ..external.reference import Reference
from .outputs import Check, explain, moments
from .storage import Storage, compare_storage, storage_lines

APART: Final = "tflite_runtime.interpreter"
"""It fails in a process that has loaded TensorFlow, and runs the same file in one of its own."""
WHOLE: Final = ("both", "window")
"""How the comparisons go on, after the output's name, that are of the whole file."""


@dataclass(frozen=True)
class Cost:
    """What one signature is and takes."""

    operators: Mapping[str, Mapping[str, int]]
    """How many, by name and version."""
    parameters: int
    weight_bytes: int
    macs: int
    """Multiply-adds: per frame of `encode`, per utterance of `frames` otherwise."""
    frames: int
    peak_bytes: int
    """Tensors that are needed at the same moment: no interpreter does with less."""
    arena_bytes: int | None
    """What the interpreter planned for tensors and its kernels' scratch, without delegates; None
    where sizes are known only when it runs, and much is allocated then."""


@dataclass(frozen=True)
class Proof:
    """Everything that was found."""

    signatures: Mapping[str, Cost]
    checks: tuple[Check, ...]
    """The file's outputs against the Keras original's."""
    interpreters: Mapping[str, str]
    """"ran", "absent" or what went wrong, by module."""
    calibration: Mapping[str, Any]
    """How much the ranges of activations were measured on (see
    `converter.calibration.calibrate`)."""
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    """Before and after on labelled clips (see `converter.verification.clips`); empty without
    any."""
    worst: Mapping[str, Any] = field(default_factory=dict)
    """The layer that the error is from, where a check failed (see
    `converter.verification.layer_errors`)."""
    storage: Mapping[str, Storage] = field(default_factory=dict)
    """How the weights of each signature are stored, and how they were to be."""
    reference: Reference | None = None
    """Of a file of others: the Keras that wrote it."""

    @property
    def error(self) -> float:
        """Relative error of what the file as a whole gives; the largest where it gives several."""
        whole = [one for one in self.checks if one.name.partition(", ")[2].startswith(WHOLE)]
        return max(one.relative_error for one in whole)

    @property
    def fault(self) -> str:
        """What is wrong, in a sentence; empty when nothing is."""
        if fault := explain(self.checks):
            where = f", most of it from the layer '{self.worst['layer']}'" if self.worst else ""
            return fault + where
        results = self.interpreters.values()
        if "ran" in results:  # one that is older than the file's target may refuse it
            return ""
        reason = next((one for one in results if one != "absent"), "none is installed")
        return f"the converted model runs on no interpreter here: {reason}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the manifest; floats with four digits, beyond which they are noise."""
        data = {key: value for key, value in asdict(replace(self, reference=None)).items() if value}
        if self.reference:
            data["reference"] = self.reference.to_dict()
        data["passed"] = not self.fault
        rounded: dict[str, Any] = _round(data)
        return rounded


def count(flatbuffer: bytes, manifest: Manifest) -> dict[str, Cost]:
    """What each signature of a model is and takes, without running it."""
    contents = read_flatbuffer(flatbuffer)
    arenas = _arenas(flatbuffer)
    costs = {}
    for name in contents.signatures:
        frames = round(UTTERANCE_SECONDS * manifest.fps)
        if name == "encode":
            frames = 1
        elif name == "window" and manifest.window:
            frames = manifest.window.frames
        dynamic = any(-1 in one.shape for graph in contents.reached(name) for one in graph.tensors)
        costs[name] = Cost(
            operators={
                kind: {str(version): number for version, number in versions.items()}
                for kind, versions in contents.operators(name).items()
            },
            parameters=contents.parameters(name),
            weight_bytes=contents.weights(name),
            macs=macs(contents, name, frames),
            frames=frames,
            peak_bytes=peak_bytes(contents, name, frames),
            arena_bytes=None if dynamic else arenas.get(contents.signatures[name].graph),
        )
    return costs


def storage(flatbuffer: bytes, quantization: Quantization) -> dict[str, Storage]:
    """How each signature's weights are stored, against its mode."""
    contents = read_flatbuffer(flatbuffer)
    modes = {name: mode_of(quantization, name) for name in contents.signatures}
    return {
        name: compare_storage(contents, name, MODES[mode].weights) for name, mode in modes.items()
    }


def run_everywhere(path: Path, inputs: Arrays) -> dict[str, str]:
    """What becomes of the model file on each interpreter there is.

    `inputs`: (T, ...) each, read as one utterance; crops of a network that is one graph are stacks
    of one.
    """
    return {engine: _try(engine, path, inputs) for engine in ENGINES}


def _try(engine: str, path: Path, inputs: Arrays) -> str:
    if find_spec(engine.partition(".")[0]) is None:
        return "absent"
    try:
        if engine == APART:
            return str(in_child(_run_on, engine, path, inputs))
        return _run_on(engine, path, inputs)
    except (EdgeLipError, AttributeError) as error:  # half an installation has no Interpreter
        return str(error)


def _run_on(engine: str, path: Path, inputs: Arrays) -> str:
    manifest, flatbuffer = unpack(path.read_bytes())
    model = open_unpacked(manifest, open_interpreter(flatbuffer, engines=(engine,)))
    logits = model.decode(np.stack([model.encode(one) for one in moments(inputs)]))
    found = logits.outputs.values()
    return "ran" if all(np.isfinite(one).all() for one in found) else "gives no numbers"


def _arenas(flatbuffer: bytes) -> dict[int, int]:
    """Bytes that TensorFlow's interpreter, without delegates, plans for the tensors of the main
    graph: from the first to the last address of those that change."""
    from tensorflow.lite.python.interpreter import Interpreter, OpResolverType

    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(model_content=flatbuffer, experimental_op_resolver_type=resolver)
    try:
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError):
        return {}
    constant = _constants(flatbuffer)
    places = []
    for details in interpreter.get_tensor_details():
        if details["index"] in constant:
            continue
        try:
            values = interpreter.tensor(details["index"])()
        except (ValueError, RuntimeError):  # has no place before the graph runs
            continue
        if values.nbytes:  # those without any are anywhere
            start = values.__array_interface__["data"][0]
            places.append((start, start + values.nbytes))
    if not places:
        return {}
    return {0: max(end for _, end in places) - min(start for start, _ in places)}


def _constants(flatbuffer: bytes) -> set[int]:
    """Tensors outside the arena: weights, states, and weights that are widened when it is loaded,
    which lie wherever there is memory."""
    graph = read_flatbuffer(flatbuffer).graphs[0]
    tensors = enumerate(graph.tensors)
    found = {index for index, tensor in tensors if tensor.stored or tensor.variable}
    for step in graph.operators:
        if step.name == "DEQUANTIZE" and step.inputs[0] in found:
            found.update(step.outputs)
    return found


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, Mapping):
        return {key: _round(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_round(entry) for entry in value]
    return value


def table(proof: Proof, size: int, parts: Mapping[str, int], path: Path) -> str:
    """A proof for a terminal."""
    lines = [f"{path}: {size / 1e3:,.0f} kB"]
    for name, cost in proof.signatures.items():
        arena = "" if cost.arena_bytes is None else f", arena {cost.arena_bytes / 1e3:,.0f} kB"
        per = f"of {cost.frames} frames" if cost.frames > 1 else "a frame"
        lines += [
            f"  {name:8} {parts.get(name, cost.weight_bytes) / 1e3:>7,.0f} kB, "
            f"{cost.parameters:,} parameters, {cost.macs / 1e6:,.1f} M multiply-adds {per}",
            f"           tensors at once {cost.peak_bytes / 1e3:,.0f} kB{arena}",
            "           " + ", ".join(_operators(cost)),
        ]
        if name in proof.storage:
            lines += [f"           {line}" for line in storage_lines(proof.storage[name])]
    lines.append("  runs on  " + ", ".join(f"{k}: {v}" for k, v in proof.interpreters.items()))
    known = dict(proof.calibration)
    stacks, source = known.pop("stacks"), known.pop("source")
    coverage = "".join(f", {key} {value}" for key, value in known.items())
    lines.append(f"  calibrated on {stacks} stacks ({source}{coverage})")
    if proof.reference:
        lines.append(f"  {proof.reference.line}")
    lines.append(f"{'against Keras':36}{'error':>10}{'cosine':>10}")
    for check in proof.checks:
        lines.append(f"  {check.name:34}{check.relative_error:>10.2%}{check.cosine:>10.4f}")
    lines += _evaluation(proof.evaluation)
    if proof.worst:
        lines.append(
            f"worst layer: {proof.worst['layer']} in {proof.worst['half']}: error "
            f"{proof.worst['before']:.2%} before it, {proof.worst['relative_error']:.2%} after it"
        )
    return "\n".join(lines)


def _operators(cost: Cost) -> list[str]:
    return [
        f"{sum(versions.values())} {kind} v{'/'.join(versions)}"
        for kind, versions in cost.operators.items()
    ]


def _evaluation(found: Mapping[str, Any]) -> list[str]:
    if not found:
        return []
    before, after = (", ".join(_rates(found[key])) for key in ("float", "file"))
    return [
        f"on {found['clips']} clips ({found['split']}): the same text on {found['agreement']:.1%}",
        f"  before: {before}",
        f"  after:  {after}",
    ]


def _rates(figures: Mapping[str, Any]) -> list[str]:
    names = {"wer": "WER", "cer": "CER", "top1": "top-1", "top3": "top-3"}
    return [f"{what} {figures[key]:.2%}" for key, what in names.items() if key in figures]

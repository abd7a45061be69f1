"""A model file as a person or a program may want it told, without running it."""

from math import prod
from pathlib import Path
from typing import Any, Final

from ...errors import ModelError
from ...runtime.delegate import COMPILED
from ...text.classes import Classes
from ...text.tasks import TASKS
from ..file import read_content, unpack
from ..manifest import SPLITS_FORMERLY
from .cost import macs, peak_bytes
from .flatbuffer import Contents, TensorInfo, read_flatbuffer
from .targets import RUNTIMES, lacking, unmapped

UTTERANCE_SECONDS: Final = 3.0
"""How long the utterance is whose cost is told: a sentence."""


def card_of(path: Path) -> dict[str, Any]:
    """Everything about the model file at `path`, for JSON.

    Its SHA-256 sums have been checked when this returns. Raises `ModelError` when it is missing,
    damaged or no model.
    """
    content = read_content(path)
    try:
        manifest, flatbuffer = unpack(content)
        contents = read_flatbuffer(flatbuffer)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    length = round(UTTERANCE_SECONDS * manifest.fps)
    return {
        "file": str(path),
        "bytes": len(content),
        "intact": True,
        "manifest": manifest.to_dict(),
        "utterance_frames": length,
        "signatures": {name: _signature(contents, name, length) for name in contents.signatures},
        "targets": compatibility(contents),
    }


def compatibility(contents: Contents) -> dict[str, list[str]]:
    """What each runtime lacks for the file, and what of `encode` an Edge TPU can't take; nothing
    where it runs as it is."""
    # What is compiled for a device runs there only, and is never asked of a processor.
    names = [name for name in contents.signatures if not name.endswith(COMPILED)]
    lists = {
        runtime: [one for name in names for one in lacking(contents, name, runtime)]
        for runtime in RUNTIMES
    }
    if "encode" in contents.signatures:
        lists["edgetpu"] = list(unmapped(contents, "encode"))
    return {name: list(dict.fromkeys(entries)) for name, entries in lists.items()}


def _signature(contents: Contents, name: str, length: int) -> dict[str, Any]:
    signature = contents.signatures[name]
    tensors = contents.graphs[signature.graph].tensors
    return {
        "inputs": {key: _tensor(tensors[index]) for key, index in signature.inputs.items()},
        "outputs": {key: _tensor(tensors[index]) for key, index in signature.outputs.items()},
        "operators": {
            kind: {str(version): count for version, count in versions.items()}
            for kind, versions in contents.operators(name).items()
        },
        "parameters": contents.parameters(name),
        "weight_bytes": contents.weights(name),
        "macs": macs(contents, name, length),
        "peak_bytes": peak_bytes(contents, name, length),
    }


def _tensor(tensor: TensorInfo) -> dict[str, Any]:
    return {
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "scale": list(tensor.scales),
        "zero_point": list(tensor.zero_points),
    }


def text(card: dict[str, Any]) -> str:
    """A card of `card_of` for a terminal."""
    manifest = card["manifest"]
    lines = [
        f"{card['file']}: {card['bytes'] / 1e3:,.0f} kB, intact (SHA-256)",
        f"{manifest['name']} {manifest['version']}, licence {manifest['licence'] or 'not stated'}",
    ]
    rows = _about(manifest)
    for row, value in rows.items():
        lines += [f"{row:10} {value}"] if value else []
    for one in manifest["accuracy"]:
        lines.append(f"{'measured':10} {_accuracy(one)}")
    for name, signature in card["signatures"].items():
        lines += ["", *_signature_lines(name, signature, manifest, card["utterance_frames"])]
    lines.append("")
    for target, missing in card["targets"].items():
        what = "encode maps to it" if target == "edgetpu" else "runs it"
        if target == "edgetpu" and f"encode{COMPILED}" in card["signatures"]:
            what = "encode is compiled for it"
        lines.append(f"{target:15} {'no: ' + '; '.join(missing) if missing else what}")
    return "\n".join(lines)


def _about(manifest: dict[str, Any]) -> dict[str, str]:
    crop, stack, decoding = manifest["crop"], manifest["stack"], manifest["decoding"]
    training, quantization = manifest["training"], manifest["quantization"]
    planes = "colour" if crop.get("colour") else "grey"
    planes += " and depth" if crop.get("depth") else ""
    window = manifest.get("window")
    at_once = f"{stack['frames']} at once, {stack['ahead']} ahead"
    if window:
        at_once = f"{window['frames']} of an utterance at once ({window['fit']})"
    classes = Classes(*(manifest.get(name) or () for name in ("tokens", "words", "labels")))
    return {
        "task": manifest["task"],
        "reads": TASKS[manifest["task"]].reads(classes),
        "takes": f"{crop.get('width')}x{crop.get('height')} {planes} crops at "
        f"{manifest['fps']:g} frames a second, {at_once}",
        "mouth": manifest.get("tracker", ""),
        "decoding": ", ".join(
            f"{key} {value}" for key, value in decoding.items() if key != "grammar"
        ),
        "stored": ", ".join(f"{half} {mode}" for half, mode in quantization.items())
        + _otherwise(manifest.get("proof", {})),
        "trained": " ".join(str(training.get("summary", "")).split()),
        "learned": _learned(training),
        "credit": " ".join(str(training.get("credit", "")).split()),
        "proven": _proven(manifest.get("proof", {})),
        "made with": ", ".join(f"{name} {one}" for name, one in manifest["versions"].items()),
    }


def _learned(training: dict[str, Any]) -> str:
    """From how many clips, where that is known, and on top of which model."""
    clips, rendered = training.get("clips"), training.get("rendered")
    told = [f"from {clips} clips"] if clips else []
    told += [f"and {rendered} of rendered people"] if rendered else []
    if points := training.get("points"):
        sentences, people = points["sentences"], len(points["speakers"])
        told.append(f"and the points of lips in {sentences:,} sentences of {people} people")
    if start := training.get("started_from"):
        told.append(f"on top of {start['name']} (SHA-256 {start['sha256']})")
    return " ".join(told)


def _otherwise(proof: dict[str, Any]) -> str:
    """How much of it is stored in other numbers than its mode says."""
    told = []
    for name, one in proof.get("storage", {}).items():
        if tensors := one.get("otherwise"):
            differing = sum(prod(tensor["shape"]) for tensor in tensors)
            kinds = ", ".join(dict.fromkeys(tensor["stored"] for tensor in tensors))
            told.append(f"{differing:,} of the {one['numbers']:,} weights of {name} are {kinds}")
    return f"; {', '.join(told)}" if told else ""


def _proven(proof: dict[str, Any]) -> str:
    """What the conversion found (see `converter.verification.proof`)."""
    if "checks" not in proof:
        return ""
    error = max(check["relative_error"] for check in proof["checks"])
    told = f"{error:.1%} from the float original at most"
    if not proof["passed"]:
        return f"NO: {told}; it was written with --force all the same"
    engines = proof["interpreters"].items()
    ran = [name.partition(".")[0] for name, result in engines if result == "ran"]
    return f"{told}, run by {', '.join(ran)}"


def _accuracy(one: dict[str, Any]) -> str:
    rates = {"wer": "words wrong", "cer": "characters wrong", "top1": "right", "top3": "in top 3"}
    told = ", ".join(f"{one[key]:.1%} {what}" for key, what in rates.items() if key in one)
    one = {**one, "split": SPLITS_FORMERLY.get(one.get("split", ""), one.get("split", ""))}
    about = filter(None, (str(one.get(key, "")) for key in ("split", "model", "decoder")))
    return f"{' '.join(about)}, {one.get('clips', '?')} clips: {told}"


def _signature_lines(
    name: str, signature: dict[str, Any], manifest: dict[str, Any], length: int
) -> list[str]:
    dynamic = any(size < 0 for tensor in signature["inputs"].values() for size in tensor["shape"])
    per = f"of {length} frames" if dynamic else "per call"
    lines = [
        f"{name}: {signature['parameters']:,} parameters, "
        f"{signature['weight_bytes'] / 1e3:,.0f} kB, "
        f"{signature['macs'] / 1e6:,.1f} M multiply-adds {per}, "
        f"{signature['peak_bytes'] / 1e3:,.0f} kB of tensors at once"
    ]
    for kind in ("inputs", "outputs"):
        for key, tensor in signature[kind].items():
            lines.append(f"  {kind[:-1]:7} {key:10} {_tensor_text(tensor)}")
    operators = (
        f"{sum(versions.values())} {kind} v{'/'.join(versions)}"
        for kind, versions in signature["operators"].items()
    )
    lines.append(f"  operators {', '.join(operators)}")
    return lines


def _tensor_text(tensor: dict[str, Any]) -> str:
    shape = " x ".join("T" if size < 0 else str(size) for size in tensor["shape"])
    scale, zero = tensor["scale"], tensor["zero_point"]
    quantized = f", {scale[0]:.4g} a step from {zero[0]}" if len(scale) == 1 and scale[0] else ""
    return f"{tensor['dtype']} ({shape}){quantized}"

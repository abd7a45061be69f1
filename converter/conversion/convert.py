"""The conductor: load, refuse, export, merge, check, pack, prove; only then the file appears."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from edge_lip.errors import ModelError, UsageError
from edge_lip.frontend.pixels import pixels
from edge_lip.model.file import pack
from edge_lip.model.manifest import Manifest
from edge_lip.model.network import STACK, WINDOW
from edge_lip.runtime.delegate import COMPILED
from edge_lip.system.files import replacing
from training.trained.read import check_file
from training.trained.trained import Arrays, Trained, encode_all, names_of

from ..calibration.calibrate import Calibration, calibrate
from ..calibration.noise import COUNT as NOISE
from ..calibration.noise import made_up
from ..export.modes import MODES
from ..export.quantize import NEAREST, Samples, mode_of, plan
from ..export.subprocess import in_child, report_step
from ..external.load import load_any, read_reference
from ..external.whole import Whole
from ..targets import target
from ..targets.operators import check_operators
from ..verification.clips import read
from ..verification.outputs import Check
from ..verification.proof import Proof
from ..verification.prove import against_writer, original, prove, write_proof
from .options import Options

SEQUENCES = (5, 10, 20, 40, 75, 120)
"""Frames of the utterances that `decode` is calibrated on: from a short word to a long sentence.
A mean over few frames is the larger: without the short ones a word model's labels are clipped."""


@dataclass(frozen=True)
class Conversion:
    """What a conversion gave."""

    target: Path
    size: int
    """Bytes of the file."""
    parts: dict[str, int]
    """Bytes of each part's flatbuffer before the merge."""
    proof: Proof
    """What was found when it was run; it is in the file's manifest too."""
    placement: str = ""
    """For an Edge TPU: what of it runs there."""
    uncompiled: bytes | None = None
    """And the flatbuffer for its compiler, where that is not installed."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """The file's outputs against the Keras original's."""
        return self.proof.checks

    @property
    def stacks(self) -> int:
        """How many stacks the file was calibrated and compared on."""
        return int(self.proof.calibration["stacks"])


def convert(source: Path, file: Path, options: Options = Options()) -> Conversion:  # noqa: B008
    """Convert the trained model `source` (see `converter.external`) to the model file `file`.

    Same input, same bytes. TensorFlow runs in a process of its own, because it crashes on some
    graphs; a script that calls this needs the usual `if __name__ == "__main__"`. Raises
    `ModelError` or `UsageError`; then there is no new file.
    """
    check_options(options)
    check_file(source)  # before a process is started for it
    with replacing(file) as temporary:
        way_out = _way_out(options.quantization)
        report: Conversion = in_child(build, source, temporary, options, way_out=way_out)
    return replace(report, target=file)


def draw_once(source: Path, options: Options) -> Options:
    """Options with the stacks that they say where to draw from, for several conversions."""
    if not isinstance(options.calibration, Path):
        return options
    return replace(options, calibration=in_child(_draw, source, options))


def _draw(source: Path, options: Options) -> Calibration:
    assert isinstance(options.calibration, Path)
    trained = load_any(source, options.description)
    return calibrate(options.calibration, trained.manifest, names=_inputs_of(trained))


def read_once(source: Path, options: Options) -> Options:
    """Options with what the original reads of the labelled clips, for several conversions."""
    if options.labelled is None:
        return options
    before = in_child(_read, source, options)
    return replace(options, labelled=replace(options.labelled, before=before))


def _read(source: Path, options: Options) -> object:
    assert options.labelled is not None
    return read(original(load_any(source, options.description)), options.labelled)


def check_options(options: Options) -> None:
    """Raise `UsageError` for names that do not exist, or do not go together."""
    encode = plan(options.quantization).encode
    if target(options.target).edgetpu and encode != "int8":
        raise UsageError(
            f"an Edge TPU computes in int8, not in {encode}: choose --quantize mixed or int8"
        )


def build(source: Path, file: Path, options: Options) -> Conversion:
    """`convert` in this process, straight to `file`."""
    import keras
    import tensorflow as tf

    from ..export.merge import merge
    from ..export.unsupported import check_layers

    report_step(f"loading {source}")
    trained = load_any(source, options.description)
    quantization = plan(options.quantization)
    modes = {name: mode_of(quantization, name) for name in trained.parts}
    check_layers(trained.parts, options.quantization)
    chosen = _choose_inputs(trained, source, modes, options)
    report_step(f"comparing {source} with what its own Keras makes of it")
    reference = read_reference(source, options.description)
    exports = _exports(trained, chosen.inputs, modes, target(options.target).newest)
    parts = {}
    for name, part in trained.parts.items():
        report_step(f"converting '{name}' to {modes[name]}")
        try:
            parts[name] = exports[name](part)
        except ModelError as error:
            raise ModelError(f"{error}{_way_out(options.quantization)}") from error
    whole = merge(parts)
    check_operators(whole, options.target)
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__}
    manifest = replace(
        trained.manifest,
        quantization=quantization,
        versions={**trained.manifest.versions, **versions},
    )
    file.write_bytes(pack(whole, manifest))
    report_step("running the converted model")
    proof = prove(file, trained, chosen.inputs, chosen.figures, exports, options.labelled)
    if reference is not None:
        proof = against_writer(proof, file, reference, chosen.inputs, options.description)
    if proof.fault and not options.force:
        raise ModelError(f"{proof.fault}; nothing was written")
    sizes = {name: len(part) for name, part in parts.items()}
    report = Conversion(file, 0, sizes, proof)
    if target(options.target).edgetpu:
        report = _for_edgetpu(file, parts, manifest, report)
    write_proof(file, proof)
    return replace(report, size=file.stat().st_size)


def _way_out(name: str) -> str:
    """The end of a message about a plan that failed."""
    return f": try --quantize {NEAREST[name]}" if name in NEAREST else ""


def _exports(
    trained: Trained | Whole, inputs: Arrays, modes: Mapping[str, str], newest: bool
) -> dict[str, Callable[[Any], bytes]]:
    """How to convert each part."""
    from ..export.export import export

    ways: dict[str, Callable[[Any], bytes]] = {}
    for name, mode in modes.items():
        way = partial(export, mode=mode, newest=newest)
        if MODES[mode].calibrated and name == "decode":
            way = partial(way, samples=_utterances(trained, inputs))
        elif MODES[mode].calibrated:
            given = pixels(trained.manifest.pixels)
            # What is no picture has the range that it is seen to have.
            bounds = {name: (given.low, given.high) for name in inputs if name in (STACK, WINDOW)}
            way = partial(way, samples=_moments(trained.parts[name], inputs), bounds=bounds)
        ways[name] = way
    return ways


def _moments(part: Any, inputs: Arrays) -> Samples:
    """What `encode`, or a network that is one graph, is calibrated on: one moment after another."""
    names = names_of(part)
    rows = zip(*(inputs[name] for name in names), strict=True)
    return [{name: one[np.newaxis] for name, one in zip(names, row, strict=True)} for row in rows]


def _utterances(trained: Trained | Whole, inputs: Arrays) -> Samples:
    """What `decode` is calibrated on: features of the inputs, from another one on each time."""
    part = trained.parts["decode"]
    features = encode_all(trained.parts["encode"], inputs)
    starts = range(0, len(features), max(1, len(features) // (3 * len(SEQUENCES))))
    lengths = SEQUENCES * len(starts)
    return [
        {names_of(part)[0]: np.resize(np.roll(features, -start, 0), (1, length, features.shape[1]))}
        for start, length in zip(starts, lengths, strict=False)
    ]


def _inputs_of(trained: Trained | Whole) -> list[str]:
    """What has to be drawn from clips to calibrate by."""
    return [STACK] if isinstance(trained, Whole) else names_of(trained.encode)


def _choose_inputs(
    trained: Trained | Whole, source: Path, modes: Mapping[str, str], options: Options
) -> Calibration:
    """What to calibrate by and to compare on."""
    given = options.calibration
    inputs = trained.inputs if given is None else given
    if isinstance(inputs, np.ndarray):
        first, *_ = trained.parts.values()
        inputs = {names_of(first)[0]: inputs}
    measured = [mode for mode in modes.values() if MODES[mode].calibrated]
    if isinstance(inputs, Calibration):
        chosen = inputs
    elif isinstance(inputs, Path):
        report_step(f"reading {inputs}")
        chosen = calibrate(inputs, trained.manifest, names=_inputs_of(trained))
    elif inputs is not None and (count := min(map(len, inputs.values()))):
        kind = "the model's own" if given is None else "stacks"
        chosen = Calibration(inputs, {"source": kind, "stacks": count})
    elif measured:
        raise ModelError(
            f"{source} holds no calibration stacks, which {measured[0]} needs: give some with "
            "--calibrate DATA, or choose --quantize dynamic"
        )
    else:
        chosen = Calibration(made_up(trained.manifest), {"source": "noise", "stacks": NOISE})
    for entry in next(iter(trained.parts.values())).inputs:
        shape = tuple(entry.shape[1:])
        if entry.name not in chosen.inputs:
            raise ModelError(
                f"there is nothing to calibrate the input {entry.name!r} by: give clips with "
                "--calibrate DATA"
            )
        if (found := chosen.inputs[entry.name].shape[1:]) != shape:
            raise ModelError(f"the calibration stacks are {found}, the model takes {shape}")
    first, *_ = trained.parts.values()
    return replace(chosen, inputs={name: chosen.inputs[name] for name in names_of(first)})


def _for_edgetpu(
    file: Path, parts: dict[str, bytes], manifest: Manifest, report: Conversion
) -> Conversion:
    """Put what an Edge TPU's compiler makes of the first part into `file`, if there is one: beside
    that part, which the processor runs where there is no such device."""
    from ..export.merge import merge
    from ..targets import edgetpu

    first, *_ = parts
    placement = edgetpu.report(edgetpu.place(parts[first]))
    compiler = edgetpu.find_compiler()
    if compiler is None:
        return replace(report, placement=placement, uncompiled=parts[first])
    report_step(f"running {compiler}")
    compiled = edgetpu.compile_for_edgetpu(compiler, parts[first])
    versions = {**manifest.versions, edgetpu.COMPILER: compiled.version}
    whole = merge({**parts, f"{first}{COMPILED}": compiled.content})
    file.write_bytes(pack(whole, replace(manifest, versions=versions)))
    return replace(report, placement=f"{placement}\n{compiled.report}")

"""One model, one file: a TFLite flatbuffer with a zip archive appended to it.

The interpreter reads the flatbuffer and never looks behind it; `unzip` looks for its directory at
the end of a file and never minds what comes before. TFLite Metadata attaches its associated files
the same way. The archive holds `manifest.json` and the lists that are not empty: `tokens.txt` and
`words.txt`, or `labels.txt`.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import InterpreterError, ModelError
from ..runtime.interpreter import Graphs, open_interpreter, shape_of
from ..system.files import replacing
from ..system.say import Say, ignore
from ..text.logits import Logits, to_logits
from ..text.tasks import TASKS
from .manifest import SPLITS_FORMERLY, Flatbuffer, Manifest, Window, from_dict, parse
from .network import STACK, Network, check_inputs, check_outputs
from .shipped import find_model
from .window import WindowModel, cut_windows

Array = np.ndarray

MANIFEST: Final = "manifest.json"
LISTS: Final = {"tokens": "tokens.txt", "words": "words.txt", "labels": "labels.txt"}
"""Manifest fields that have a file of their own, one entry per line."""
LONGEST: Final = 250
"""A step of TFLite's loop takes longer the more there are, so that time grows with their square: of
more frames than this, pieces are quicker."""
PIECES: Final = Window(frames=200, fit="slide", stride=100)
"""What a longer utterance goes through in. A frame's answers are of the piece that has two seconds
before it and after it: as many words are right so (docs/live.md)."""
EDGETPU_OPERATOR: Final = "edgetpu-custom-op"
"""What Coral's compiler makes of all that runs on an Edge TPU; no processor has it."""


class Model:
    """An open model. Not thread-safe: open one per thread."""

    def __init__(self, manifest: Manifest, interpreter: Graphs) -> None:
        self.manifest = manifest
        self.longest = LONGEST
        """Frames that go through `decode` as a whole; more do in pieces."""
        self._interpreter = interpreter
        self._encode = interpreter.signature("encode")
        self._decode = interpreter.signature("decode")
        self.inputs = {name: shape_of(self._encode.inputs, name) for name in self._encode.inputs}
        self._features = shape_of(self._decode.inputs, "features")[-1]
        self._check()

    def encode(self, inputs: Mapping[str, Array]) -> Array:
        """See `Network.encode`; raises `ModelError` for inputs that the model does not take."""
        check_inputs(inputs, self.inputs)
        batch = {name: inputs[name][np.newaxis] for name in self.inputs}
        features: Array = self._encode(**batch)["features"][0]
        return features

    def decode(self, features: Array) -> Logits:
        """Logits of one utterance from its features (T, F) float32, T at least 1."""
        if features.ndim != 2 or not len(features) or features.shape[1] != self._features:
            raise ModelError(
                f"the model takes (T, {self._features}) features, not {features.shape}"
            )
        task = TASKS[self.manifest.task]
        if task.closed or len(features) <= self.longest:
            return self._run(features)
        starts, pieces = cut_windows(features, PIECES)
        parts = [self._run(piece) for piece in pieces]
        return task.join(parts, starts, len(features), self.manifest.decoding)

    def _run(self, features: Array) -> Logits:
        self._interpreter.reset()
        outputs = self._decode(features=features[np.newaxis])
        return to_logits(outputs, self.manifest.decoding.activation)

    def _check(self) -> None:
        """Raise `ModelError` unless the graphs have the sizes the manifest speaks of."""
        manifest = self.manifest
        said = (manifest.crop.height, manifest.crop.width, manifest.channels)
        actual = shape_of(self._encode.inputs, STACK)
        if said != actual:
            raise ModelError(f"the manifest says {STACK} {said}, the model has {actual}")
        check_outputs(manifest, self._decode.outputs)


def open_model(
    path: str | Path | None = None,
    threads: int = 1,
    delegate: str | None = None,
    tell: Say = ignore,
) -> Network:
    """Open a model: a `Model`, or a `WindowModel` where the manifest has a window.

    `path`: a file, or the name of one that comes with edge-lip (see `find_model`).

    `delegate`: a device that is to run what was compiled for it; "edgetpu", or which of several
    (see `open_delegated`). `tell` gets a line, now or later, when the processor does it.

    Size and SHA-256 of all parts are verified before the interpreter sees a byte: interpreters run
    some damaged files without complaint, and crash on others. Raises `ModelError` when the file is
    missing, damaged or no model, `InterpreterError` when it can't be run here.
    """
    path = find_model(path)
    content = read_content(path)
    try:
        manifest, flatbuffer = unpack(content)
        if delegate is None:
            return open_unpacked(manifest, open_interpreter(flatbuffer, threads))
        from ..runtime.delegate import open_delegated

        return open_unpacked(manifest, open_delegated(flatbuffer, threads, delegate, tell))
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    except InterpreterError as error:
        if EDGETPU_OPERATOR not in str(error):
            raise
        raise ModelError(
            f"{path}: the processor can't run it, it was compiled for an Edge TPU alone: take the "
            "model it was made of, or convert that with --target edgetpu, which keeps both"
        ) from error


def read_content(path: Path) -> bytes:
    """All of a model file, as it is; raises `ModelError` where it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"can't read the model {path}: {error.strerror}") from error


def read_manifest(path: str | Path | None = None) -> Manifest:
    """What a model says of itself (`path` as for `open_model`), without opening it any further.

    Raises `ModelError` when the file is missing, damaged or no model.
    """
    path = find_model(path)
    content = read_content(path)
    try:
        return unpack(content)[0]
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def open_unpacked(manifest: Manifest, interpreter: Graphs) -> Network:
    """The model of a verified manifest, on an interpreter that has its flatbuffer."""
    kind = WindowModel if manifest.window else Model
    return kind(manifest, interpreter)


def pack(flatbuffer: bytes, manifest: Manifest) -> bytes:
    """The content of a model file; the manifest's `flatbuffer` and `files` are filled in here.

    Same arguments, same bytes: no times, nothing that depends on the machine.
    """
    files = {
        name: "".join(f"{entry}\n" for entry in getattr(manifest, key)).encode()
        for key, name in LISTS.items()
        if getattr(manifest, key)
    }
    manifest = replace(
        manifest,
        flatbuffer=Flatbuffer(len(flatbuffer), sha256(flatbuffer).hexdigest()),
        files={name: sha256(content).hexdigest() for name, content in files.items()},
    )
    stored = {key: value for key, value in manifest.to_dict().items() if key not in LISTS}
    files = {MANIFEST: (json.dumps(stored, indent=1, ensure_ascii=False) + "\n").encode(), **files}
    file = BytesIO(flatbuffer)
    with zipfile.ZipFile(file, "a") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # dated 1980, uncompressed
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return file.getvalue()


def unpack(content: bytes) -> tuple[Manifest, bytes]:
    """The manifest and the flatbuffer in the content of a model file; raises `ModelError`."""
    if content[4:8] != b"TFL3":
        raise ModelError("not a model file (no TFLite flatbuffer)")
    if not zipfile.is_zipfile(BytesIO(content)):
        raise ModelError("truncated, or without a manifest: get it, or convert it, again")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            files = {entry.filename: archive.read(entry) for entry in entries}
            start = min((entry.header_offset for entry in entries), default=0)
    except Exception as error:  # zipfile raises a dozen kinds on a damaged archive
        raise ModelError(f"damaged: its archive can't be read ({error})") from error
    if MANIFEST not in files:
        raise ModelError(f"without a {MANIFEST}: not made by edge-lip")
    stored = parse(files.pop(MANIFEST))
    declared = stored.get("files")
    for key, name in LISTS.items():
        lost = isinstance(declared, dict) and name in declared and name not in files
        if lost or key in stored:
            raise ModelError(f"damaged: {key} belong in {name}")
        stored[key] = files.get(name, b"").decode(errors="replace").split("\n")[:-1]
    manifest = from_dict(stored)
    flatbuffer = content[:start]
    if manifest.flatbuffer is None or manifest.quantization is None:
        raise ModelError("the manifest does not describe the model it is attached to")
    if manifest.flatbuffer.bytes != start:
        expected = manifest.flatbuffer.bytes
        raise ModelError(f"damaged: its flatbuffer has {start} bytes instead of {expected}")
    sums = {name: sha256(data).hexdigest() for name, data in files.items()}
    if sums != manifest.files or sha256(flatbuffer).hexdigest() != manifest.flatbuffer.sha256:
        raise ModelError("damaged: its SHA-256 is not the one in the manifest; get it again")
    return manifest, flatbuffer


def add_accuracy(path: Path, figures: Mapping[str, Any]) -> None:
    """Write a measurement into the manifest of the model file at `path`, the network untouched.

    It takes the place of an earlier one of the same split, decoder and model. Raises `ModelError`.
    """
    manifest, flatbuffer = unpack(read_content(path))
    others = [one for one in manifest.accuracy if _measured(one) != _measured(figures)]
    with replacing(path) as temporary:
        manifest = replace(manifest, accuracy=(*others, figures))
        temporary.write_bytes(pack(flatbuffer, manifest))


def _measured(figures: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a measurement is of."""
    split = figures.get("split")
    return SPLITS_FORMERLY.get(str(split), split), figures.get("decoder"), figures.get("model")

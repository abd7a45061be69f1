"""Which operators and versions may be in a file for a target."""

from edge_lip.errors import ModelError
from edge_lip.model.inspect.flatbuffer import read_flatbuffer
from edge_lip.model.inspect.targets import lacking

from . import target


def check_operators(flatbuffer: bytes, name: str) -> None:
    """Raise `ModelError` unless the target called `name` has all operators in a flatbuffer, in
    these versions."""
    runtime = target(name).runtime
    contents = read_flatbuffer(flatbuffer)
    missing = [
        f"{one} in '{part}'"
        for part in contents.signatures
        for one in lacking(contents, part, runtime)
    ]
    if missing:
        way = "" if runtime == "litert" else ": choose --target litert, or other layers"
        raise ModelError(f"{name} can't run the model, it lacks {', '.join(missing)}{way}")

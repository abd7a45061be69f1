"""From the words a person types behind `--to` to a sink."""

import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ..errors import UsageError
from . import OUTPUTS
from .queued import Queued


def open_sink(spec: str) -> Queued:
    """Open what `spec` names: `mqtt://host/topic`, `command:PROGRAM ARGS`, `speech`, `keyboard`,
    `jsonl:FILE`.

    Close it. Raises `UsageError` when `spec` can't be understood, `SinkError` when what it names is
    not here.
    """
    match = re.match(r"(\w+)(?::|(?=\?)|$)", spec)
    if not match or match[1] not in OUTPUTS:
        raise UsageError(f"--to {spec} is no output: it begins with {', '.join(OUTPUTS)}")
    return Queued(OUTPUTS[match[1]].load()(spec[match.end() :]))


@contextmanager
def open_sinks(specs: Iterable[str]) -> Iterator[list[Queued]]:
    """The sinks of `specs`, which are closed together at the end; raises as `open_sink` does."""
    with ExitStack() as stack:
        sinks: list[Queued] = []
        for spec in specs:
            sinks.append(open_sink(spec))
            stack.callback(sinks[-1].close)
        try:
            yield sinks
        finally:
            for sink in sinks:  # their last moments are the same ones
                sink.end()

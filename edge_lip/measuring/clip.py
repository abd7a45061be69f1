"""What is read while something is measured: a recorded clip, or a talker who is filmed first."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ..errors import SourceError
from ..recording.film import SUFFIX, write_film
from ..sources.specs import open_source

TALKER: Final = "talker:"
USUAL: Final = f"{TALKER}lay white at y zero again?seed=1"
"""The same clip on every machine; each shipped model makes partial and final texts of it, live."""


@contextmanager
def recorded(spec: str) -> Iterator[str]:
    """The spec of a source that has an end and is read as fast as can be.

    A talker is filmed for as long as the block lasts: rendering is no reading. Raises `SourceError`
    for what never ends, and for what can't be read.
    """
    with closing(open_source(spec)) as source:
        if source.live:
            raise SourceError(f"{spec} never ends: benchmark reads a recorded clip")
        if not spec.startswith(TALKER):
            yield spec
            return
        with TemporaryDirectory(prefix="edge-lip-") as folder:
            path = Path(folder) / f"talker{SUFFIX}"
            frames = list(source)
            write_film(path, (frame.image for frame in frames), 1 / (frames[1].time or 1.0))
            yield str(path)

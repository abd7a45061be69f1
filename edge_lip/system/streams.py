"""Standard output and standard error: closed, full, with nobody who reads them, or kept quiet."""

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TextIO

from ..errors import SinkError

PLAIN = "plain-ascii"
"""ASCII by another name: what calls itself ASCII, Click takes for a mistake and writes UTF-8 to."""


def open_standard_streams() -> None:
    """Let standard output and error lead nowhere where whoever started us has closed them: the next
    file to be opened would have their number, and what is printed would end in it. Let
    them have the number of a character that they can't take (`\\u5f00`)."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is not None:
            continue
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
        setattr(sys, name, os.fdopen(number, "w", closefd=False))
    codecs.register(_plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            ascii_alone = codecs.lookup(stream.encoding).name == "ascii"
            encoding = PLAIN if ascii_alone else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _plain(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != PLAIN:
        return None
    same = codecs.lookup("ascii")
    return codecs.CodecInfo(
        same.encode,
        same.decode,
        same.streamreader,
        same.streamwriter,
        same.incrementalencoder,
        same.incrementaldecoder,
        name=PLAIN,
    )


def takes_any(stream: TextIO) -> bool:
    """Whether the stream takes every character; where it does not, JSON is to be escaped."""
    encoding = getattr(stream, "encoding", None)
    return not encoding or codecs.lookup(encoding).name.startswith("utf")


def put(stream: TextIO, text: str) -> None:
    """Write `text` at once.

    Raises `BrokenPipeError` where whoever reads has left, `SinkError` where it can't be written.
    """
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SinkError(f"the text can't be written: {error.strerror or error}") from error


def tell(text: str) -> None:
    """Tell people something on standard error, in one line; where that can't be written, it is not
    told, and whoever tells goes on."""
    with suppress(OSError):
        print("edge-lip:", *text.split(), file=sys.stderr)


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Drop what is written to file descriptor 2 meanwhile, by whomever: native libraries announce
    things there, and what goes wrong is said once, by us."""
    saved = os.dup(2)
    with open(os.devnull, "wb") as sink:
        os.dup2(sink.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)

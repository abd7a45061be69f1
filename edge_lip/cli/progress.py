"""A bar for long work: on a terminal it moves, in a log only what is worth keeping is said."""

import sys
from typing import Any

import click


class Bar:
    """One step after another (see `training.jobs.progress.Progress`)."""

    def __init__(self, err: bool = False) -> None:
        """`err`: lines go to standard error, where standard output is for something else."""
        self._bar: Any = None
        self._err = err

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def start(self, what: str, parts: int, unit: str = "it") -> None:
        """A step of so many parts begins; the one before has ended. Of bytes (`B`) there are many:
        they are told in thousands and millions."""
        from tqdm import tqdm

        self._close()
        # disable=None: no bar where nobody watches.
        self._bar = tqdm(
            total=parts,
            desc=what,
            unit=unit,
            unit_scale=unit == "B",
            disable=None,
            leave=False,
            dynamic_ncols=True,
        )

    def tick(self, parts: int = 1, note: str = "") -> None:
        """Parts are done."""
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(parts)

    def say(self, line: str) -> None:
        """A line worth keeping."""
        if self._bar is None or self._bar.disable:
            click.echo(line, err=self._err)
        else:
            self._bar.write(line, file=sys.stderr if self._err else sys.stdout)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None

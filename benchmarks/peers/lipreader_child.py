"""Runs in an environment that has lipreader and OpenCV, and nothing of edge-lip: is taught words by
clips, and asked for others.

Argument: a JSON file with `taught`, pairs of a clip and its word, and `asked`, clips; they are read
group by group, and what was taught in one is unknown in the next. Prints JSON.
"""

import importlib.metadata
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from lipreader import LipReader


def answers(group: dict[str, list[list[str]]], folder: str) -> tuple[list[str | None], int]:
    """What the package takes each clip for, None where it sees no lips; and how many of those that
    it was to be taught by it refused."""
    reader, refused = LipReader(str(Path(folder) / "words.json")), 0
    for clip, word in group["taught"]:
        try:
            reader.train(clip, word)
        except ValueError:
            refused += 1
    found: list[str | None] = []
    for (clip,) in group["asked"]:
        try:
            found.append(reader.predict(clip)[0])
        except ValueError:
            found.append(None)
    return found, refused


def main() -> None:
    """Teach and ask."""
    groups = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    start, told = time.process_time(), []
    for group in groups:
        with TemporaryDirectory() as folder:
            told.append(answers(group, folder))
    print(
        json.dumps(
            {
                "answers": [found for found, _ in told],
                "refused": sum(refused for _, refused in told),
                "cpu_s": time.process_time() - start,
                "version": importlib.metadata.version("lipreader"),
            }
        )
    )


if __name__ == "__main__":
    main()

"""What the camera will show, read in memory: which talker to put before it.

    PYTHONPATH=tests python -m machines.guest.rehearse [--seeds 1 2 ...] [--rates 25 ...]
        [--trackers flow landmarks]

No machine, no camera, no clock: pictures are those of `inside/webcam.py`, one behind the other.
What is misread here is misread by the model and the tracker, and not for want of speed.
"""

import argparse
import tempfile
from pathlib import Path

import cv2
import numpy as np

from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.sources.frame import Frame
from machines.guest.bench import MODEL
from machines.guest.clips import SEED, TEXTS, Clip, make_clips
from machines.guest.inside.webcam import MJPG, Film

ORDER = ("bin", "set", "lay", "bin", "lay", "set", "bin", "bin", "set")
"""Each sentence is said after each other one, and `bin` twice in a row."""
BEFORE, BETWEEN = 3.0, 2.0
"""Seconds of rest."""


def rehearse(film: Film, clips: dict[str, Clip], reader: Reader) -> list[str]:
    """What was read in the place of each of `ORDER`, "" for nothing."""
    events: list[str] = []
    read: list[str] = []
    number = round(BEFORE * film.fps)
    _watch(film, reader, 0, number)
    for name in ORDER:
        film.play(name, number / film.fps)
        end = number + round((clips[name].seconds + BETWEEN) * film.fps)
        events = _watch(film, reader, number, end)
        read.append(" | ".join(events))
        number = end
    return read


def _watch(film: Film, reader: Reader, first: int, end: int) -> list[str]:
    """The texts of pictures `first` to `end`, which is not among them."""
    texts = []
    for number in range(first, end):
        picture = np.frombuffer(film.picture(number / film.fps, MJPG), np.uint8)
        image = cv2.imdecode(picture, cv2.IMREAD_COLOR)
        assert image is not None
        events = reader.push(Frame(image, number / film.fps))
        texts += [event.text for event in events if event.kind == "final"]
    return texts


def main() -> None:
    """A row for each talker, rate and tracker; what was misread stands behind it."""
    parser = argparse.ArgumentParser(description="Read in memory what the camera will show.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[SEED])
    parser.add_argument("--rates", type=float, nargs="+", default=[25.0])
    parser.add_argument("--trackers", nargs="+", default=["flow", "landmarks"])
    asked = parser.parse_args()
    for seed in asked.seeds:
        for rate in asked.rates:
            with tempfile.TemporaryDirectory(prefix="edge-lip-rehearsal-") as folder:
                clips = make_clips(Path(folder) / "clips", rate, seed)
                film = Film([clip.folder for clip in clips.values()])
                for tracker in asked.trackers:
                    reader = open_reader(MODEL, tracker, live=True, partial_every=0)
                    read = rehearse(film, clips, reader)
                    pairs = [(text, TEXTS[name]) for text, name in zip(read, ORDER, strict=True)]
                    wrong = [
                        f"{text or 'nothing'}, not {said}" for text, said in pairs if text != said
                    ]
                    right = f"{len(ORDER) - len(wrong)} of {len(ORDER)}"
                    print(
                        f"seed {seed}, {rate:g}/s, {tracker}: {right}; {'; '.join(wrong)}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()

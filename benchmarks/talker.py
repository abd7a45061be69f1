"""Are rendered talkers taken for people, and how long does one take to draw?

    python -m benchmarks talker [--seeds 200] [--settings "yaw=20"] [--trackers landmarks haar]

Every seed is another person, place, light and lens, who says a GRID sentence of their own at 8
frames a second. A face counts as found where the mouth is not further than 0.3 eye distances from
where it was drawn. The time is a processor's of one core, for frames of 360x288.
"""

import argparse
import random
from collections.abc import Sequence
from time import process_time

from edge_lip.mouth.pose import Tracker
from edge_lip.mouth.trackers import make_tracker
from edge_lip.runtime.machine import describe_machine
from edge_lip.sources.talker import Talker
from edge_lip.system.opencv import cv2
from edge_lip.talker.motion import Motion
from training.data.datasets.grid import SLOTS

from .arguments import at_least_one

FPS = 8
NEAR = 0.3
"""Eye distances."""
WORST, TIMED = 5, 10
"""Talkers."""


def talker(seed: int, settings: str) -> Talker:
    """The talker of that seed, with a sentence drawn by it."""
    rng = random.Random(seed)
    text = " ".join(rng.choice(slot) for slot in SLOTS)
    return Talker(f"{text}?seed={seed}{settings}")


def found(tracker: Tracker, source: Talker) -> list[bool]:
    """Whether each frame's mouth is found where it is."""
    tracker.reset()
    scene = source.scene
    motion = Motion(scene.head, scene.seed, scene.motion)
    hits = []
    for frame in source:
        pose = tracker.track(frame.image, frame.time)
        head, _ = motion.at(frame.time)
        x, y = head.point(0.0, scene.person.mouth, scene.size)
        away = float("inf") if pose is None else abs(complex(pose.x - x, pose.y - y))
        hits.append(away < NEAR * head.scale * scene.size[1])
    return hits


def milliseconds(settings: str, talkers: int) -> float:
    """Of a processor, to draw a frame; what is drawn once for a person is not counted."""
    spent, frames = 0.0, 0
    for seed in range(talkers):
        film = iter(talker(seed, settings))
        next(film)
        start = process_time()
        frames += sum(1 for _ in film)
        spent += process_time() - start
    return 1000 * spent / frames


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the shares found and the time."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks talker", description="Are rendered talkers taken for people?"
    )
    parser.add_argument("--seeds", type=at_least_one, default=200)
    parser.add_argument("--settings", default="", help="of every talker, such as 'yaw=20&blur=2'")
    parser.add_argument("--trackers", nargs="+", default=["landmarks", "haar"])
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    settings = f"&{options.settings}" if options.settings else ""
    for name in options.trackers:
        tracker = make_tracker(name)
        hits = {
            seed: found(tracker, talker(seed, f"&fps={FPS}{settings}"))
            for seed in range(options.seeds)
        }
        every = [hit for own in hits.values() for hit in own]
        lost = {seed: own.count(False) for seed, own in hits.items() if not all(own)}
        worst = sorted(lost, key=lambda seed: -lost[seed])[:WORST]
        print(
            f"{name}: {sum(every) / len(every):.2%} of {len(every)} frames;",
            "worst:" if worst else "none lost",
            ", ".join(f"seed {seed} ({lost[seed]} of {len(hits[seed])} lost)" for seed in worst),
        )
    print(f"a frame of 360x288: {milliseconds(settings, TIMED):.1f} ms of one core")
    print(*(f"{key} {value}" for key, value in describe_machine().items()), sep=", ")

"""Runs in an environment that has mediapipe, and nothing of edge-lip: times one of its trackers.

Arguments: "mesh" or "landmarker", the clip, rounds, the landmarker's model. Prints JSON.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import cv2
import mediapipe
import numpy as np


def frames(clip: str) -> Iterator[tuple[float, np.ndarray]]:
    """(seconds, RGB) of each."""
    video, number = cv2.VideoCapture(clip), 0
    while True:
        there, image = video.read()
        if not there:
            return
        yield number / 25, cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        number += 1


def tracker(kind: str, model: str) -> Callable[[float, np.ndarray], bool]:
    """A function from seconds and a picture to whether there is a face."""
    if kind == "mesh":
        mesh = mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=1)
        return lambda at, image: bool(mesh.process(image).multi_face_landmarks)
    vision = mediapipe.tasks.vision
    options = vision.FaceLandmarkerOptions(
        base_options=mediapipe.tasks.BaseOptions(model_asset_path=model),
        running_mode=vision.RunningMode.VIDEO,
    )
    landmarker = vision.FaceLandmarker.create_from_options(options)

    def track(at: float, image: np.ndarray) -> bool:
        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        return bool(landmarker.detect_for_video(picture, round(1000 * at)).face_landmarks)

    return track


def main() -> None:
    """Time every frame, after a round to warm up."""
    kind, clip, rounds, model = sys.argv[1:]
    track = tracker(kind, model)
    film = list(frames(clip))
    cpu, found, start = [], 0, 0.0
    for round_number in range(int(rounds) + 1):
        for at, image in film:
            before = time.process_time()
            seen = track(start + at, image)
            if round_number:
                cpu.append(time.process_time() - before)
                found += seen
        start += len(film) / 25
    if found < 0.9 * len(cpu):
        sys.exit(f"a face in {found} of {len(cpu)} frames only")
    print(
        json.dumps(
            {
                "cpu_ms": 1000 * statistics.mean(cpu),
                "peak_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                "version": mediapipe.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()

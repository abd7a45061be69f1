"""A camera that hangs upside down, told so or not."""

from collections.abc import Iterator

import cv2

from machines.guest.bench import RUN, Bench, Figure, equal
from machines.guest.clips import make_clips

HOW = {"not told": RUN, "--rotate 180": f"{RUN} --rotate 180"}


def play(bench: Bench) -> Iterator[Figure]:
    folder = bench.scratch / "turned"
    clips = make_clips(folder)
    for path in folder.glob("*/*.jpg"):
        image = cv2.imread(str(path))
        assert image is not None
        cv2.imwrite(str(path), cv2.rotate(image, cv2.ROTATE_180))
    bench.host.put([folder])
    bench.emulated.start([f"../{folder.name}/{name}" for name in clips])
    try:
        for told, run in HOW.items():
            with bench.reading(run) as program:
                for clip in clips:
                    text, _, _ = bench.text(program, clip)
                    yield equal(f"{told}: a text", text, clips[clip].text)
                    program.hear(0.5)
    finally:
        bench.emulated.start(list(bench.clips))

"""The texts of a camera's pictures are those of the same pictures in files."""

import json
from collections.abc import Iterator

from machines.guest.bench import MODEL, RUN, Bench, Figure, equal, is_true, seconds
from machines.guest.clips import make_clips
from machines.guest.host import FOLDER, LostError

LATE = 1.5
"""Seconds from the last word to its text: the lips have to be still for 0.4 s of it."""


def mjpg(bench: Bench) -> Iterator[Figure]:
    for clip in bench.clips:
        yield equal(f"{clip}, files", _from_files(bench, clip), bench.clips[clip].text)
    yield from _rounds(bench, RUN, list(bench.clips), bench.rounds)


def yuyv(bench: Bench) -> Iterator[Figure]:
    run = RUN.replace("--camera 0", "--camera '0?format=YUYV&size=320x240'")
    yield from _rounds(bench, run, list(bench.clips)[:1], 2)


def isochronous(bench: Bench) -> Iterator[Figure]:
    bench.emulated.start(list(bench.clips), "--isochronous")
    try:
        yield from _rounds(bench, RUN, list(bench.clips), 3)
    finally:
        bench.emulated.start(list(bench.clips))


def rates(bench: Bench) -> Iterator[Figure]:
    for rate in (15, 30):
        folder = bench.scratch / f"at-{rate}"
        clips = make_clips(folder, rate)
        bench.host.put([folder])
        names = [f"../{folder.name}/{name}" for name in clips]
        bench.emulated.start(names, "--rates", str(rate))
        for figure in _rounds(bench, RUN, list(clips), 3):
            yield Figure(f"{rate}/s: {figure.what}", figure.value, figure.good, figure.wanted)
    bench.emulated.start(list(bench.clips))


def _from_files(bench: Bench, clip: str) -> str:
    folder = f"{FOLDER}/clips/{clip}"
    said = bench.host.call(f"{bench.host.command} run {MODEL} --json --source {folder}")
    text: str = json.loads(said.splitlines()[-1])["text"]
    return text


def _rounds(bench: Bench, run: str, clips: list[str], count: int) -> Iterator[Figure]:
    """Read the clips in turn; which were read as they were said, and what it took."""
    right, waits, makings, wrong = 0, [], [], []
    sent = bench.emulated.ask("count")
    with bench.reading(run) as program:
        for k in range(count):
            clip = clips[k % len(clips)]
            try:
                text, wait, line = bench.text(program, clip)
            except LostError:
                wrong.append(f"nothing, not {clip}")
                continue
            waits.append(wait)
            makings.append(float(str(line.event["latency"])))
            event = line.event
            if text == bench.clips[clip].text:
                right += 1
            else:
                wrong.append(f"{text} ({event['confidence']}), not {clip}")
            program.hear(0.5)
        now = bench.emulated.ask("count")
    yield Figure("texts as from files", f"{right} of {count}", right == count, "; ".join(wrong))
    if not waits:
        return
    yield seconds("last word to text, at most", max(waits), LATE)
    # More than the frames that may wait bridge, and some are dropped: with lips that rest.
    yield Figure("of which making the text, at most (s)", max(makings))
    pictures = now["sent"] - sent["sent"]
    yield is_true(
        "dropped by edge-lip, of so many", True, f"{event['dropped']} of {event['frames']}"
    )
    yield is_true("late for the driver", True, f"{now['late'] - sent['late']} of {pictures}")
    yield is_true("given up (level)", event["level"] == 0, str(event["level"]))

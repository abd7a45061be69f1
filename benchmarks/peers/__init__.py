"""Other ways to read lips, and to find them, beside this one: same clips, machine and threads.

    python -m benchmarks peers [NAME ...] [--source CLIP] [--threads 1] [--calls 5] [--out FILE]
                               [--mediapipe PYTHON] [--landmarker-python PYTHON --landmarker MODEL]
                               [--lipreader PYTHON --data GRID]

Networks are rebuilt from their papers and have random weights: how long they take and how large
they are is theirs, what they read is nothing. Each runs in Keras and in TFLite, in a process of its
own, on the mouth of CLIP (a rendered talker's if none), held to as many cores as there are threads.
What counts is processor time: the machine may have other work. edge-lip comes first and last, to
see whether the machine changed meanwhile. MediaPipe's trackers need environments of their own, with
mediapipe 0.10.21 and with the current one: name their Pythons, and the landmarker's model. So does
lipreader, which needs OpenCV beside it; it is asked for words that it was taught by clips of GRID.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import numpy as np

from edge_lip.errors import EdgeLipError, FaceError, UsageError
from edge_lip.measuring.clip import USUAL, recorded
from edge_lip.measuring.reading import Laps, read_clip
from edge_lip.measuring.start import start_once
from edge_lip.model.inspect.card import card_of
from edge_lip.model.shipped import find_model
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Mouth
from edge_lip.mouth.trackers import make_tracker
from edge_lip.reading.opening import open_reader
from edge_lip.registry import Entry
from edge_lip.runtime.machine import describe_machine
from edge_lip.sources.specs import open_source
from edge_lip.system.files import replacing

from ..arguments import at_least_one
from .peer import FaceTracker, Network, Row, Taught

PEERS: Final = {
    name: Entry(f"benchmarks.peers.{name}:PEER", what)
    for name, what in {
        "lipnet": "LipNet as published",
        "conv3d_bilstm": "three Conv3D and two BiLSTM, as most tutorials build it",
        "resnet_tcn": "ResNet-18 and MS-TCN, words of LRW",
        "shufflenet_tcn": "ShuffleNet v2 and TCN, words of LRW",
        "auto_avsr": "Auto-AVSR's front end and encoder",
        "face_mesh": "MediaPipe Face Mesh",
        "face_landmarker": "MediaPipe Face Landmarker",
        "lipreader_package": "the package lipreader, taught words",
    }.items()
}
"""One file each; a new one is a `Peer` (`peer.py`) called PEER, and a line here."""
MODELS: Final = ("grid", "grid-s1")
MIB: Final = 1024 * 1024
SIDE: Final = 1.2
"""Width of a peer's crop over the outer eye distance: the mouth and a little more, as theirs."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; raises EdgeLipError where a peer can't be run."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks peers", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PEERS)}; all")
    parser.add_argument("--source", default=USUAL, help="a clip; a rendered talker's if none")
    parser.add_argument("--threads", type=at_least_one, default=1)
    parser.add_argument("--calls", type=at_least_one, default=5, help="of each, once it is warm")
    parser.add_argument("--mediapipe", metavar="PYTHON", help="that has mediapipe 0.10.21")
    parser.add_argument("--landmarker-python", metavar="PYTHON", help="that has the current one")
    parser.add_argument("--landmarker", metavar="MODEL", help="face_landmarker.task")
    parser.add_argument("--lipreader", metavar="PYTHON", help="that has lipreader and OpenCV")
    parser.add_argument("--data", type=Path, help="GRID's folder, for what is taught words")
    parser.add_argument("--out", type=Path, help="a JSON file of all rows")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(PEERS)
    if unknown:
        raise UsageError(f"no peer is called {min(unknown)!r}; there are: {', '.join(PEERS)}")
    hold_to(options.threads)
    rows: list[Row] = []
    with recorded(options.source) as clip, TemporaryDirectory(prefix="edge-lip-") as folder:
        bench = Bench(clip, Path(folder), options)
        print(HEAD, flush=True)
        for row in bench.rows(options.names or list(PEERS)):
            print(line(row), flush=True)
            rows.append(row)
    machine = describe_machine()
    print(
        f"\n{machine['cpu']}, {machine['architecture']}, {options.threads} thread(s), "
        f"{machine['interpreter']}; {options.source}"
    )
    print("networks of others: random weights, so times, sizes and multiply-adds only")
    print("MiB: of edge-lip with video and face models, of a peer with its network alone")
    if options.out:
        told = {"machine": machine, "threads": options.threads, "source": options.source}
        with replacing(options.out) as temporary:
            report = {**told, "rows": [asdict(row) for row in rows]}
            temporary.write_text(json.dumps(report, indent=2) + "\n")


HEAD: Final = (
    f"{'':26} {'':24} {'ms a frame':>10} {'after the':>10} {'ms a call':>10} {'MB':>7} "
    f"{'M MAC':>8} {'MiB':>6}\n{'':26} {'':24} {'':>10} {'last, ms':>10} {'':>10} {'file':>7} "
    f"{'a frame':>8} {'peak':>6}"
)


def line(row: Row) -> str:
    """A row of the table that `HEAD` begins."""

    def cell(value: float | None, width: int, digits: int) -> str:
        return f"{'' if value is None else f'{value:,.{digits}f}':>{width}}"

    size = None if row.file_bytes is None else row.file_bytes / 1e6
    work = None if row.macs is None else row.macs / row.frames / 1e6
    peak = None if row.peak_bytes is None else row.peak_bytes / MIB
    cells = [
        cell(row.frame_ms, 10, 2),
        cell(row.after_last_ms, 10, 1),
        cell(row.call_ms, 10, 1),
        cell(size, 7, 1),
        cell(work, 8, 1),
        cell(peak, 6, 0),
    ]
    return f"{row.peer:26} {row.engine:24} {' '.join(cells)}  {row.note}".rstrip()


def hold_to(threads: int) -> None:
    """Let this process and those that it starts have as many cores as there are threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


class Bench:
    """What is measured, one after the other."""

    def __init__(self, clip: str, folder: Path, options: argparse.Namespace) -> None:
        self._clip, self._folder = clip, folder
        self._options = options
        with closing(open_source(clip)) as source:
            self._film = list(source)

    def rows(self, names: Sequence[str]) -> Iterator[Row]:
        """Ours, those of `names`, ours again."""
        yield from self._ours("edge-lip")
        for name in names:
            peer = PEERS[name].load()
            if isinstance(peer, Network):
                yield from self._network(name, peer)
            elif isinstance(peer, Taught):
                yield from self._taught(name, peer)
            else:
                yield from self._face_tracker(name, peer)
        yield from self._ours("edge-lip again")

    def _ours(self, called: str) -> Iterator[Row]:
        for tracker in ("landmarks", "flow"):
            yield self._tracker(called, tracker)
        for model in MODELS:
            yield from self._model(called, model)

    def _tracker(self, called: str, name: str) -> Row:
        tracker, taken = make_tracker(name, self._options.threads), []
        for round_number in range(self._options.calls + 1):
            tracker.reset()
            start = process_time()
            found = sum(tracker.track(one.image, one.time) is not None for one in self._film)
            if round_number:
                taken.append((process_time() - start) / len(self._film))
            if found < 0.9 * len(self._film):
                raise FaceError(f"a face in {found} of {len(self._film)} frames only")
        ms = 1000 * fmean(taken)
        return Row(f"{called}, tracker", name, ms, 1, None)

    def _model(self, called: str, model: str) -> Iterator[Row]:
        """Reading with features made while somebody speaks, and what it would take to make all of
        them anew once they have stopped; a frame from the video to its features."""
        with open_reader(model, threads=self._options.threads) as reader:
            read_clip(reader, self._clip, process_time, Laps())
            laps, ends = Laps(), []
            for _ in range(self._options.calls):
                once = Laps()
                read_clip(reader, self._clip, process_time, once)
                for stage, times in once.stages.items():
                    laps.stages[stage] += times
                ends.append(once.stages["encode"][-1])
        path, calls = find_model(model), self._options.calls
        card, stages = card_of(path), laps.stages
        frames = len(self._film)
        encode, decode, text, last = (
            1000 * seconds
            for seconds in (
                sum(stages["encode"]) / calls,
                fmean(stages["decode"]),
                fmean(stages["text"]),
                fmean(ends),
            )
        )
        macs = {name: one["macs"] for name, one in card["signatures"].items()}
        work, size = frames * macs["encode"] + macs["decode"], path.stat().st_size
        how = {"threads": self._options.threads}
        peak = start_once(self._clip, model, how)["peak_bytes"]
        for name, after, more in (
            ("features while speaking", last + decode, 0.0),
            ("the same, to the text", last + decode + text, text),
            ("the whole window anew", encode + decode, 0.0),
        ):
            yield Row(
                f"{called}, {model}", name, encode + decode + more, frames, after, size, work, peak
            )
        frame = 1000 * laps.frame()
        yield Row(f"{called}, {model}", "video to features", frame, 1, None)

    def _network(self, name: str, peer: Network) -> Iterator[Row]:
        crops = self._folder / f"{name}.npy"
        np.save(crops, self._crops(peer))
        yield self._run(name, peer, "Keras, float32", crops, None)
        for mode in peer.modes:
            file = self._folder / f"{name}-{mode}.tflite"
            made = _child("make", name, mode, str(file), str(crops))
            engine = f"TFLite, {'float32' if mode == 'none' else mode}"
            if made.returncode or not file.exists():
                said = (made.stderr.strip().splitlines() or ["no reason"])[-1]
                print(f"{name:26} {engine:24} not converted: {said}", flush=True)
                continue
            yield self._run(name, peer, engine, crops, file)
            file.unlink()

    def _run(self, name: str, peer: Network, engine: str, crops: Path, file: Path | None) -> Row:
        options = self._options
        words = [name, str(crops), str(options.calls), str(options.threads)]
        done = _child("run", *words, *([str(file)] if file else []))
        if done.returncode:
            raise EdgeLipError(
                f"{name}, {engine}: {(done.stderr.strip() or 'failed').splitlines()[-1]}"
            )
        found = json.loads(done.stdout.splitlines()[-1])
        return Row(
            name,
            engine,
            found["cpu_ms"],
            peer.window[0],
            found["cpu_ms"],
            file_bytes=file.stat().st_size if file else None,
            macs=found["macs"],
            peak_bytes=found["peak_bytes"],
            note=f"without {peer.without}" if peer.without else "",
        )

    def _crops(self, peer: Network) -> np.ndarray:
        """The clip as `peer` takes it: (1, *window) float32, 0 to 1."""
        frames, height, width, channels = peer.window
        geometry = CropGeometry(width, height, SIDE, colour=channels == 3)
        mouth = Mouth(make_tracker("landmarks"), geometry)
        seen = [crop.image for frame in self._film if (crop := mouth.watch(frame))]
        if not seen:
            raise FaceError("there is no face in the clip")
        chosen = np.linspace(0, len(seen) - 1, frames).round().astype(int)
        images = np.stack([seen[place] for place in chosen])
        images = images[..., np.newaxis] if images.ndim == 3 else np.moveaxis(images, 1, -1)
        return (images[np.newaxis] / 255).astype(np.float32)

    def _taught(self, name: str, peer: Taught) -> Iterator[Row]:
        options = self._options
        if not options.lipreader or not options.data:
            print(f"{name:26} left out: --lipreader, --data")
            return
        from .taught import rows

        yield from rows(name, peer, options.lipreader, options.data, self._folder)

    def _face_tracker(self, name: str, peer: FaceTracker) -> Iterator[Row]:
        options = self._options
        python = options.mediapipe if peer.kind == "mesh" else options.landmarker_python
        if not python or (peer.kind == "landmarker" and not options.landmarker):
            print(f"{name:26} left out: {'--mediapipe' if peer.kind == 'mesh' else '--landmarker'}")
            return
        script = Path(__file__).parent / "mediapipe_child.py"
        call = [python, str(script), peer.kind, self._clip, str(options.calls)]
        call += [options.landmarker or ""]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EdgeLipError(f"{name}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
        found = json.loads(done.stdout.splitlines()[-1])
        yield Row(
            name,
            f"mediapipe {found['version']}",
            found["cpu_ms"],
            1,
            None,
            peak_bytes=found["peak_bytes"],
        )


def _child(*words: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "benchmarks.peers.child", *words]
    return subprocess.run(call, capture_output=True, text=True, errors="replace", check=False)

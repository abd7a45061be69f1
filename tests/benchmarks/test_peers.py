"""`python -m benchmarks peers`: the table of peers, and how one is run, with a small one."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.__main__ import main
from benchmarks.peers import PEERS
from benchmarks.peers.peer import FaceTracker, Network, Row, Taught
from edge_lip.measuring.clip import USUAL, recorded


@pytest.mark.parametrize("name", PEERS)
def test_each_has_a_file_and_says_where_it_is_described(name: str) -> None:
    peer = PEERS[name].load()
    assert peer.paper and isinstance(peer, Network | FaceTracker | Taught)
    assert PEERS[name].target == f"benchmarks.peers.{name}:PEER"


def test_every_file_of_a_peer_is_in_the_table() -> None:
    texts = {path.stem: path.read_text() for path in Path(peers.__file__).parent.glob("*.py")}
    assert {name for name, text in texts.items() if "\nPEER = " in text} == set(PEERS)


def test_an_unknown_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["peers", "nobody"]) == 2
    assert "no peer is called 'nobody'; there are: lipnet" in capsys.readouterr().err


def test_a_row_is_a_line_of_the_table() -> None:
    told = peers.line(Row("made up", "TFLite", 150.0, 75, 10.0, 2_500_000, 75_000_000, 2**20))
    assert told.split()[-6:] == ["2.00", "10.0", "150.0", "2.5", "1.0", "1"]
    short = peers.line(Row("made up", "tracker", 2.0, 1, None, note="why"))
    assert short.split()[-3:] == ["2.00", "2.0", "why"]


SMALL = """
import sys, json
import numpy as np
from pathlib import Path
from benchmarks.peers import child
from benchmarks.peers.layers import resnet18, stem, tcn
from benchmarks.peers.peer import Network

def build():
    import keras
    from keras import layers, ops
    clip = keras.Input((4, 16, 16, 1), batch_size=1)
    x = stem(clip, 4, 6, "prelu")
    x = tcn(ops.expand_dims(layers.GlobalAveragePooling2D()(x), 0), 6, (3, 5), 2, "swish")
    return keras.Model(clip, layers.Dense(3)(x))

peer = Network("made up", (4, 16, 16, 1), build)
folder = Path(sys.argv[1])
crops = folder / "crops.npy"
np.save(crops, np.random.default_rng(0).random((1, 4, 16, 16, 1), np.float32))
told = {"keras": child.run(peer, np.load(crops), 2, 1, None)}
file = folder / "int8.tflite"
child.make(peer, "int8", file, crops)
told["tflite"] = child.run(peer, np.load(crops), 2, 1, file)
told |= {"bytes": file.stat().st_size, "parameters": build().count_params()}
print(json.dumps(told))
"""


def test_a_peer_becomes_a_file_that_runs(tmp_path: Path) -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    call = [sys.executable, "-c", SMALL, str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["bytes"] > told["parameters"] > 1000
    # A stem of 5x7x7 on 8x8 places of 4 frames, and at least that of what follows.
    assert told["tflite"]["macs"] > 4 * 8 * 8 * 6 * 5 * 7 * 7
    assert all(told[one]["cpu_ms"] > 0 for one in ("keras", "tflite"))


def test_a_crop_is_what_a_peer_takes(face_models: object, tmp_path: Path) -> None:
    grey = Network("made up", (7, 20, 30, 1), lambda: None)
    colour = Network("made up", (5, 24, 24, 3), lambda: None)
    with recorded(USUAL) as clip:
        bench = peers.Bench(clip, tmp_path, argparse.Namespace(calls=1, threads=1))
    for peer in (grey, colour):
        crops = bench._crops(peer)
        assert crops.shape == (1, *peer.window) and crops.dtype == np.float32
        assert 0 <= crops.min() < crops.max() <= 1
        assert crops.std() > 0.05


def test_a_tracker_without_an_environment_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = peers.Bench.__new__(peers.Bench)
    bench._options = argparse.Namespace(mediapipe=None, landmarker_python=None, landmarker=None)
    assert list(bench._face_tracker("face_mesh", PEERS["face_mesh"].load())) == []
    assert "left out" in capsys.readouterr().out


STAND_IN = """
class LipReader:
    def __init__(self, path):
        self.words = {}

    def train(self, clip, word):
        if "dark" in clip:
            raise ValueError("No lip region detected in video.")
        self.words[clip[0]] = word

    def predict(self, clip):
        if "dark" in clip:
            raise ValueError("No lip region detected in video.")
        return self.words.get(clip[0]), {}
"""


def test_a_package_is_taught_and_asked_group_by_group(tmp_path: Path) -> None:
    (tmp_path / "lipreader.py").write_text(STAND_IN)
    about = tmp_path / "lipreader-9.9.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text("Metadata-Version: 2.1\nName: lipreader\nVersion: 9.9\n")
    plan = tmp_path / "plan.json"
    groups = [
        {"taught": [["a.mp4", "one"], ["dark.mp4", "two"]], "asked": [["a2.mp4"], ["dark.mp4"]]},
        {"taught": [["b.mp4", "two"]], "asked": [["a3.mp4"], ["b2.mp4"]]},
    ]
    plan.write_text(json.dumps(groups))
    script = Path(peers.__file__).parent / "lipreader_child.py"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    call = [sys.executable, str(script), str(plan)]
    done = subprocess.run(call, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["answers"] == [["one", None], [None, "two"]]
    assert (told["refused"], told["version"]) == (1, "9.9")


def test_a_package_without_an_environment_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    bench = peers.Bench.__new__(peers.Bench)
    bench._options = argparse.Namespace(lipreader=None, data=None)
    assert list(bench._taught("lipreader_package", PEERS["lipreader_package"].load())) == []
    assert "left out: --lipreader, --data" in capsys.readouterr().out

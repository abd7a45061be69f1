"""An Edge TPU at the reader's side, found, not found, and lost. A stand-in for Coral's library
(`edgetpu_stand_in.c`) is loaded by the interpreter that is installed, as the library would be."""

import shutil
import subprocess
from collections import deque
from pathlib import Path

import numpy as np
import pytest
from support import tiny_model
from support.fakes import FakeSource, FakeTracker, film

pytest.importorskip("tensorflow", reason="the model is made by TensorFlow")
from support import compiled_model  # noqa: E402

from edge_lip.cli.main import main  # noqa: E402
from edge_lip.errors import ModelError, UsageError  # noqa: E402
from edge_lip.model.file import open_model
from edge_lip.model.inspect.card import card_of, text  # noqa: E402
from edge_lip.model.network import Network
from edge_lip.reading.opening import open_reader  # noqa: E402
from edge_lip.reading.reader import Reader  # noqa: E402
from edge_lip.runtime import edgetpu  # noqa: E402
from edge_lip.runtime.delegate import device_of  # noqa: E402

Patch = pytest.MonkeyPatch
STACKS = tiny_model.stacks(6)
DEVICE = np.full(tiny_model.FEATURES, 0.25, np.float32)
"""What the stand-in makes of any stack."""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with `encode` for an Edge TPU, too."""
    target = tmp_path_factory.mktemp("compiled") / "model.tflite"
    return compiled_model.write(target, tiny_model.converted())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the stand-in."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler (cc) for the stand-in of libedgetpu")
    folder = tmp_path_factory.mktemp("library")
    source = Path(__file__).with_name("edgetpu_stand_in.c")
    call = [compiler, "-shared", "-fPIC", "-o", str(folder / edgetpu.LIBRARY), str(source)]
    subprocess.run(call, check=True)
    return folder


@pytest.fixture
def library(built: Path, monkeypatch: Patch) -> Patch:
    """The stand-in is where the loader looks; the environment may be told what goes wrong."""
    monkeypatch.setenv("LD_LIBRARY_PATH", str(built))
    monkeypatch.delenv("STAND_IN", raising=False)
    return monkeypatch


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: Patch) -> None:
    """There is no library that could be loaded, whatever this machine has."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / edgetpu.LIBRARY).write_bytes(b"no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "lib"))


def goes_wrong(monkeypatch: Patch, how: str, calls: int) -> None:
    monkeypatch.setenv("STAND_IN", how)
    monkeypatch.setenv("STAND_IN_CALLS", str(calls))


def features(model: Network) -> np.ndarray:
    return np.stack([model.encode({"stack": stack}) for stack in STACKS])


def opened(path: Path, spec: str = "edgetpu") -> tuple[Network, list[str]]:
    """The model, and the list of what it tells."""
    told: list[str] = []
    return open_model(path, 1, spec, told.append), told


def on_processor() -> np.ndarray:
    return features(open_model(tiny_model.converted()))


def test_a_compiled_signature_harms_no_interpreter(compiled: Path) -> None:
    model, original = open_model(compiled), open_model(tiny_model.converted())
    np.testing.assert_array_equal(features(model), features(original))
    expected = original.decode(tiny_model.features(7)).tokens
    assert expected is not None
    np.testing.assert_array_equal(model.decode(tiny_model.features(7)).tokens, expected)


def test_what_is_compiled_is_told(compiled: Path) -> None:
    card = card_of(compiled)
    assert card["targets"] == card_of(tiny_model.converted())["targets"]
    assert card["signatures"]["encode_edgetpu"]["operators"] == {"edgetpu-custom-op": {"1": 1}}
    assert "edgetpu         encode is compiled for it" in text(card)


@pytest.mark.parametrize("spec", ["edgetpu", "edgetpu:0"])
def test_the_device_computes_what_was_compiled(spec: str, compiled: Path, library: Patch) -> None:
    model, told = opened(compiled, spec)
    np.testing.assert_array_equal(features(model), [DEVICE] * len(STACKS))
    found = model.decode(tiny_model.features(7)).tokens
    expected = open_model(compiled).decode(tiny_model.features(7)).tokens
    assert found is not None and expected is not None
    np.testing.assert_array_equal(found, expected)
    assert not told


def test_the_device_that_is_named_is_taken(compiled: Path, library: Patch) -> None:
    model, told = opened(compiled, "edgetpu:usb:1")
    np.testing.assert_array_equal(features(model), on_processor())
    assert told == [
        "no Edge TPU, the processor runs all of the model: libedgetpu.so.1: no such device"
    ]


def test_without_the_library(compiled: Path, broken: None) -> None:
    model, told = opened(compiled)
    np.testing.assert_array_equal(features(model), on_processor())
    (line,) = told
    assert line.startswith("no Edge TPU") and "can't load" in line and edgetpu.LIBRARY in line


@pytest.mark.parametrize(("how", "why"), [("fails", "is gone"), ("aborts", "by SIGABRT")])
def test_a_device_that_is_pulled(how: str, why: str, compiled: Path, library: Patch) -> None:
    goes_wrong(library, how, 3)  # one call was made to see whether it works
    model, told = opened(compiled)
    expected = on_processor()
    expected[:2] = DEVICE
    np.testing.assert_array_equal(features(model), expected)
    (line,) = told
    assert line.startswith("the Edge TPU is lost, the processor goes on") and why in line
    np.testing.assert_array_equal(features(model), on_processor())
    assert len(told) == 1 and "\n" not in line


@pytest.mark.parametrize("how", ["fails", "aborts"])
def test_a_device_that_does_not_take_the_network(how: str, compiled: Path, library: Patch) -> None:
    goes_wrong(library, how, 0)
    model, told = opened(compiled)
    np.testing.assert_array_equal(features(model), on_processor())
    (line,) = told
    assert line.startswith("no Edge TPU")


def test_a_device_that_hangs(compiled: Path, library: Patch) -> None:
    goes_wrong(library, "hangs", 1)
    library.setattr(edgetpu, "ANSWER_SECONDS", 0.1)
    model, told = opened(compiled)
    np.testing.assert_array_equal(features(model), on_processor())
    assert told == ["the Edge TPU is lost, the processor goes on: no answer within 0.1 s"]


def test_an_answer_that_ctrl_c_left_is_no_answer(compiled: Path, library: Patch) -> None:
    goes_wrong(library, "fails", 2)
    model, told = opened(compiled)

    def interrupted() -> float:
        if not times:
            raise KeyboardInterrupt
        return times.pop()

    times = [0.0]  # when it is asked, but not when the answer is waited for
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edgetpu, "monotonic", interrupted)
        with pytest.raises(KeyboardInterrupt):
            model.encode({"stack": STACKS[0]})
    assert not told
    np.testing.assert_array_equal(model.encode({"stack": STACKS[1]}), on_processor()[1])
    assert len(told) == 1


def test_a_model_that_is_not_compiled(library: Patch) -> None:
    model, told = opened(tiny_model.converted())
    np.testing.assert_array_equal(features(model), on_processor())
    (line,) = told
    assert "not compiled for an Edge TPU" in line and "--target edgetpu" in line


@pytest.mark.parametrize("spec", [None, "edgetpu"])
def test_a_model_that_is_compiled_alone(spec: str | None, tmp_path: Path) -> None:
    path = compiled_model.write(tmp_path / "alone.tflite", tiny_model.converted(), alone=True)
    with pytest.raises(ModelError, match="alone.tflite: .*for an Edge TPU alone.*--target edgetpu"):
        open_model(path, 1, spec)


def test_devices_are_called_as_coral_calls_them() -> None:
    specs = ["edgetpu", "edgetpu:2", "edgetpu:usb", "edgetpu:usb:0", "edgetpu:pci:1"]
    assert [device_of(spec) for spec in specs] == ["", ":2", "usb", "usb:0", "pci:1"]
    for spec in ("gpu", "edgetpu:", "edgetpu:tpu", "edgetpu:usb:", "edgetpu:-1", ""):
        with pytest.raises(UsageError, match="there is edgetpu"):
            device_of(spec)


def test_the_reader_tells_it_once_and_loses_nothing(compiled: Path, library: Patch) -> None:
    (expected,) = Reader(open_model(compiled), FakeTracker()).read(FakeSource(film(30)))
    goes_wrong(library, "aborts", 1)
    notices: deque[str] = deque()
    model = open_model(compiled, 1, "edgetpu", notices.append)
    reader = Reader(model, FakeTracker(), notices=notices)
    events = list(reader.read(FakeSource(film(30))))
    assert [event.kind for event in events] == ["source", expected.kind]
    assert events[0].message.startswith("the Edge TPU is lost") and events[0].frames < 30
    assert (events[1].text, events[1].end) == (expected.text, expected.end)
    again = list(reader.read(FakeSource(film(30))))
    assert [event.kind for event in again] == [expected.kind]


def test_what_is_not_there_is_told_with_the_first_frame(compiled: Path, broken: None) -> None:
    with open_reader(compiled, FakeTracker(), delegate="edgetpu") as reader:
        kinds = [[event.kind for event in reader.push(frame)] for frame in film(3)]
        assert kinds == [["source"], [], []]


def test_run_and_benchmark_go_on_without(
    grid: Path, face_models: object, broken: None, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = str(min((grid / "s1").glob("*.mp4")))
    assert main(["run", "--source", clip]) == 0
    text = capsys.readouterr().out
    assert main(["run", "--source", clip, "--delegate", "edgetpu"]) == 0
    found = capsys.readouterr()
    assert found.out == text
    assert found.err.startswith("edge-lip: the model is not compiled for an Edge TPU")
    assert found.err.count("\n") == 1
    assert main(["run", "--source", clip, "--delegate", "gpu"]) == 2


def test_a_benchmark_says_what_it_timed(
    compiled: Path, grid: Path, face_models: object, broken: None, capfd: pytest.CaptureFixture[str]
) -> None:
    clip = str(min((grid / "s1").glob("*.mp4")))
    call = ["benchmark", str(compiled), "--source", clip, "--repeat", "1", "--json"]
    call += ["--only", "stages"]
    assert main([*call, "--delegate", "edgetpu"]) == 0
    found = capfd.readouterr()
    assert '"delegate": null' in found.out
    assert found.err.startswith("edge-lip: no Edge TPU") and found.err.count("\n") == 1

"""What a conversion finds out about the file it wrote."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_model

pytest.importorskip("tensorflow", reason="conversion needs TensorFlow")

from converter.export.export import export  # noqa: E402
from converter.verification import clips as agreement  # noqa: E402
from converter.verification.clips import Labelled, evaluate  # noqa: E402
from converter.verification.proof import run_everywhere, table  # noqa: E402
from converter.verification.prove import prove, write_proof  # noqa: E402
from edge_lip.model.file import open_model  # noqa: E402
from training.reports.metrics import Reading  # noqa: E402
from training.trained.trained import Trained  # noqa: E402

EXPORTS = {name: partial(export, mode="dynamic") for name in ("encode", "decode")}
CALIBRATION = {"source": "stacks", "stacks": 20}


def trained() -> Trained:
    encode, decode = tiny_model.halves()
    return Trained(encode, decode, tiny_model.MANIFEST, {"stack": tiny_model.stacks()})


def test_the_manifest_has_the_proof() -> None:
    proof = open_model(tiny_model.converted()).manifest.proof
    assert proof["passed"] is True and "worst" not in proof and "evaluation" not in proof
    assert proof["calibration"] == {"source": "the model's own", "stacks": 20}
    encode, decode = proof["signatures"]["encode"], proof["signatures"]["decode"]
    # A 6x6 convolution of five frames at 2x3 places, then 24 numbers to 6.
    assert encode["macs"] == 2 * 3 * 4 * 6 * 6 * 5 + 24 * 6 and encode["frames"] == 1
    assert encode["operators"]["CONV_2D"] == {"3": 1}
    assert encode["arena_bytes"] >= encode["peak_bytes"] >= 8 * 12 * 5
    # Two directions of four cells with four gates, and the heads, on 75 frames.
    cells, heads = 2 * 16 * (6 + 4), 8 * (4 + 3)
    assert decode["macs"] == 75 * (cells + heads) and decode["frames"] == 75
    assert decode["arena_bytes"] is None and decode["parameters"] >= cells + heads
    assert proof["interpreters"]["tensorflow.lite.python.interpreter"] == "ran"
    assert "ran" in proof["interpreters"].values()
    assert all(check["cosine"] > 0.99 for check in proof["checks"])


def test_another_network_fails_and_the_layer_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(tiny_model.converted().read_bytes())
    good, stacks = trained(), tiny_model.stacks()
    clean = prove(path, good, {"stack": stacks}, CALIBRATION, EXPORTS)
    assert not clean.fault and not clean.worst

    import keras

    other = keras.models.clone_model(good.encode)
    other.set_weights([-weights for weights in good.encode.get_weights()])
    proof = prove(path, replace(good, encode=other), {"stack": stacks}, CALIBRATION, EXPORTS)
    assert "does not compute what the original does" in proof.fault
    assert f"the layer '{proof.worst['layer']}'" in proof.fault
    assert proof.worst["half"] in ("encode", "decode")
    told = table(proof, 1000, {"encode": 1}, path)
    assert f"worst layer: {proof.worst['layer']}" in told and "20" in told
    write_proof(path, proof)
    model = open_model(path)
    assert model.manifest.proof["passed"] is False
    np.testing.assert_array_equal(
        model.encode({"stack": stacks[0]}),
        open_model(tiny_model.converted()).encode({"stack": stacks[0]}),
    )


def test_an_interpreter_that_is_absent_or_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    from converter.verification import proof as module

    engines = ("tensorflow.lite.python.interpreter", "no_such_engine", "json", "math")
    monkeypatch.setattr(module, "ENGINES", engines)
    monkeypatch.setattr(module, "APART", "math")  # in a process of its own
    results = run_everywhere(tiny_model.converted(), {"stack": tiny_model.stacks(5)})
    assert results["tensorflow.lite.python.interpreter"] == "ran"
    assert results["no_such_engine"] == "absent"
    assert "Interpreter" in results["json"] and "Interpreter" in results["math"]


def test_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    def readings(*texts: str) -> tuple[Reading, ...]:
        return tuple(Reading(str(k), "s1", "ab ba", text, 1.0) for k, text in enumerate(texts))

    read: list[Any] = []

    def fake(model: Any, labelled: Labelled) -> tuple[Reading, ...]:
        read.append(model)
        return readings("ab ba", "ab ab")

    monkeypatch.setattr(agreement, "read", fake)
    path = tiny_model.converted()
    original = open_model(path)
    labelled = Labelled(Path("data"), before=readings("ab ba", "ab ba"))
    found = evaluate(original, path, labelled)
    assert found["agreement"] == 0.5 and found["clips"] == 2
    assert found["split"] == "all"  # the model has no recipe, which would know a "test"
    assert found["float"]["wer"] == 0 and found["file"]["wer"] == 0.25
    assert len(read) == 1  # what is known is not read again
    assert evaluate(original, path, Labelled(Path("data")))["agreement"] == 1.0

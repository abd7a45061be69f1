"""Several ways to convert, side by side."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import tiny_model

pytest.importorskip("tensorflow", reason="the models are converted here")

from converter.conversion.compare import Variant, convert_each, draw_comparison, save, table  # noqa: E402
from converter.verification.outputs import Check  # noqa: E402
from converter.verification.proof import Proof  # noqa: E402
from edge_lip.errors import ModelError  # noqa: E402

BEFORE = {"wer": 0.045, "cer": 0.016}
CALIBRATION = {"source": "stacks", "stacks": 3}


def proof(wer: float, cosine: float = 0.999) -> Proof:
    checks = (
        Check("encode", 0.9, 0.99, 0.8),
        Check("logits, both, 75 frames", 0.02, cosine, 0.8),
        Check("words, both, 75 frames", 0.03, 0.999, 0.8),
    )
    after = {"wer": wer, "cer": 0.02}
    evaluation = {"split": "test", "clips": 85, "agreement": 0.9, "float": BEFORE, "file": after}
    return Proof({}, checks, {"ai_edge_litert.interpreter": "ran"}, CALIBRATION, evaluation)


def fake(source: Path, target: Path, plan: Any) -> Any:
    """A conversion: the plan is what comes of it."""
    if isinstance(plan, Exception):
        raise plan
    target.write_bytes(tiny_model.converted().read_bytes())
    return SimpleNamespace(proof=plan)


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> list[Variant]:
    folder = tmp_path_factory.mktemp("variants")
    plans: dict[str, Any] = {
        "mixed": proof(0.047),
        "int8": ModelError("TensorFlow crashed while converting: choose --quantize mixed"),
        "float16": proof(0.2, cosine=0.5),
    }
    made = convert_each(Path("m.h5"), folder / "m.tflite", plans, fake)
    assert sorted(path.name for path in folder.iterdir()) == ["m-float16.tflite", "m.tflite"]
    return made


def test_rows(variants: list[Variant]) -> None:
    mixed, int8, float16 = variants
    assert mixed.status == "proven" and mixed.measure == "wer" and mixed.rate == 0.047
    assert mixed.before == 0.045 and mixed.agreement == 0.9 and mixed.error == 0.03
    assert mixed.bytes == tiny_model.converted().stat().st_size and mixed.frames == 75
    assert mixed.frame_ms and mixed.utterance_ms and mixed.frame_ms > 0 < mixed.utterance_ms
    assert int8.status == "refused" and "crashed" in int8.reason and int8.bytes is None
    assert float16.status == "failed" and "cosine of 0.500" in float16.reason


def test_text(variants: list[Variant]) -> None:
    head, before, mixed, int8, float16, reason, machine = table(variants).splitlines()
    assert head.split() == ["format", "status", "kB", "error", "WER", "same", "ms/frame"] + [
        "ms/75",
        "fr.",
    ]
    assert before.split() == ["(Keras)", "float", "4.50%"]
    assert mixed.split()[:2] == ["mixed", "proven"] and "4.70%" in mixed and "3.00%" in mixed
    assert int8.split()[:2] == ["int8", "refused"] and "choose --quantize mixed" in int8
    assert "20.00%" in float16 and "does not compute" in reason
    assert "one thread" in machine and "litert" in machine
    assert len(mixed) == len(float16) == len(head)


def test_json_and_picture(variants: list[Variant], tmp_path: Path) -> None:
    save(variants, tmp_path / "m-compare.json")
    data = json.loads((tmp_path / "m-compare.json").read_text())
    assert [one["format"] for one in data["variants"]] == ["mixed", "int8", "float16"]
    assert data["machine"]["interpreter"] and data["variants"][0]["rate"] == 0.047
    draw_comparison(variants, tmp_path / "m-compare.png")
    assert (tmp_path / "m-compare.png").read_bytes().startswith(b"\x89PNG")
    nothing = [Variant("int8", "refused", "why")]
    draw_comparison(nothing, tmp_path / "nothing.png")
    assert "why" in table(nothing)

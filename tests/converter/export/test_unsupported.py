"""What can't be converted is named, with why and what to do instead, before TensorFlow is asked."""

from pathlib import Path
from typing import Any

import pytest
from support import tiny_model

keras = pytest.importorskip("keras", reason="the networks are Keras'")
from keras import layers  # noqa: E402

from converter.conversion import convert as conductor  # noqa: E402
from converter.export.export import export  # noqa: E402
from converter.export.unsupported import check_layers  # noqa: E402
from edge_lip.cli.main import main  # noqa: E402
from edge_lip.errors import ModelError  # noqa: E402
from edge_lip.model.file import open_model  # noqa: E402


def over_time(*stages: Any) -> Any:
    x = entry = keras.Input((None, 6), name="features")
    for stage in stages:
        x = stage(x)
    return keras.Model(entry, x, name="decode")


def refusal(part: Any, name: str, plan: str) -> str:
    with pytest.raises(ModelError) as caught:
        check_layers({name: part}, plan)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mode", ["none", "mixed"])
def test_pooling_with_channels_first(
    mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "in_child", lambda job, *arguments, **_: job(*arguments))
    source, target = tmp_path / "model.h5", tmp_path / "model.tflite"
    x = clip = keras.Input((6, 16, 24, 1))
    for k in range(2):
        x = layers.MaxPooling3D((1, 2, 1), data_format="channels_first", name=f"pool{k}")(x)
    keras.Model(clip, layers.Dense(3)(layers.Flatten()(x))).save(source)
    said = ['task="label"', 'labels=["a", "b", "c"]', "fps=25", 'pixels="0..1"']
    settings = [word for one in said for word in ("--set", one)]
    assert main(["convert", str(source), "--quantize", mode, *settings]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()[-1:]
    assert all(f"'pool{k}' (MaxPooling3D)" in line for k in range(2))
    assert "TimeDistributed(MaxPooling2D)" in line
    assert not target.exists()


def test_conv3d_is_float_only() -> None:
    part = keras.Sequential([keras.Input((4, 8, 8, 1)), layers.Conv3D(2, 3, name="c3d")])
    for mode in ("int8", "int16x8"):
        line = refusal(part, "window", mode)
        assert "'c3d' (Conv3D)" in line and "--quantize mixed" in line
    for mode in ("none", "float16", "dynamic"):
        check_layers({"window": part}, mode)


@pytest.mark.parametrize("kind", [layers.GRU, layers.SimpleRNN])
@pytest.mark.parametrize("wrap", [lambda layer: layer, layers.Bidirectional])
def test_loops(kind: Any, wrap: Any) -> None:
    layer = wrap(kind(4, return_sequences=True))
    part = over_time(layers.Dense(5), layer)
    line = refusal(part, "decode", "int8")
    assert line.count(f"'{layer.name}' ({kind.__name__})") == 1 and "dense" not in line
    assert "loop" in line and "--quantize mixed" in line
    assert "--quantize dynamic" in refusal(part, "encode", "int8")
    check_layers({"decode": part}, "dynamic")


def test_the_way_out_is_one_for_all_parts() -> None:
    """`encode` could be int8, but `decode` could not."""
    picture = keras.Input((8, 8, 1))
    encode = keras.Model(picture, layers.Conv2D(2, 3, activation="elu")(picture))
    parts = {"encode": encode, "decode": over_time(layers.GRU(4))}
    with pytest.raises(ModelError, match="'encode' .*Conv2D.* or choose --quantize mixed"):
        check_layers(parts, "int16x8")


def test_an_unrolled_one_is_no_loop() -> None:
    entry = keras.Input((4, 6))
    part = keras.Model(entry, layers.GRU(3, unroll=True)(entry))
    check_layers({"window": part}, "int8")


def test_lstms() -> None:
    plain = over_time(layers.LSTM(4, name="memory"))
    check_layers({"decode": plain}, "int8")
    assert "'memory' (LSTM)" in refusal(plain, "decode", "int16x8")
    other = over_time(layers.LSTM(4, activation="relu", name="memory"))
    assert "'memory' (LSTM): TFLite's LSTM has tanh" in refusal(other, "decode", "int8")
    masked = over_time(layers.Masking(), layers.LSTM(4, name="memory"))
    assert "masks" in refusal(masked, "decode", "int8")
    check_layers({"decode": masked}, "dynamic")


def test_what_has_8_bits_but_not_16() -> None:
    part = over_time(layers.LayerNormalization(name="norm"), layers.Dense(3, activation="elu"))
    line = refusal(part, "decode", "int16x8")
    assert "'norm' (LayerNormalization)" in line and "(Dense)" in line and "int8" in line
    check_layers({"decode": part}, "int8")


def test_layers_of_nested_networks_are_found() -> None:
    inner = over_time(layers.GRU(4, return_sequences=True, name="deep"))
    entry = keras.Input((None, 6))
    assert "'deep' (GRU)" in refusal(keras.Model(entry, inner(entry)), "decode", "int8")


def test_what_only_tensorflow_finds() -> None:
    """In one line, with the operator's name."""
    entry = keras.Input((4, 8, 8, 1))
    part = keras.Model(entry, keras.ops.max_pool(entry, 2), name="window")
    with pytest.raises(ModelError, match="'window' to none: TFLite has no MaxPool3D$"):
        export(part, "none")


def test_a_crash_says_what_it_was_about() -> None:
    """The converter dies of full int8 of a loop; here nothing stops it before."""
    with pytest.raises(ModelError) as caught:
        conductor.in_child(convert_a_loop, way_out=": try --quantize mixed")
    assert str(caught.value) == (
        "TensorFlow crashed while converting 'decode' to int8: try --quantize mixed"
    )


def convert_a_loop() -> None:
    from converter.export.subprocess import report_step

    report_step("loading")
    report_step("converting 'decode' to int8")
    samples = [{"features": tiny_model.features(20)[None]}] * 2
    export(over_time(layers.GRU(4, return_sequences=True)), "int8", samples)


def test_a_proof_that_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file and exit 1, unless --force; then whoever asks for it is told."""
    from converter.verification import prove
    from converter.verification.outputs import Check

    wrong = (Check("logits, both, 75 frames", 1.2, 0.31, 0.8),)
    monkeypatch.setattr(prove, "measure", lambda *_: wrong)
    monkeypatch.setattr(prove, "_find_worst", lambda *_: {})
    monkeypatch.setattr(conductor, "in_child", lambda job, *arguments, **_: job(*arguments))
    target = tmp_path / "model.tflite"
    arguments = ["convert", str(tiny_model.trained()), "--out", str(target)]
    assert main(arguments) == 1
    assert "cosine of 0.310; nothing was written" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main([*arguments, "--force"]) == 0
    assert open_model(target).manifest.proof["passed"] is False
    assert main(["info", str(target)]) == 0
    assert "proven     NO: 120.0% from the float original" in capsys.readouterr().out

"""What `edge-lip train` leaves, read back; what it does not leave, refused."""

import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from support import tiny_model

from converter.calibration.arrays import read_stacks
from converter.external.load import load_any
from edge_lip.errors import ModelError
from training.trained.read import load

pytest.importorskip("tensorflow", reason="Keras models need TensorFlow")


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_is_of_others(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"without a saved_model\.pb: not a SavedModel$"):
        load_any(tmp_path, None)
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(ModelError, match="carries no manifest: .* --describe MODEL.toml$"):
        load_any(tmp_path, None)
    with pytest.raises(ModelError, match="carries no manifest"):
        load(tmp_path)


def test_h5() -> None:
    trained = load(tiny_model.trained())
    assert trained.manifest == tiny_model.MANIFEST
    assert trained.inputs is not None and trained.inputs["stack"].dtype == np.float32
    np.testing.assert_allclose(trained.inputs["stack"], tiny_model.stacks(), atol=0.5 / 42 + 1e-6)
    stacks, (encode, decode) = tiny_model.stacks(3), tiny_model.halves()
    features = encode(stacks)
    np.testing.assert_array_equal(trained.encode(stacks), features)
    found, expected = trained.decode(features[None]), decode(features[None])
    np.testing.assert_array_equal(found["words"], expected["words"])


def test_keras_archive(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    encode, _ = tiny_model.halves()
    tiny_model.joined().save(path)
    assert "manifest" in refusal(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("edge_lip_manifest.json", tiny_model.MANIFEST.to_json())
        with archive.open("edge_lip_calibration.npy", "w") as member:
            np.save(member, np.rint(tiny_model.stacks() * 42).astype(np.int8))
    trained = load(path)
    assert trained.manifest == tiny_model.MANIFEST and trained.inputs is not None
    x = tiny_model.stacks(3)
    np.testing.assert_array_equal(trained.encode(x), encode(x))


def test_a_model_trained_in_bfloat16_is_float32_here(tmp_path: Path) -> None:
    import keras

    path = tmp_path / "model.h5"
    tiny_model.halves.cache_clear()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        tiny_model.save(path)
    finally:
        keras.mixed_precision.set_global_policy("float32")
        tiny_model.halves.cache_clear()
    assert load(path).encode(tiny_model.stacks(2)).dtype == "float32"


def test_what_is_no_trained_model(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    assert "No such file" in refusal(path)
    path.write_bytes(b"")
    assert "neither" in refusal(path)
    path.write_bytes(tiny_model.trained().read_bytes()[:3000])
    assert "damaged" in refusal(path)
    with h5py.File(path, "w") as file:
        file["weights"] = [1.0]
    assert "without a network" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    assert "not a Keras model" in refusal(path)
    path.write_bytes(tiny_model.trained().read_bytes())
    wrong = path.rename(tmp_path / "model.keras")
    assert ".h5 file" in refusal(wrong)


def test_h5_without_manifest_or_halves(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(tiny_model.trained().read_bytes())
    with h5py.File(path, "r+") as file:
        text = file.attrs["model_config"]
        file.attrs["model_config"] = text.replace('"encode"', '"encoder"')
    assert "no sub-model 'encode'" in refusal(path)
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = text.replace("TimeDistributed", "SpaceDistributed")
    assert "(SpaceDistributed) can't be loaded" in refusal(path)
    with h5py.File(path, "r+") as file:
        del file.attrs["edge_lip_manifest"]
    assert "no manifest" in refusal(path)


def test_stacks_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "stacks.npz"
    expected = tiny_model.stacks(3)
    np.savez_compressed(path, anything=expected)
    np.testing.assert_array_equal(read_stacks(path), expected)
    np.savez(path, np.full((2, 4, 4, 5), 126, np.int8))
    assert read_stacks(path).max() == 3.0
    np.savez(path, a=expected, b=expected)
    with pytest.raises(ModelError, match="one array"):
        read_stacks(path)
    np.savez(path, np.zeros(3))
    with pytest.raises(ModelError, match="one array"):
        read_stacks(path)
    path.write_bytes(b"no")
    with pytest.raises(ModelError, match="not a NumPy file"):
        read_stacks(path)
    with pytest.raises(ModelError, match="No such file"):
        read_stacks(tmp_path / "none.npz")

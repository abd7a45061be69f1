"""Stacks to quantize by, drawn from whatever there is."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from support import tiny_model

from converter.calibration import calibrate as calibration
from converter.calibration.calibrate import calibrate
from edge_lip.errors import DataError
from edge_lip.model.manifest import Window
from edge_lip.mouth.pose import Pose
from training.recipes.load import load_recipe

HEIGHT, WIDTH, MARGIN = tiny_model.HEIGHT, tiny_model.WIDTH, 2
MANIFEST = replace(tiny_model.MANIFEST, tracker="landmarks", training={})


class Still:
    """A tracker that sees the mouth in the middle."""

    def track(self, image: np.ndarray, time: float) -> Pose:
        return Pose(32.0, 24.0, 40.0, 0.0, (32.0, 10.0), 1.0)

    def reset(self) -> None: ...


def film(path: Path, seed: int, frames: int = 8) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    rng = np.random.default_rng(seed)
    for _ in range(frames):
        writer.write(rng.integers(0, 256, (48, 64, 3), np.uint8))
    writer.release()


def cache(folder: Path, clips: int, **settings: Any) -> None:
    folder.mkdir(parents=True)
    geometry = {"width": WIDTH, "height": HEIGHT, **settings}
    text = json.dumps({"geometry": geometry, "margin": MARGIN, "tracker": "landmarks"})
    (folder / "settings.json").write_text(text)
    for clip in range(clips):
        images = np.full((6, HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), 255, np.uint8)
        inner = np.random.default_rng(clip).integers(0, 100, (6, HEIGHT, WIDTH))
        images[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = inner
        (folder / "s1").mkdir(exist_ok=True)
        np.savez(
            folder / "s1" / f"clip{clip}.npz",
            images=images,
            times=np.arange(6) / 25,
            lips=np.zeros((6, 0, 2), np.float32),
            poses=np.zeros((6, 4), np.float32),
        )


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "make_tracker", lambda name: Still())


def test_videos_anywhere_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    for k, name in enumerate(("a.avi", "b.avi", "more/c.avi")):
        film(tmp_path / name, k)
    (tmp_path / "d.avi").write_bytes(b"no film")
    found = calibrate(tmp_path, MANIFEST, count=10)
    assert found.inputs["stack"].shape == (10, HEIGHT, WIDTH, tiny_model.FRAMES)
    assert found.inputs["stack"].dtype == np.float32 and abs(found.inputs["stack"]).max() <= 3
    assert found.figures == {
        "source": "videos",
        "stacks": 10,
        "clips": 3,
        "clips_there": 4,
        "frames_seen": 24,
        "seed": 0,
    }
    again = calibrate(tmp_path, MANIFEST, count=10)
    np.testing.assert_array_equal(again.inputs["stack"], found.inputs["stack"])
    assert (
        calibrate(tmp_path, MANIFEST, count=10, seed=1).inputs["stack"] != found.inputs["stack"]
    ).any()


def test_one_video_and_more_stacks_than_it_has(tmp_path: Path) -> None:
    film(tmp_path / "a.avi", 0)
    found = calibrate(tmp_path / "a.avi", MANIFEST, count=50)
    assert len(found.inputs["stack"]) == 8 and found.figures["source"] == "video"


def test_a_crop_cache_without_its_margin(tmp_path: Path) -> None:
    cache(tmp_path / "abc", 3)
    cache(tmp_path / "other", 3, width=20)
    found = calibrate(tmp_path, MANIFEST, count=6)
    assert found.figures["source"] == "crops" and found.figures["clips"] == 3
    inside = calibrate(tmp_path / "abc", MANIFEST, count=6)
    np.testing.assert_array_equal(inside.inputs["stack"], found.inputs["stack"])
    # The margin is white, far above everything inside: it would be the only thing that is seen.
    assert found.inputs["stack"].max() < 2.9
    one = calibrate(tmp_path / "abc" / "s1" / "clip0.npz", MANIFEST, count=2)
    assert one.figures["source"] == "crops" and one.figures["clips_there"] == 1
    with pytest.raises(DataError, match="cut in another way"):
        calibrate(tmp_path / "other", MANIFEST)


def test_stacks_as_they_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "stacks.npz", tiny_model.stacks(7))
    found = calibrate(tmp_path / "stacks.npz", MANIFEST)
    np.testing.assert_array_equal(found.inputs["stack"], tiny_model.stacks(7))
    assert found.figures == {"source": "array", "stacks": 7, "stacks_there": 7, "seed": 0}
    few = calibrate(tmp_path / "stacks.npz", MANIFEST, count=3)
    assert len(few.inputs["stack"]) == 3 and few.figures["stacks_there"] == 7


def test_clips_as_others_train_on(tmp_path: Path) -> None:
    clips = np.random.default_rng(0).random((4, 6, HEIGHT, WIDTH, 1), np.float32)
    np.save(tmp_path / "x.npy", clips)
    frames = calibrate(tmp_path / "x.npy", MANIFEST, count=9).inputs["stack"]
    assert frames.shape == (9, HEIGHT, WIDTH, 1)
    whole = replace(MANIFEST, window=Window(6, "resample"))
    np.testing.assert_array_equal(calibrate(tmp_path / "x.npy", whole).inputs["window"], clips)


def test_a_dataset_gives_only_what_was_trained_on(tmp_path: Path) -> None:
    for label in ("Begin", "Stop"):
        (tmp_path / "clips" / label).mkdir(parents=True)
        for take in range(3):
            film(tmp_path / "clips" / label / f"{take}.avi", take)
    recipe = load_recipe("folder")
    recipe = replace(recipe, data=replace(recipe.data, by="take", test_groups=("2",)))
    manifest = replace(MANIFEST, training={"recipe": recipe.to_dict()})
    found = calibrate(tmp_path, manifest, count=8)
    assert found.figures["source"] == "dataset" and found.figures["clips_there"] < 6


def test_nothing_to_calibrate_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="does not exist"):
        calibrate(tmp_path / "none", MANIFEST)
    (tmp_path / "a.avi").write_bytes(b"no film")
    with pytest.raises(DataError, match="none of the 1 clips"):
        calibrate(tmp_path, MANIFEST)

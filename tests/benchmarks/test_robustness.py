"""`benchmarks/robustness.py`: clips made worse by a known amount, and what is read of them."""

from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks import curve_report, curves, degrade, robustness
from benchmarks.degrade import Factor, camera, light, pace, place, yaw
from edge_lip.errors import DataError, FaceError
from edge_lip.model.shipped import shipped_model
from edge_lip.mouth.trackers.landmarks import LEFT_EYE, RIGHT_EYE
from edge_lip.sources.frame import Frame
from training.data.clip import Clip

FACTORS = {factor.name: factor for factor in degrade.FACTORS}


def film(count: int = 50, fps: float = 25.0) -> tuple[Frame, ...]:
    """Frames of one brightness each, that of their number."""
    return tuple(Frame(np.full((32, 48, 3), k % 256, np.uint8), k / fps) for k in range(count))


def noise(height: int = 96, width: int = 128) -> np.ndarray:
    """A picture with smooth structure."""
    coarse = np.random.default_rng(0).integers(40, 200, (8, 10, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def test_light_is_multiplied_not_grey_levels() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (light.exposed(every, 1) == every).all()
    # Half the light of white is grey 188 in sRGB; a quarter is 137.
    assert light.exposed(every, 1 / 2)[-1, -1] == 188
    assert light.exposed(every, 1 / 4)[-1, -1] == 137
    assert light.exposed(every, 4)[8, 9] == 255


def test_light_from_behind() -> None:
    picture = np.full((20, 30, 3), 128, np.uint8)
    person = np.zeros((20, 30), np.float32)
    person[:, 10:20] = 1
    assert (light.backlit(picture, person, 0) == picture).all()
    backlit = light.backlit(picture, person, 1)
    assert (backlit[:, :10] == 255).all()
    assert backlit[:, 10:20] == pytest.approx(128 / 4, abs=3)


def test_a_face_farther_away() -> None:
    picture = np.zeros((96, 128, 3), np.uint8)
    for x in (44, 84):
        cv2.circle(picture, (x, 40), 4, (255, 255, 255), -1)
    small = place.shrunk(picture, np.array([64, 40]), 0.5)
    assert small.shape == picture.shape
    columns = np.flatnonzero(small[40, :, 0] > 100)
    assert columns.min() == pytest.approx(64 - 12, abs=1)
    assert columns.max() == pytest.approx(64 + 12, abs=1)


def test_a_leaning_head() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[48:53, 78:83] = 255
    leaning = place.rolled(picture, np.array([50, 50]), 90)
    assert leaning[80, 50, 0] == 255 and leaning[50, 80, 0] == 0


def test_noise_is_of_that_strength_and_the_same_every_time() -> None:
    grey = np.full((100, 100, 3), 128, np.uint8)
    first, again = (camera.noisy(grey, 10, np.random.default_rng(3)) for _ in range(2))
    assert (first == again).all()
    assert first.std() == pytest.approx(10, rel=0.05)


def test_the_more_compression_the_worse() -> None:
    picture = noise()
    errors = [
        np.abs(camera.jpeg(picture, quality).astype(int) - picture).mean()
        for quality in (90, 20, 5)
    ]
    assert errors == sorted(errors)
    frames = [Frame(np.roll(picture, 2 * k, axis=1), k / 25) for k in range(10)]
    if not FACTORS["h264"].possible:
        pytest.skip("no ffmpeg here")
    shot = degrade.Shot("clip", tuple(frames))
    worse = [FACTORS["h264"].change(shot, crf) for crf in (28, 48)]
    assert [frame.time for frame in worse[0]] == [frame.time for frame in frames]
    errors = [
        float(np.mean([np.abs(a.image.astype(int) - b.image).mean() for a, b in pairs]))
        for pairs in (list(zip(one, frames, strict=True)) for one in worse)
    ]
    assert 0 < errors[0] < errors[1]


def test_a_slower_camera_takes_some_of_the_frames() -> None:
    frames = film()
    slower = pace.resampled(frames, 10)
    assert len(slower) == 20
    assert all(frames[round(frame.time * 25)] is frame for frame in slower)


def test_a_faster_camera_sees_what_is_between() -> None:
    faster = pace.resampled(film(), 50)
    assert np.diff([frame.time for frame in faster]) == pytest.approx(1 / 50)
    assert [frame.image[0, 0, 0] for frame in faster[::2]] == list(range(50))


def test_missing_frames_and_wrong_times() -> None:
    shot = degrade.Shot("clip", film(400))
    left = FACTORS["dropped"].change(shot, 0.3)
    assert len(left) == pytest.approx(0.7 * 400, abs=30)
    assert left == FACTORS["dropped"].change(shot, 0.3)
    off = FACTORS["jitter"].change(shot, 16)
    times = np.array([frame.time for frame in off])
    assert (np.diff(times) > 0).all()
    assert 0.010 < np.abs(times - np.arange(400) / 25).max() <= 0.016


def ball(frames: int, width: int = 240, height: int = 200) -> np.ndarray:
    """(T, 468, 3): a head that is half a ball, of radius 60, its eyes 60 apart."""
    rng = np.random.default_rng(0)
    turn, reach = rng.uniform(0, 2 * np.pi, 468), 60 * np.sqrt(rng.uniform(0, 0.9, 468))
    x, y = reach * np.cos(turn), reach * np.sin(turn)
    for eye, beside in ((RIGHT_EYE, -30.0), (LEFT_EYE, 30.0)):
        x[eye], y[eye] = beside, -15.0
    z = -np.sqrt(60.0**2 - x**2 - y**2)
    points = np.column_stack([x + width / 2, y + height / 2, z]).astype(np.float32)
    return np.repeat(points[np.newaxis], frames, axis=0)


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
def test_a_turned_head_is_where_geometry_has_it(degrees: float) -> None:
    faces = ball(2)
    picture = np.repeat(np.arange(240, dtype=np.uint8)[np.newaxis], 200, axis=0)
    picture = np.repeat(picture[..., np.newaxis], 3, axis=2)  # every pixel says its column
    _, turned = yaw.turned([picture, picture], faces, degrees)
    x, y, z = faces[0].T
    middle = faces[0, yaw.RIGID, 0].mean()
    sin, cos = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    goes = middle + (x - middle) * cos + (z.mean() - z) * sin
    central = np.hypot(x - 120, y - 100) < 35  # that no other point hides
    shown = turned[np.rint(y).astype(int), np.rint(goes).astype(int), 0].astype(float)
    assert np.abs(shown - x)[central].mean() < 2
    assert (np.abs(turned[:, :8].astype(int) - picture[:, :8]) <= 1).all()


def test_a_head_that_is_not_there_can_not_be_turned(face_models: object) -> None:
    with pytest.raises(FaceError, match="clip"):
        FACTORS["yaw"].change(degrade.Shot("clip", film(2)), 10)


MODEL = "0123456789ab"


def rows(clip: str, read: dict[float, str], split: str = "validation") -> list[curves.Row]:
    """A clip that says "bin blue", read as it is (level 0) and at three levels of "jitter"."""
    return [
        curves.Row(
            MODEL, split, clip, "", "jitter" if level else "", level, "bin blue", text, 10, 9
        )
        for level, text in read.items()
    ]


RIGHT = {0.0: "bin blue", 4: "bin blue", 8: "bin blue", 16: "bin blue"}


def made_of(done: Sequence[curves.Row], split: str, factors: Sequence[Factor]) -> curves.Curves:
    """The curves, of which there are some."""
    made = curves.make_curves(done, split, factors)
    assert made is not None
    return made


def test_points_are_of_clips_that_are_read_at_all_levels() -> None:
    done = rows("a", RIGHT) + rows("b", {**RIGHT, 8: "bin red", 16: ""})
    jitter = [FACTORS["jitter"]]
    made = made_of([*done, *rows("c", {0.0: "no", 4: "no"})], "validation", jitter)
    assert (made.clips, made.words) == (2, 4)
    points = made.factors["jitter"]
    assert [point.level for point in points] == [0, 4, 8, 16]
    assert [point.wer for point in points] == [0, 0, 0.25, 0.5]
    assert all(point.low <= point.wer <= point.high for point in points)
    assert not any(point.worse for point in points)  # of two clips, one is as well read as ever
    assert {point.faces for point in points} == {0.9}
    assert curves.make_curves(done, "test", jitter) is None


def test_what_is_worse_is_told_from_chance() -> None:
    read = [rows(str(k), {**RIGHT, 8: "bin red", 16: "bin red" if k else ""}) for k in range(9)]
    done = [row for of_clip in read for row in of_clip]
    made = made_of(done, "validation", [FACTORS["jitter"]])
    assert [point.worse for point in made.factors["jitter"]] == [False, False, True, True]
    *_, line = curve_report.overview(made, [FACTORS["jitter"]])
    assert line == "| times off by up to (ms) | 4, 8, 16 | 8, 16 | 8, 16 | – |"


def test_of_two_versions_of_the_talker_the_last_counts() -> None:
    old = [replace(row, home="talker-1") for row in rows("a", RIGHT) + rows("b", RIGHT)]
    new = [replace(row, home="talker-2") for row in rows("a", RIGHT)]
    made = made_of(old + new, "validation", [FACTORS["jitter"]])
    assert made.clips == 1


def test_tables_and_picture(tmp_path: Path) -> None:
    chosen = [FACTORS["jitter"]]
    made = [
        made_of(rows(split, RIGHT, split), split, chosen) for split in ("test", curves.RENDERED)
    ]
    text = "\n".join(curve_report.tables(made, chosen))
    assert "| | as it is | 4 | 8 | 16 |" in text
    assert "| rendered: words wrong | 0.0 % (0 % to 0 %) |" in text
    curve_report.draw(made, chosen, tmp_path / "picture.png", "two clips")
    with Image.open(tmp_path / "picture.png") as picture:
        assert picture.width > 1000


def test_tables_take_the_place_of_earlier_ones(tmp_path: Path) -> None:
    document = tmp_path / "robustness.md"
    document.write_text(f"Before.\n\n{curve_report.BEGIN}\nold\n{curve_report.END}\n\nAfter.\n")
    curve_report.fill_in(document, ["| new |"])
    once = document.read_text()
    assert once == f"Before.\n\n{curve_report.BEGIN}\n\n| new |\n\n{curve_report.END}\n\nAfter.\n"
    curve_report.fill_in(document, ["| new |"])
    assert document.read_text() == once
    document.write_text("no marks")
    with pytest.raises(DataError, match="no place"):
        curve_report.fill_in(document, [])


def test_a_last_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    assert curves.load(results) == []
    (row,) = rows("a", {0.0: "bin blue"})
    whole = curves.line(row)
    results.write_text(whole + whole[:30])
    assert curves.load(results) == [row]


def test_half_the_light_is_spoken_as_a_fraction() -> None:
    brightness, missing = FACTORS["brightness"], FACTORS["dropped"]
    assert [curve_report.spoken(brightness, level) for level in (1 / 32, 1, 4)] == [
        "1/32",
        "1",
        "4",
    ]
    assert curve_report.spoken(missing, 0.1) == "0.1"


def test_a_clip_is_read_at_every_level_once(grid: Path, face_models: object) -> None:
    clip = Clip(str(grid / "s1" / "bbaf2n.mp4"), "s1/bbaf2n", "s1", "bin blue at f two now")
    chosen = [replace(FACTORS["brightness"], levels=(1 / 2,)), FACTORS["jitter"]]
    robustness.start_worker()
    model, other_model = {"test": shipped_model()}, {"test": shipped_model("talker")}
    (job,) = robustness.to_do({"test": [clip]}, chosen, model, [])
    done = robustness.do(job)
    assert [(row.factor, row.level) for row in done] == curves.cases(chosen)
    assert {(row.split, row.said, row.frames, row.faces) for row in done} == {
        ("test", clip.text, 75, 75)
    }
    assert all(row.read for row in done)
    assert list(robustness.to_do({"test": [clip]}, chosen, model, done)) == []
    (other,) = robustness.to_do({"test": [clip]}, chosen, other_model, done)
    assert list(other.cases) == curves.cases(chosen)


def test_every_factor_has_what_a_plot_needs() -> None:
    for factor in degrade.FACTORS:
        assert list(factor.levels) == sorted(set(factor.levels))
        assert isnan(factor.neutral) or factor.neutral not in factor.levels
        assert not factor.logarithmic or factor.levels[0] > 0

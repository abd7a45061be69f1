"""The crop cache: what is cut, what is kept, what is skipped and why.

Workers are processes of their own, so trackers made up in a test don't reach them: they run Haar
cascades, on real clips where there are any, otherwise on clips that have no face.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_lip.errors import DataError, FaceError, SourceError
from edge_lip.mouth.geometry import CropGeometry
from edge_lip.mouth.mouth import Mouth
from edge_lip.mouth.pose import Pose
from edge_lip.mouth.trackers import make_tracker
from training.data.clip import Clip
from training.data.crop_cache import (
    Crops,
    CropSettings,
    Skipped,
    build_cache,
    crop_path,
    cut_clip,
    is_fresh,
    load_crops,
    seen,
)
from training.data.datasets.folder import read_folder
from training.jobs.engine import Engine

SETTINGS = CropSettings(CropGeometry(), margin=8, tracker="haar")
FRAMES = 6
ONE = Engine(workers=1)


@pytest.fixture(scope="session")
def haar() -> None:
    try:
        make_tracker("haar")
    except FaceError as error:
        pytest.skip(str(error))


def clip(path: Path) -> Clip:
    return Clip(str(path), f"s1/{path.stem}", "s1", "a", ())


def faceless(path: Path, flicker: int = 1) -> Clip:
    """A grey film; without `flicker` each of its pictures is the same."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    if not writer.isOpened():
        pytest.skip("this OpenCV writes no MJPG")
    for index in range(FRAMES):
        writer.write(np.full((48, 64, 3), 90 + 4 * flicker * index, np.uint8))
    writer.release()
    return clip(path)


def corrupt(path: Path) -> Clip:
    path.write_bytes(b"no video at all" * 100)
    return clip(path)


@pytest.fixture(scope="session")
def people(grid: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Clip]:
    """The first frames of three real clips."""
    folder = tmp_path_factory.mktemp("people")
    for source in sorted((grid / "s1").glob("*.mp4"))[:3]:
        target = str(folder / f"{source.stem}.avi")
        writer = cv2.VideoWriter(target, cv2.VideoWriter.fourcc(*"MJPG"), 25, (360, 288))
        capture = cv2.VideoCapture(str(source))
        for _ in range(FRAMES):
            writer.write(capture.read()[1])
        writer.release()
    return [clip(path) for path in sorted(folder.iterdir())]


class Watching:
    """Sees a face in the pictures whose numbers `where` accepts."""

    def __init__(self, where: Callable[[int], bool]) -> None:
        self._where, self._seen = where, -1

    def reset(self) -> None:
        self._seen = -1

    def track(self, image: np.ndarray, time: float) -> Pose | None:
        self._seen += 1
        pose = Pose(32.0, 30.0, 24.0, 0.0, (32.0, 15.0), 1.0)
        return pose if self._where(self._seen) else None


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_the_crops_of_a_clip(tmp_path: Path) -> None:
    film = faceless(tmp_path / "film.avi")
    mouth = Mouth(Watching(lambda number: number != 0), CropGeometry(24, 16).grown(2))
    for _ in range(2):  # nothing is left over from the clip before
        crops = cut_clip(film.source, mouth)
        assert crops.images.shape == (FRAMES - 1, 20, 28) and crops.images.dtype == np.uint8
        np.testing.assert_allclose(crops.times, np.arange(1, FRAMES) / 25)
        assert crops.poses.shape == (FRAMES - 1, 4)
        assert crops.lips.shape == (FRAMES - 1, 0, 2)


def recording(folder: Path, count: int = 10) -> Path:
    """A colour-and-depth recording of that many frames."""
    folder.mkdir()
    for number in range(1, count + 1):
        color = np.full((48, 64, 3), 90 + number, np.uint8)
        cv2.imwrite(str(folder / f"color_{number:03d}.jpg"), color)
        depth = np.full((48, 64), 700 + number, np.uint16)
        depth[:, :32] -= 10
        cv2.imwrite(str(folder / f"depth_{number:03d}.png"), depth)
    return folder


def test_crops_with_depth(tmp_path: Path) -> None:
    folder = recording(tmp_path / "take")
    (folder / "color_004.jpg").write_bytes(b"broken")
    (folder / "depth_007.png").unlink()
    mouth = Mouth(Watching(lambda number: True), CropGeometry(24, 16, depth=True).grown(2))
    crops = cut_clip(str(folder), mouth)
    assert crops.images.shape == (9, 2, 20, 28)
    np.testing.assert_allclose(crops.times, np.delete(np.arange(10), 3) / 15)
    assert (np.ptp(crops.images[:, 1], axis=(1, 2)) == 10).all()
    with pytest.raises(SourceError, match="no depth pictures"):
        cut_clip(faceless(tmp_path / "film.avi").source, mouth)


def test_a_clip_with_too_few_faces_is_of_no_use(tmp_path: Path) -> None:
    film = faceless(tmp_path / "film.avi")
    mouth = Mouth(Watching(lambda number: number > 1), CropGeometry(24, 16))
    with pytest.raises(DataError, match="a face in only 4 of 6 frames"):
        cut_clip(film.source, mouth)
    with pytest.raises(SourceError):
        cut_clip(corrupt(tmp_path / "corrupt.avi").source, mouth)


def test_a_clip_that_shows_nothing_is_not_called_faceless(tmp_path: Path, haar: None) -> None:
    clips = [faceless(tmp_path / "still.avi", flicker=0)]
    (skipped,) = build_cache(clips, tmp_path / "cache", SETTINGS, ONE)
    assert "shows nothing but one colour in all of its 6 frames" in skipped.reason


def test_clips_that_cannot_be_used_are_listed(tmp_path: Path, haar: None) -> None:
    clips = [faceless(tmp_path / "film.avi"), corrupt(tmp_path / "corrupt.avi")]
    clips.append(clip(tmp_path / "missing.avi"))
    done: list[int] = []
    root = tmp_path / "cache"
    skipped = build_cache(clips, root, SETTINGS, ONE, done.append)
    assert sum(done) == 3
    assert [one.clip for one in skipped] == ["s1/corrupt", "s1/film", "s1/missing"]
    assert skipped[1] == Skipped("s1/film", "a face in only 0 of 6 frames")
    report = root / SETTINGS.key / "skipped.tsv"
    assert report.read_text() == "".join(f"{one.clip}\t{one.reason}\n" for one in skipped)
    assert files(root) == {f"{SETTINGS.key}/skipped.tsv", f"{SETTINGS.key}/settings.json"}
    # Another set of clips leaves what is known of these; a clip that is there again is taken off.
    build_cache([corrupt(tmp_path / "other.avi")], root, SETTINGS, ONE)
    assert [line.split("\t")[0] for line in report.read_text().splitlines()] == [
        "s1/corrupt",
        "s1/film",
        "s1/missing",
        "s1/other",
    ]
    target = crop_path(root, SETTINGS, clips[1])
    target.parent.mkdir()
    target.write_text("cut meanwhile")
    build_cache(clips[1:2], root, SETTINGS, ONE)
    assert "s1/corrupt" not in report.read_text()
    assert target.read_text() == "cut meanwhile"


def test_the_others_go_on(tmp_path: Path, people: list[Clip], haar: None) -> None:
    broken = [faceless(tmp_path / "film.avi"), corrupt(tmp_path / "corrupt.avi")]
    skipped = build_cache([*broken, *people], tmp_path / "cache", SETTINGS, ONE)
    assert [one.clip for one in skipped] == ["s1/corrupt", "s1/film"]
    for one in people:
        crops = load_crops(crop_path(tmp_path / "cache", SETTINGS, one))
        assert crops.images.shape == (FRAMES, 64 + 16, 96 + 16)
        assert crops.images.std() > 10
    assert len(files(tmp_path / "cache")) == 2 + len(people)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, people: list[Clip], haar: None) -> None:
    def stop(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_cache(people, tmp_path, SETTINGS, ONE, stop)
    cut = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    assert cut
    assert all(name.endswith(".npz") for name in files(tmp_path))
    assert build_cache(people, tmp_path, SETTINGS, ONE) == []
    assert {path: path.stat().st_mtime_ns for path in cut} == cut
    assert len(list(tmp_path.rglob("*.npz"))) == len(people)


def test_crops_of_other_settings_are_kept_apart() -> None:
    others = [
        SETTINGS,
        replace(SETTINGS, margin=4),
        replace(SETTINGS, tracker="landmarks"),
        replace(SETTINGS, geometry=CropGeometry(span=1.0)),
        replace(SETTINGS, geometry=CropGeometry(depth=True)),
    ]
    one = clip(Path("bbaf2n.mpg"))
    assert len({crop_path(Path("cache"), settings, one) for settings in others}) == 5
    assert crop_path(Path("cache"), SETTINGS, one).parts[-2:] == ("s1", "bbaf2n.npz")


def test_crops_of_clips_with_the_same_name_are_kept_apart(tmp_path: Path) -> None:
    paths = set()
    for home in ("mine", "yours"):
        (tmp_path / home / "clips" / "yes").mkdir(parents=True)
        faceless(tmp_path / home / "clips" / "yes" / "01.avi")
        (one,) = read_folder(tmp_path / home)
        assert one.name == "yes/01"
        paths.add(crop_path(tmp_path, SETTINGS, one))
    assert len(paths) == 2


def test_an_hours_work_is_found_again() -> None:
    """By the name that crops have had from the first."""
    assert CropSettings(CropGeometry()).key == "145201966079"
    assert CropSettings(CropGeometry(), shape=True).key != "145201966079"


def test_files_from_before_the_chin_was_kept(tmp_path: Path) -> None:
    images, lips, poses = np.zeros((3, 8, 8), np.uint8), np.zeros((3, 40, 2)), np.ones((3, 4))
    np.savez(tmp_path / "a.npz", images=images, times=np.arange(3.0), lips=lips, poses=poses)
    crops = load_crops(tmp_path / "a.npz")
    assert crops.chins.shape == (3, 0) and all(one.lips is None for one in seen(crops))


@pytest.mark.parametrize("damage", ["cut short", "empty", "text", "gone", "part missing", "bits"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "clip.npz"
    nothing = np.zeros((3, 0))
    lips, poses = nothing[..., None], np.ones((3, 4))
    whole = Crops(np.zeros((3, 8, 8), np.uint8), np.arange(3.0), lips, nothing, poses)
    np.savez(path, **vars(whole))
    assert np.array_equal(load_crops(path).times, whole.times)
    content = bytearray(path.read_bytes())
    if damage == "part missing":
        np.savez(path, images=whole.images)
    elif damage == "gone":
        path.unlink()
    else:
        content[200] ^= 255
        damaged = {
            "cut short": content[:300],
            "empty": bytearray(),
            "text": bytearray(b"hello"),
            "bits": content,
        }
        path.write_bytes(damaged[damage])
    with pytest.raises(DataError, match=r"clip\.npz: not a crop file.*delete it") as caught:
        load_crops(path)
    assert "\n" not in str(caught.value)


def test_a_cache_that_cannot_be_written(tmp_path: Path, people: list[Clip], haar: None) -> None:
    root = tmp_path / "file"
    root.write_text("in the way")
    with pytest.raises(DataError, match="can't write"):
        build_cache(people[:1], root, SETTINGS, ONE)
    shutil.rmtree(tmp_path)


def test_a_clip_recorded_again_is_cut_again(tmp_path: Path) -> None:
    made, clip = tmp_path / "crops.npz", tmp_path / "clip.mp4"
    assert not is_fresh(made, clip)
    made.touch()
    clip.touch()
    for seconds, fresh in ((100, True), (300, False), (200, True)):
        os.utime(made, (200, 200))
        os.utime(clip, (seconds, seconds))
        assert is_fresh(made, clip) is fresh
    clip.unlink()  # a cache may outlive its data
    assert is_fresh(made, clip)

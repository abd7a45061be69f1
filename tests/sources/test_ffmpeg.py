"""Films as they really are: interlaced, mirrored, of wide pixels, without times or with wrong
ones, with more in them than a film. ffmpeg makes them."""

import os
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.films import UPRIGHT, corners, encode, make_video, scene, with_matrix

from edge_lip.errors import SourceError
from edge_lip.sources import ffmpeg
from edge_lip.sources.ffmpeg import OpencvFilm, PyavFilm, has_pyav
from edge_lip.sources.frame import Frame
from edge_lip.sources.specs import open_source
from edge_lip.sources.video import Video

needs_pyav = pytest.mark.skipif(not has_pyav(), reason="no PyAV: pip install av")
INTERLACED = {
    "camcorder.mts": "-c:v libx264 -flags +ilme+ildct -x264opts tff=1 -f mpegts",
    "dvd.vob": "-c:v mpeg2video -flags +ilme+ildct -q:v 2 -f vob",
    "capture.mkv": "-c:v libx264 -flags +ilme+ildct -x264opts bff=1",
    "psf.mp4": "-c:v libx264 -pix_fmt yuv420p -flags +ilme+ildct -x264opts fake-interlaced=1",
    "tape.avi": "-vf scale=720:576 -c:v dvvideo -pix_fmt yuv420p",
    "prores.mov": "-c:v prores_ks -flags +ilme+ildct",
}
"""Options of ffmpeg by the name of a film."""


@pytest.fixture
def without_pyav(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "has_pyav", lambda: False)


def frames(path: Path) -> list[Frame]:
    with closing(open_source(str(path))) as source:
        return list(source)


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference, grey levels, of two pictures in the size of the first."""
    other = cv2.resize(other, one.shape[1::-1], interpolation=cv2.INTER_AREA)
    return float(cv2.absdiff(one, other).mean())


@needs_pyav
@pytest.mark.parametrize(("name", "options"), INTERLACED.items(), ids=list(INTERLACED))
def test_interlaced_films_are_shown(tmp_path: Path, name: str, options: str) -> None:
    film = frames(encode(tmp_path / name, options))
    assert [frame.time for frame in film] == pytest.approx(np.arange(12) / 25, abs=1e-3)
    for index in (0, 5, 11):
        assert likeness(scene(index), film[index].image) < 4


@pytest.mark.usefixtures("without_pyav")
@pytest.mark.parametrize("name", ["camcorder.mts", "dvd.vob", "psf.mp4"])
def test_an_opencv_that_does_not_show_them_is_named(tmp_path: Path, name: str) -> None:
    """From 4.13 on it says that it has read pictures which it never wrote."""
    path = encode(tmp_path / name, INTERLACED[name])
    if ffmpeg._version() < (4, 13):
        assert likeness(scene(5), frames(path)[5].image) < 8
        return
    with pytest.raises(SourceError, match=rf"{name} shows .* all of its 12 frames: if it is inter"):
        frames(path)


@needs_pyav
@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((1, 0, 0, 1), [0, 1, 2, 3]),
        ((-1, 0, 0, 1), [1, 0, 3, 2]),
        ((1, 0, 0, -1), [2, 3, 0, 1]),
        ((-1, 0, 0, -1), [3, 2, 1, 0]),
        ((0, 1, -1, 0), [2, 0, 3, 1]),
        ((0, -1, 1, 0), [1, 3, 0, 2]),
        ((0, 1, 1, 0), [0, 2, 1, 3]),
        ((0, -1, -1, 0), [3, 1, 2, 0]),
    ],
    ids=str,
)
def test_a_film_is_shown_as_its_matrix_says(
    tmp_path: Path, matrix: tuple[int, int, int, int], shown: list[int]
) -> None:
    """Turned, as phones write it, and mirrored, as their front cameras do. `shown`: which corner
    of the stored picture is in which of the one that is shown."""
    path = with_matrix(encode(tmp_path / "phone.mp4", "-c:v libx264 -pix_fmt yuv420p"), matrix)
    image = frames(path)[0].image
    assert image.shape == ((128, 96, 3) if matrix[0] == 0 else (96, 128, 3))
    assert corners(image) == pytest.approx([UPRIGHT[one] for one in shown], abs=8)


@pytest.mark.parametrize("pyav", [pytest.param(True, marks=needs_pyav), False])
@pytest.mark.parametrize(("sar", "width"), [("24/11", 279), ("16/15", 137), ("8/9", 114)])
def test_pixels_become_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pyav: bool, sar: str, width: int
) -> None:
    monkeypatch.setattr(ffmpeg, "has_pyav", lambda: pyav)
    path = encode(tmp_path / "wide.mp4", f"-vf setsar={sar} -c:v libx264")
    image = frames(path)[0].image
    assert image.shape == (96, width, 3)
    assert corners(image) == pytest.approx(UPRIGHT, abs=8)


@pytest.mark.parametrize("pyav", [pytest.param(True, marks=needs_pyav), False])
def test_wide_pixels_of_a_turned_film_become_high_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pyav: bool
) -> None:
    monkeypatch.setattr(ffmpeg, "has_pyav", lambda: pyav)
    path = encode(tmp_path / "wide.mp4", "-vf setsar=2/1 -c:v libx264")
    image = frames(with_matrix(path, (0, 1, -1, 0)))[0].image
    height, width = image.shape[:2]
    assert height / width == pytest.approx(256 / 96, abs=0.02)


@pytest.mark.parametrize("sar", ["1/1", "0/1", "9/1"])
def test_other_pixels_are_left_alone(tmp_path: Path, sar: str) -> None:
    path = encode(tmp_path / "film.mkv", f"-vf setsar={sar} -c:v ffv1")
    assert frames(path)[0].image.shape == (96, 128, 3)


@needs_pyav
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ten-bits.mkv", "-c:v ffv1 -pix_fmt yuv420p10le"),
        ("colour.mkv", "-c:v ffv1 -pix_fmt yuv444p"),
        ("grey.mkv", "-c:v ffv1 -pix_fmt gray"),
        ("alpha.mov", "-c:v qtrle -pix_fmt argb"),
        ("new.mkv", "-c:v libsvtav1"),
    ],
)
def test_layouts_and_codecs(tmp_path: Path, name: str, options: str) -> None:
    film = frames(encode(tmp_path / name, options))
    assert len(film) == 12
    assert all(likeness(scene(index), film[index].image) < 8 for index in (0, 6))


@pytest.mark.parametrize("pyav", [pytest.param(True, marks=needs_pyav), False])
@pytest.mark.parametrize("suffix", ["h264", "mjpeg", "m2v", "hevc"])
def test_a_raw_stream_is_as_fast_as_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pyav: bool, suffix: str
) -> None:
    """As rpicam-vid writes it: no container, no times."""
    monkeypatch.setattr(ffmpeg, "has_pyav", lambda: pyav)
    path = encode(tmp_path / f"raw.{suffix}", "-q:v 3", fps=50)
    with open_source(str(path), fps=50) as source:
        assert [frame.time for frame in source] == pytest.approx(np.arange(12) / 50)


@needs_pyav
def test_h264_says_its_rate_itself(tmp_path: Path) -> None:
    film = frames(encode(tmp_path / "raw.h264", "-c:v libx264", fps=50))
    assert [frame.time for frame in film] == pytest.approx(np.arange(12) / 50)


def test_a_tape_says_60000_and_has_25(tmp_path: Path) -> None:
    path = encode(tmp_path / "tape.dv", "-vf scale=720:576 -c:v dvvideo -pix_fmt yuv420p")
    if not has_pyav():
        pytest.skip("no PyAV: pip install av")
    assert [frame.time for frame in frames(path)] == pytest.approx(np.arange(12) / 25, abs=1e-3)


@needs_pyav
def test_a_film_that_begins_late_begins_at_its_beginning(tmp_path: Path) -> None:
    sound = "-f lavfi -i sine=d=2 -map 1:a -c:a mp2"
    path = encode(tmp_path / "late.ts", f"{sound} -map 0:v -c:v libx264 -output_ts_offset 3")
    assert [frame.time for frame in frames(path)] == pytest.approx(np.arange(12) / 25, abs=1e-3)


@needs_pyav
def test_music_with_a_cover_is_no_film(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cv2.imwrite(str(cover), scene(0))
    options = (
        f"-f lavfi -i sine=d=1 -i {cover} -map 1:a -map 2:v -c:v copy -disposition:v attached_pic"
    )
    for name in ("song.m4a", "song.mp3"):
        with pytest.raises(SourceError, match=r"it has sound and no video") as caught:
            open_source(str(encode(tmp_path / name, options)))
        assert "\n" not in str(caught.value)


@needs_pyav
def test_a_cover_is_passed_over(tmp_path: Path) -> None:
    cover = tmp_path / "cover.png"
    cv2.imwrite(str(cover), np.zeros((400, 400, 3), np.uint8))
    options = f"-i {cover} -map 1:v -map 0:v -c:v:0 copy -c:v:1 libx264 -disposition:v:0"
    film = frames(encode(tmp_path / "film.mp4", f"{options} attached_pic"))
    assert len(film) == 12 and film[0].image.shape == (96, 128, 3)


@needs_pyav
def test_torn_pictures_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = encode(tmp_path / "raw.h264", "-c:v libx264 -pix_fmt yuv420p -g 4", frames=12)
    data = path.read_bytes()
    assert len(frames(path)) == 12 and not caplog.text
    path.write_bytes(data[: len(data) * 9 // 10])
    assert 8 <= len(frames(path)) < 13
    assert "raw.h264 is damaged or cut short (torn pictures: 1)" in caplog.text


def test_what_ffmpeg_says_is_told(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film at all")
    reason = r"not one \(invalid data found when processing input\)" if has_pyav() else "not one"
    with pytest.raises(SourceError, match=reason):
        open_source(str(path))


@pytest.mark.parametrize("film", [pytest.param(PyavFilm, marks=needs_pyav), OpencvFilm])
def test_a_film_that_is_closed_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: type
) -> None:
    monkeypatch.setattr(ffmpeg, "has_pyav", lambda: film is PyavFilm)
    source = Video(make_video(tmp_path / "film.avi", codec="MJPG", frames=30))
    begun = iter(source)
    next(begun)
    source.close()
    assert len(list(begun)) < 29


@pytest.mark.parametrize(
    "name", ["2024-05-01T12:30:45.avi", "camera:x.avi", "lights: on/01.avi", "x?rotate=90.avi"]
)
def test_a_name_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Not a protocol, not a camera, not a setting."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    make_video(path, codec="MJPG")
    monkeypatch.chdir(tmp_path)
    for spec in (Path(name), name, os.path.join(".", name)):
        with open_source(spec) as source:
            assert len(list(source)) == 10
    with open_source(f"{name}?rotate=180&fps=10") as source:
        assert [frame.time for frame in source] == pytest.approx(np.arange(10) / 10)

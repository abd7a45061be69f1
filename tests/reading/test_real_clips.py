"""Real people through real face models; only the network is a fake."""

from pathlib import Path

import pytest
from support.fakes import DECODER, FakeModel, FakeSource
from support.films import recode

from edge_lip.mouth.trackers import make_tracker
from edge_lip.mouth.trackers.facemodels import FaceModels
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.sources.ffmpeg import has_pyav
from edge_lip.sources.specs import open_source


@pytest.mark.parametrize("folder", ["s1", "original-mpg", "s4", "s26"])
def test_every_frame_of_a_clip_becomes_a_stack(
    grid: Path, face_models: FaceModels, folder: str
) -> None:
    clip = sorted((grid / folder).iterdir())[0]
    model = FakeModel()
    (event,) = Reader(model, make_tracker(), DECODER).read(str(clip))
    assert (event.kind, event.frames, event.faces) == ("final", 75, 75)
    assert len(model.stacks) == 75
    assert (event.start, event.end) == pytest.approx((0, 3))


def test_lip_motion_finds_the_sentence_in_a_live_stream(
    grid: Path, face_models: FaceModels
) -> None:
    clip = grid / "s1" / "bbaf2n.mp4"
    lines = (grid / "alignments" / "s1" / "bbaf2n.align").read_text().splitlines()
    spoken = [line.split() for line in lines if line.split()[2] not in ("sil", "sp")]
    first, last = int(spoken[0][0]) / 25000, int(spoken[-1][1]) / 25000
    source = FakeSource(list(open_source(str(clip))), live=True)
    (event,) = Reader(FakeModel(), make_tracker(), DECODER, partial_every=0).read(source)
    assert event.start <= first
    assert event.end >= last


@pytest.mark.parametrize(
    ("name", "options", "setting"),
    [
        ("head.mp4", "-vf hflip,vflip -c:v libx264", ""),
        ("mirrored.mkv", "-vf hflip -c:v libx264", "?flip=horizontal"),
        ("wide.mp4", "-vf scale=352:576,setsar=24/11 -c:v libx264", ""),
        ("tape.avi", "-vf scale=720:576,setsar=16/15 -c:v dvvideo -pix_fmt yuv420p", ""),
        ("camcorder.mts", "-vf scale=720:576 -c:v libx264 -flags +ilme+ildct -x264opts tff=1", ""),
        ("camera.mjpeg", "-r 50 -q:v 2", "?fps=50"),
    ],
)
def test_the_same_is_read_however_the_clip_was_made(
    grid: Path, face_models: FaceModels, tmp_path: Path, name: str, options: str, setting: str
) -> None:
    """On its head, mirrored, of wide pixels, interlaced, without times."""
    if not has_pyav():
        pytest.skip("no PyAV: pip install av")
    path = recode(grid / "s1" / "bbaf2n.mp4", tmp_path / name, options)
    with open_reader() as reader:
        (event,) = reader.stream(f"{path}{setting}")
    assert event.text == "bin blue at f two now"
    assert event.end == pytest.approx(3, abs=0.1)

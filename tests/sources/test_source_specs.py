"""What a spec stands for: folders of clips and of pictures."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from support.films import make_video

from edge_lip.errors import SourceError
from edge_lip.sources import specs
from edge_lip.sources.capture import Capture
from edge_lip.sources.frame import Frame, Source
from edge_lip.sources.health import Policy
from edge_lip.sources.specs import expand, open_source


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in (10, 9, 1):
        cv2.imwrite(str(folder / f"p{number}.png"), np.full((4, 6, 3), number, np.uint8))
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_pictures_play_in_the_order_of_their_numbers(pictures: Path) -> None:
    assert expand(str(pictures)) == [str(pictures)]
    frames = list(open_source(str(pictures), fps=10))
    assert [frame.image[0, 0, 0] for frame in frames] == [1, 9, 10]
    assert [frame.time for frame in frames] == pytest.approx([0, 0.1, 0.2])


def test_pictures_in_real_time_come_as_from_a_camera(pictures: Path) -> None:
    with closing(open_source(str(pictures), fps=200, realtime=True)) as source:
        assert source.live and source.name == str(pictures)
        frames = list(source)
    assert sum(1 + frame.dropped for frame in frames) == 3
    assert frames[-1].time == pytest.approx(0.01)


def test_a_broken_picture_is_named(pictures: Path) -> None:
    (pictures / "p9.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match=r"p9\.png can't be read"):
        list(open_source(str(pictures)))


def test_a_folder_of_clips_is_each_of_them(tmp_path: Path) -> None:
    clips = [make_video(tmp_path / name) for name in ("b.mp4", "a10.mp4", "a9.mp4")]
    folder = str(tmp_path)
    assert expand(folder) == [str(clip) for clip in reversed(clips)]
    with pytest.raises(SourceError, match="one by one"):
        open_source(folder)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no clip"):
        expand(str(tmp_path))


def test_what_is_no_folder_stands_for_itself() -> None:
    assert expand("clip.mp4") == ["clip.mp4"]
    for spec in ("camera:0", "camera:csi", "-", "-?live=1", "raw:-?size=4x4", "rtsp://there/live"):
        assert expand(spec) == [spec]


@pytest.mark.parametrize(("spec", "slowest"), [("camera:0", 0.5), ("rtsp://lips.local", 4.0)])
def test_what_costs_little_to_look_for_is_looked_for_often(
    monkeypatch: pytest.MonkeyPatch, spec: str, slowest: float
) -> None:
    class Live:
        live, name = True, "live"

        def __iter__(self) -> Iterator[Frame]:
            return iter(())

        def close(self) -> None: ...

    policies: list[Policy] = []

    class Captured(Capture):
        def __init__(self, source: Source, reopen: Callable[[], Source], policy: Policy) -> None:
            policies.append(policy)
            super().__init__(source, reopen, policy)

    monkeypatch.setattr(specs, "_open", lambda *_: Live())
    monkeypatch.setattr(specs, "Capture", Captured)
    open_source(spec).close()
    assert [policy.slowest for policy in policies] == [slowest]

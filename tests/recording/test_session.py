"""A session in front of a camera that is none: what it asks, what it keeps, and what it says."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from support.fakes import FACELESS, GEOMETRY, FakeSource, FakeTracker, picture

from edge_lip.errors import DataError, EdgeLipError, SourceError
from edge_lip.recording.folder import LIST, Folder, folder_name
from edge_lip.recording.plan import NOTHING, Wanted, missing
from edge_lip.recording.session import (
    Answer,
    Asks,
    Begins,
    Camera,
    Counts,
    Event,
    Kept,
    Looks,
    Taken,
    Told,
    session,
)
from edge_lip.recording.take import Watcher
from edge_lip.sources.frame import Frame
from edge_lip.sources.health import Notice
from edge_lip.sources.labelled import labelled_clips
from edge_lip.sources.video import Video

Kind = TypeVar("Kind")
SAID = ((1.0, 2.0),)
"""Seconds in which lips move, of a recording of `SECONDS`."""
SECONDS = 4.0
TODAY = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def frames(seconds: float = SECONDS, image: np.ndarray | None = None) -> list[Frame]:
    plain = picture(40) if image is None else image
    return [Frame(plain, index / 25) for index in range(round(seconds * 25))]


@dataclass
class Recorded:
    """What came of a session."""

    events: list[Event] = field(default_factory=list)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


def record(
    folder: Folder,
    plan: list[Wanted],
    answer: Callable[[Event], Answer | None] = lambda event: None,
    speech: tuple[tuple[float, float], ...] = SAID,
    source: Callable[[Wanted], FakeSource] = lambda wanted: FakeSource(frames()),
    seconds: float = 6.0,
    each: bool = True,
) -> Recorded:
    watcher = Watcher(FakeTracker(speech), GEOMETRY, folder.video)
    camera = Camera(source, each)
    done = Recorded()
    with closing(session(plan, camera, watcher, folder, seconds, lambda: TODAY)) as events:
        event = next(events, None)
        while event is not None:
            done.events.append(event)
            try:
                event = events.send(answer(event))
            except StopIteration:
                break
    return done


def spoken_from(taken: Taken) -> float:
    """When it was noticed that lips speak."""
    return next(one.time for one in taken.take.seen if one.speaking)


def given(source: FakeSource, wanted: Wanted) -> FakeSource:
    return source


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "mine", GEOMETRY)


YES = [Wanted("yes", "yes", 1)]


def test_a_good_take_is_a_video_that_can_be_taught_from(folder: Folder) -> None:
    done = record(folder, YES)
    (taken,) = done.of(Taken)
    assert taken.problems == ()
    # It ends a moment after the lips have, and begins as long before them as a reader would.
    seen = taken.take.seen
    assert 2.5 <= seen[-1].time <= 3.0
    assert seen[0].time == pytest.approx(spoken_from(taken) - 1.1, abs=0.04)
    (recording,) = folder.recordings
    assert (recording.file, recording.phrase, recording.when) == (
        "clips/yes/01.mp4",
        "yes",
        "2030-01-02T03:04:05+00:00",
    )
    _, (clip,) = labelled_clips(folder.path, print)
    assert clip.text == "yes"
    with Video(clip.path) as video:
        times = [frame.time for frame in video]
    assert len(times) == recording.frames == len(taken.take.seen)
    assert times[1] - times[0] == pytest.approx(1 / 25)
    listed = json.loads((folder.path / LIST).read_text())
    assert listed["version"] == 1 and listed["takes"][0]["fps"] == 25.0
    assert listed["takes"][0]["size"] == [160, 160] and listed["takes"][0]["problems"] == []


def test_a_phrase_may_pause(folder: Folder) -> None:
    said = ((1.0, 2.0), (2.75, 3.75))  # before the take would have ended
    done = record(folder, YES, speech=said, source=lambda wanted: FakeSource(frames(8)))
    (taken,) = done.of(Taken)
    assert 4.2 <= taken.take.seen[-1].time <= 4.8 and taken.problems == ()


def test_it_tells_what_is_left_and_goes_round(folder: Folder) -> None:
    plan = missing(["yes", "no"], 2, 1, folder.counts())
    done = record(folder, plan)
    assert [one.wanted.phrase for one in done.of(Asks)] == ["yes", "no", "yes", "no", NOTHING]
    assert [one.left for one in done.of(Asks)] == [5, 4, 3, 2, 1]
    assert [one.left for one in done.of(Kept)] == [4, 3, 2, 1, 0]
    assert done.of(Asks)[-1].wanted.asked == "yawn"
    assert folder.counts() == {"yes": 2, "no": 2, NOTHING: 1}


def test_again_skip_and_stop(folder: Folder) -> None:
    plan = missing(["yes", "no", "maybe"], 1, 0, {})
    answers: Iterator[Answer] = iter(["again", "again", "keep", "skip", "stop"])
    done = record(folder, plan, lambda one: next(answers) if isinstance(one, Taken) else None)
    assert [one.attempt for one in done.of(Taken)] == [1, 2, 3, 1, 1]
    assert [one.phrase for one in folder.recordings] == ["yes"]
    done = record(folder, plan, lambda one: "skip" if isinstance(one, Asks) else None)
    assert not done.of(Begins) and len(done.of(Asks)) == 3
    done = record(folder, plan, lambda one: "stop" if isinstance(one, Asks) else None)
    assert len(done.of(Asks)) == 1


def test_each_take_is_recorded_from_its_own_source(folder: Folder) -> None:
    opened: list[str] = []

    def source(wanted: Wanted) -> FakeSource:
        opened.append(wanted.phrase)
        return FakeSource(frames(), name=wanted.phrase)

    plan = missing(["yes", "no", "maybe"], 1, 0, {})
    skips = iter(["skip"])
    record(
        folder,
        plan,
        lambda one: next(skips, None) if isinstance(one, Asks) else None,  # type: ignore[arg-type]
        source=source,
    )
    assert opened == ["yes", "no", "maybe"]
    assert [(one.phrase, one.source) for one in folder.recordings] == [
        ("no", "no"),
        ("maybe", "maybe"),
    ]


def test_what_is_there_is_not_recorded_again_but_what_was_deleted_is(folder: Folder) -> None:
    plan = missing(["yes", "no"], 2, 0, folder.counts())
    record(folder, plan[:3])
    (folder.path / "clips" / "yes" / "01.mp4").unlink()
    again = Folder(folder.path, GEOMETRY)
    rest = missing(["yes", "no"], 2, 0, again.counts())
    assert sorted((one.phrase, one.number) for one in rest) == [("no", 2), ("yes", 2)]
    record(again, rest)
    assert sorted(one.file for one in again.recordings) == [
        "clips/no/01.mp4",
        "clips/no/02.mp4",
        "clips/yes/01.mp4",
        "clips/yes/02.mp4",
    ]


@dataclass
class Standing(FakeSource):
    """A camera; notices come between its frames, before those of so many seconds."""

    live: bool = True
    notices: dict[float, Notice] = field(default_factory=dict)
    begun: int = 0

    def __iter__(self) -> Iterator[Frame]:
        self.begun += 1
        for frame in self.frames:
            if frame.time in self.notices:
                yield self.notices[frame.time]  # type: ignore[misc]
            yield frame


def test_a_camera_is_opened_once_and_counts_down(folder: Folder) -> None:
    camera = Standing(frames(12.0))
    plan = missing(["yes"], 2, 0, {})
    spoken = ((3.5, 4.5), (9.0, 10.0))
    done = record(folder, plan, speech=spoken, source=lambda wanted: camera, each=False)
    assert camera.begun == 1 and camera.closed
    assert [one.seconds for one in done.of(Counts)] == [3, 2, 1] * 2
    first, second = done.of(Taken)
    assert first.problems == second.problems == ()
    assert first.take.prompted == pytest.approx(3.0)
    assert first.take.seen[0].time == pytest.approx(spoken_from(first) - 1.1, abs=0.04)
    assert len(done.of(Looks)) > 200


def test_a_countdown_is_whole_after_a_long_answer(folder: Folder) -> None:
    """The frames that wait meanwhile are from before it."""
    late = [Frame(one.image, one.time + 40, dropped=1000 * (one.time == 0)) for one in frames(8)]
    camera = Standing(frames(5.6) + late)
    spoken = ((3.5, 4.5), (43.5, 44.5))
    plan = missing(["yes"], 2, 0, {})
    done = record(folder, plan, speech=spoken, source=lambda wanted: camera, each=False)
    assert [one.seconds for one in done.of(Counts)] == [3, 2, 1, 3, 3, 2, 1]
    assert [one.problems for one in done.of(Taken)] == [(), ()]
    assert done.of(Taken)[1].take.prompted == pytest.approx(43.0)
    assert folder.recordings[1].fps == 25.0


def test_who_speaks_in_the_countdown_is_told(folder: Folder) -> None:
    camera = Standing(frames(12.0))
    done = record(folder, YES, speech=((2.0, 4.0),), source=lambda wanted: camera, each=False)
    (taken,) = done.of(Taken)
    assert any("before it was time" in line for line in taken.problems)
    assert folder.recordings[0].problems == taken.problems


def test_after_a_gap_the_take_begins_anew(folder: Folder) -> None:
    notices = {1.0: Notice("camera:0 is back"), 4.4: Notice("camera:0 was away again")}
    camera = Standing(frames(12.0), notices=notices)
    done = record(folder, YES, speech=((8.0, 9.0),), source=lambda wanted: camera, each=False)
    assert [one.text for one in done.of(Told)] == [one.text for one in notices.values()]
    assert [one.seconds for one in done.of(Counts)] == [3, 3, 2, 1, 3, 2, 1]
    assert len(done.of(Taken)) == 1 and not done.of(Taken)[0].problems


def test_a_camera_that_ends_is_an_error_and_what_was_kept_stays(folder: Folder) -> None:
    camera = Standing(frames(5.5))
    plan = missing(["yes"], 2, 0, {})
    with pytest.raises(SourceError, match="no more pictures"):
        record(folder, plan, speech=((3.5, 4.5),), source=lambda wanted: camera, each=False)
    assert len(Folder(folder.path, GEOMETRY).recordings) == 1 and camera.closed


def test_ctrl_c_anywhere_leaves_what_was_kept(folder: Folder) -> None:
    for kind in (Asks, Begins, Looks, Taken, Kept):

        def pressed(event: Event, kind: type = kind) -> None:
            if isinstance(event, kind) and len(folder.recordings) > 0:
                raise KeyboardInterrupt

        before = len(folder.recordings)
        source = FakeSource(frames())
        with pytest.raises(KeyboardInterrupt):
            record(
                folder,
                missing(["yes"], 20, 0, folder.counts()),
                pressed,
                source=partial(given, source),
            )
        assert source.closed
        listed = Folder(folder.path, GEOMETRY).recordings
        assert len(listed) == len(folder.recordings) >= before
        assert not [file for file in folder.path.rglob(".*") if file.is_file()]


def test_a_take_of_nothing_is_short_and_lips_may_do_what_they_like(folder: Folder) -> None:
    wanted = missing([], 1, 1, {})
    done = record(folder, wanted, speech=((0.0, 9.0),), source=lambda one: FakeSource(frames(9)))
    (taken,) = done.of(Taken)
    assert taken.problems == () and taken.take.seconds == pytest.approx(4.0)
    assert folder.recordings[0].file == "clips/nothing/01.mp4"


def test_a_name_that_no_folder_can_have_goes_into_a_table(folder: Folder) -> None:
    phrases = ["how are you?", "and/or", "yes", ".hidden", "x" * 150, "con"]
    record(folder, missing(phrases, 1, 0, {}))
    _, clips = labelled_clips(folder.path, pytest.fail)
    assert sorted(clip.text for clip in clips) == sorted(phrases)
    assert {path.name for path in (folder.path / "clips").iterdir()} == {
        folder_name(phrase) for phrase in phrases
    }
    assert (folder.path / "clips" / "yes").is_dir()


def test_without_video_no_picture_is_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mine", GEOMETRY, video=False)
    done = record(folder, YES)
    (taken,) = done.of(Taken)
    assert all(one.picture is None for one in taken.take.seen) and taken.keepable
    assert [path.name for path in (folder.path / "clips" / "yes").iterdir()] == ["01.npz"]
    faceless = lambda wanted: FakeSource(frames(1.0, FACELESS))  # noqa: E731
    (taken,) = record(folder, YES, source=faceless).of(Taken)
    assert not taken.keepable and len(folder.recordings) == 1


def test_pictures_that_were_dropped_are_stood_in_for(folder: Folder) -> None:
    whole = frames()
    few = [Frame(one.image, one.time, dropped=1) for one in whole[::2]]
    done = record(folder, YES, source=lambda wanted: FakeSource(few))
    (taken,), (recording,) = done.of(Taken), folder.recordings
    assert recording.fps == 25.0 and recording.frames == 2 * len(taken.take.seen) - 1


@pytest.mark.parametrize(
    ("content", "says"),
    [("{", "no list of recordings"), ('{"version": 9}', "newer"), ("[]", "no list of recordings")],
)
def test_a_list_that_cannot_be_read_is_not_written_over(
    tmp_path: Path, content: str, says: str
) -> None:
    (tmp_path / LIST).write_text(content)
    with pytest.raises(DataError, match=says):
        Folder(tmp_path, GEOMETRY)
    assert (tmp_path / LIST).read_text() == content


def test_a_table_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("clip,label\n")
    with pytest.raises(DataError, match="another folder"):
        Folder(tmp_path, GEOMETRY)


def test_a_video_that_is_not_whole_is_an_error(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_lip.recording.film.CODEC", "none")
    with pytest.raises(EdgeLipError, match="can't write"):
        record(folder, YES)
    assert not folder.recordings and not list((folder.path / "clips" / "yes").iterdir())

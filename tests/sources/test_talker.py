"""The talker as a source: what its spec may say, when its frames come, and when they end."""

import subprocess
import sys
from contextlib import closing
from itertools import islice

import numpy as np
import pytest

from edge_lip.errors import UsageError
from edge_lip.sources.specs import expand, open_source
from edge_lip.sources.talker import Talker

SMALL = "size=96x80&fps=5"


class Clock:
    """Time that passes only while somebody sleeps, or works for `busy` seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def test_a_talker_is_opened_as_any_source() -> None:
    spec = f"talker:bin blue at f two now?seed=3&{SMALL}"
    assert expand(spec) == [spec]
    with closing(open_source(spec)) as source:
        frames = list(source)
    assert source.name == spec and not source.live
    assert [frame.time for frame in frames] == pytest.approx(np.arange(15) / 5)
    assert {frame.image.shape for frame in frames} == {(80, 96, 3)}
    assert {frame.dropped for frame in frames} == {0}


def test_sources_do_not_import_the_renderer() -> None:
    code = "import sys, edge_lip.sources; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "edge_lip.sources" in run.stdout.split()
    assert not [name for name in run.stdout.split() if name.startswith("edge_lip.talker")]


def test_the_truth_comes_with_it() -> None:
    talker = Talker("BIN blue, at f 2 now!?seed=3")
    assert talker.speech.text == "bin blue at f two now"
    assert len(talker.speech.mouths) == 75


@pytest.mark.parametrize("text", ["what?", "who? you", "how are you??", ""])
def test_a_question_mark_without_settings_is_text(text: str) -> None:
    assert Talker(text).scene == Talker("hi").scene
    assert Talker(f"{text}?seed=1").scene == Talker("hi?seed=1").scene


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("sede=1", "no 'sede', only seed, fps, size, yaw, roll, eyes, brightness, backlight, blur"),
        ("seed=-1", "seed is a whole number, not '-1'"),
        ("seed=x", "seed is"),
        ("fps=0", "fps is a number from 1 to 240"),
        ("fps=nan", "fps is"),
        ("size=9x9", "size is WIDTHxHEIGHT"),
        ("size=360", "size is"),
        ("yaw=60", "yaw is a number from -45 to 45"),
        ("loop=yes", "loop is 0 or 1"),
        ("seed=1&blur=", "blur is"),
        ("noise=-1", "noise is"),
        ("pause=1e9", "pause is"),
        ("backlight=2", "backlight is a number from 0 to 1"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_line(settings: str, says: str) -> None:
    with pytest.raises(UsageError, match="a talker") as refusal:
        open_source(f"talker:hi?{settings}")
    assert says in str(refusal.value) and "\n" not in str(refusal.value)


def test_settings_change_what_they_say_and_nothing_else() -> None:
    plain = Talker("hi?seed=7").scene
    scene = Talker("hi?seed=7&eyes=50&roll=10&yaw=-5&brightness=0.5&backlight=0.2").scene
    assert scene.head.scale * scene.size[1] == pytest.approx(50)
    assert np.degrees((scene.head.roll, scene.head.yaw)) == pytest.approx((10, -5))
    assert (scene.light.brightness, scene.light.backlight) == (0.5, 0.2)
    assert (scene.person, scene.voice, scene.blur) == (plain.person, plain.voice, plain.blur)
    scene = Talker("hi?seed=7&size=640x480&fps=30&blur=2&noise=9").scene
    assert (scene.size, scene.fps, scene.blur, scene.noise) == ((640, 480), 30, 2, 9)
    assert (scene.head, scene.light) == (plain.head, plain.light)


def test_a_recording_is_one_utterance_and_all_else_is_live() -> None:
    assert not Talker("hi").live
    assert all(Talker(spec).live for spec in ("hi?loop=1", "hi?realtime=1", "hi | you"))


def test_a_loop_has_no_end_and_the_same_mouths_in_each_round() -> None:
    talker = Talker(f"hi?{SMALL}&noise=0&loop=1&pause=0.4")
    length = len(talker.speech.mouths)
    assert talker.speech.words[-1].end + 0.4 == pytest.approx(length / 5, abs=0.2)
    frames = list(islice(talker, 3 * length))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(3 * length) / 5)
    assert len(list(islice(Talker(f"?{SMALL}&loop=1&pause=0"), 20))) == 20


def test_in_real_time_frames_come_when_they_are_due() -> None:
    clock = Clock()
    talker = Talker(f"hi?{SMALL}&realtime=1", clock, clock.sleep)
    came = [(clock.now - 100.0, frame.time) for frame in talker]
    assert len(came) == 15
    assert all(now == pytest.approx(time) for now, time in came)


def test_in_real_time_a_slow_reader_misses_frames_and_is_told_how_many() -> None:
    clock = Clock()
    taken = []
    for frame in Talker(f"hi?{SMALL}&realtime=1", clock, clock.sleep):
        taken.append((round(frame.time * 5), frame.dropped))
        clock.now += 0.5
    numbers = [number for number, _ in taken]
    assert numbers == sorted(set(numbers)) and len(numbers) <= 7
    assert all(clock.now - number / 5 >= 100 for number in numbers)
    assert sum(dropped for _, dropped in taken) == numbers[-1] + 1 - len(numbers)


def test_not_in_real_time_nobody_waits() -> None:
    def never(_: float) -> None:
        raise AssertionError

    assert len(list(Talker(f"hi?{SMALL}", sleep=never))) == 15

"""`edge-lip record`: from a file of phrases to takes that are taught and read."""

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.films import make_video
from support.piped import PATIENCE

from edge_lip.cli.main import main

Captured = pytest.CaptureFixture[str]
PHRASES = ("good morning", "open the window?")
TALKER = "talker:{text}?seed=7&noise={take}"

pytestmark = pytest.mark.usefixtures("face_models")


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)


@pytest.fixture
def phrases(tmp_path: Path) -> Path:
    path = tmp_path / "phrases.txt"
    path.write_text("\n".join(PHRASES))
    return path


def record(phrases: Path, out: Path, *more: str, source: str = TALKER) -> int:
    return main(["record", str(phrases), "--out", str(out), "--source", source, *more])


@pytest.mark.parametrize("more", [[], ["--no-video"]], ids=["video", "crops"])
def test_the_walk_from_takes_to_answers(
    phrases: Path, tmp_path: Path, capsys: Captured, more: list[str]
) -> None:
    out, book = tmp_path / "mine", str(tmp_path / "my.phrases")
    assert record(phrases, out, "--takes", "2", "--nothing", "1", *more) == 0
    printed = capsys.readouterr()
    assert printed.err == "" and printed.out.endswith(f"5 takes in {out}\n")
    kinds = {path.suffix for path in (out / "clips").rglob("*.*")}
    assert kinds == ({".npz"} if more else {".mp4"})

    assert main(["teach", book, "--data", str(out)]) == 0
    told = capsys.readouterr()
    assert re.findall(r"(\d) takes? +(.+)", told.out) == [
        ("1", "(nothing)"),
        ("2", PHRASES[0]),
        ("2", PHRASES[1]),
    ]
    for phrase in PHRASES:
        spec = f"talker:{phrase}?seed=7&noise=5"
        assert main(["run", "--phrases", book, "--source", spec]) == 0
        assert capsys.readouterr().out == f"{phrase}\n"


def test_crops_of_another_model_are_refused(
    phrases: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mine"
    assert record(phrases, out, "--takes", "1", "--no-video") == 0
    file = next(out.rglob("*.npz"))
    from edge_lip.mouth.geometry import CropGeometry
    from edge_lip.mouth.kept import load_crops, save_crops

    kept = load_crops(file)
    save_crops(file, CropGeometry(span=0.5), kept.crops)
    capsys.readouterr()
    add = ["teach", str(tmp_path / "my.phrases"), "add", "yes", "--source", str(file)]
    assert main(add) == 1
    assert "mouth crops of another model" in capsys.readouterr().err


def test_it_goes_on_with_what_is_missing(phrases: Path, tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "mine"
    assert record(phrases, out, "--takes", "1") == 0
    assert record(phrases, out, "--takes", "1") == 0
    assert "all takes are in" in capsys.readouterr().out
    phrases.write_text(f"{PHRASES[0]}\nno")
    assert record(phrases, out, "--takes", "1") == 0
    assert "1 of 1:  no\n" in capsys.readouterr().out
    assert len(json.loads((out / "recordings.json").read_text())["takes"]) == 3


def test_a_bad_take_is_tried_once_more_and_kept_with_what_is_wrong(
    phrases: Path, tmp_path: Path, capsys: Captured
) -> None:
    phrases.write_text("good morning")
    out = tmp_path / "mine"
    assert record(phrases, out, "--takes", "1", source="talker:{text}?seed=4&brightness=0.12") == 0
    assert re.search("too dark.*once more.*too dark.*kept", capsys.readouterr().out, re.DOTALL)
    (take,) = json.loads((out / "recordings.json").read_text())["takes"]
    assert any("too dark" in line for line in take["problems"])


def test_without_a_face_there_is_no_mouth_to_keep(
    phrases: Path, tmp_path: Path, capsys: Captured
) -> None:
    source, out = str(make_video(tmp_path / "wall.mp4")), tmp_path / "mine"
    assert record(phrases, out, "--takes", "1", "--no-video", source=source) == 0
    printed = capsys.readouterr().out
    assert printed.count("no face") == 4 and printed.count("passed over") == 2
    assert printed.endswith(f"0 takes in {out}; 2 missing, the same call goes on with them\n")
    assert not (out / "clips").exists()


def test_a_camera_counts_down_and_goes_on(phrases: Path, tmp_path: Path, capsys: Captured) -> None:
    said = "|".join(["", PHRASES[0], PHRASES[0], PHRASES[1], "bye"])  # live, but faster than time
    out, source = tmp_path / "mine", f"talker:{said}?seed=7&pause=5"
    assert record(phrases, out, "--takes", "1", source=source) == 0
    assert capsys.readouterr().out.count("3 ...   2 ...   1 ...   now\n   good") == 2


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nowhere.txt", "--out", "o", "--source", "talker:a"], 1, "can't read nowhere.txt"),
        (["empty.txt", "--out", "o", "--source", "talker:a"], 1, "no phrase in empty.txt"),
        (["phrases.txt", "--source", "talker:a"], 2, "Missing option"),
        (["phrases.txt", "--out", "o"], 2, "give either --source"),
        (["phrases.txt", "--out", "o", "--camera", "--source", "x"], 2, "give either --source"),
        (["phrases.txt", "--out", "o", "--source", "none.mp4"], 1, "none.mp4 does not exist"),
        (["phrases.txt", "--out", "o", "--source", "talker:ß"], 2, "can't say ß"),
        (["phrases.txt", "--out", "phrases.txt", "--source", "talker:a"], 1, "can't make the fold"),
        (["phrases.txt", "--out", "p/o", "--source", "talker:a"], 1, "can't make the folder p/o"),
        (["phrases.txt", "--out", "o", "--camera", "77"], 1, "camera 77 can't be opened"),
        (["phrases.txt", "--out", "o", "--source", "talker:a", "--takes", "0"], 2, "--takes"),
        (["phrases.txt", "--out", "o", "--source", "talker:a", "--from", "no"], 1, "no model no"),
    ],
)
def test_wrong_calls_are_told_in_a_line(
    words: list[str],
    code: int,
    says: str,
    phrases: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").touch()
    Path("p").touch()
    assert main(["record", *words]) == code
    printed = capsys.readouterr()
    assert says in printed.err and printed.err.count("\n") == 1
    assert not list(tmp_path.rglob("*.mp4"))


def test_ctrl_c_ends_in_one_line(
    phrases: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge_lip.recording.take import Watcher

    watch, seen = Watcher.watch, iter(range(1000))

    def pressed(self: Watcher, frame: object) -> object:
        if next(seen) == 100:
            raise KeyboardInterrupt
        return watch(self, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(Watcher, "watch", pressed)
    out = tmp_path / "mine"
    assert record(phrases, out, "--takes", "2") == 130
    told = capsys.readouterr().err.strip()
    assert told == f"edge-lip: 1 take in {out}; 3 missing, the same call goes on with them"
    assert record(phrases, out, "--takes", "2") == 0
    assert len(list(out.rglob("*.mp4"))) == 4


def test_a_full_disk_ends_in_one_line(phrases: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    call = shlex.join(
        [sys.executable, "-m", "edge_lip", "record", str(phrases), "--out", f"{disk}/mine"]
        + ["--source", TALKER]
    )
    script = f"mount -t tmpfs -o size=32k none {shlex.quote(str(disk))} || exit 99; {call}"
    try:
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode == 99 or "unshare failed" in done.stderr:
        pytest.skip(f"nothing can be mounted here, root may mostly: {done.stderr}")
    assert done.returncode == 1
    assert done.stderr.startswith("edge-lip: can't write ") and done.stderr.count("\n") == 1


class Screen:
    """A terminal with somebody at its keys."""

    def __init__(self, call: list[str]) -> None:
        self._keyboard, terminal = pty.openpty()
        # What begins these tests may have begun in the background, where Ctrl-C is ignored.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self.process = subprocess.Popen(
                call, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
            )
        finally:
            signal.signal(signal.SIGINT, before)
        os.close(terminal)
        self._text = ""

    def wait_for(self, words: str) -> None:
        """Until it has shown `words` since what was waited for before."""
        while words not in self._text:
            assert select.select([self._keyboard], [], [], PATIENCE)[0], (words, self._text)
            try:
                self._text += os.read(self._keyboard, 4096).decode()
            except OSError:  # the terminal is gone
                pytest.fail(f"{words!r} was never shown, only {self._text!r}")
        self._text = self._text.partition(words)[2]

    def press(self, key: str) -> None:
        os.write(self._keyboard, key.encode())

    def end(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            os.close(self._keyboard)


def test_keys_decide_on_a_terminal(phrases: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    call = [sys.executable, "-m", "edge_lip", "record", str(phrases), "--out", str(out)]
    screen = Screen([*call, "--source", TALKER, "--takes", "2"])
    screen.wait_for("1 of 4:  good morning")
    screen.wait_for("Enter begins, s skips, q stops]")
    press(screen, "\r")
    screen.wait_for("Enter keeps it, a once more, s skips, q stops]")
    press(screen, "a")
    screen.wait_for("good, ")
    screen.wait_for("q stops]")
    press(screen, "x\r")
    screen.wait_for("kept: clips/good morning/01.mp4; 3 left")
    screen.wait_for("2 of 4:  open the window?")
    screen.wait_for("q stops]")
    press(screen, "s")
    screen.wait_for("3 of 4:  good morning")
    screen.wait_for("q stops]")
    press(screen, "q")
    screen.wait_for("1 take in ")
    assert screen.end() == 0
    assert [path.name for path in out.rglob("*.mp4")] == ["01.mp4"]


def press(screen: Screen, keys: str) -> None:
    for key in keys:
        screen.press(key)


def test_ctrl_c_at_a_question_ends_it(phrases: Path, tmp_path: Path) -> None:
    call = [sys.executable, "-m", "edge_lip", "record", str(phrases), "--out", str(tmp_path / "o")]
    screen = Screen([*call, "--source", TALKER])
    screen.wait_for("q stops]")
    screen.process.send_signal(signal.SIGINT)
    screen.wait_for("0 takes in ")
    assert screen.end() == 130

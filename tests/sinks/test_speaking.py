"""Texts said aloud, by programs that write down what they are to say."""

import stat
from pathlib import Path

import pytest

from edge_lip.errors import SinkError, UsageError
from edge_lip.events import Event
from edge_lip.sinks.specs import open_sink


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is on PATH, besides the system's own."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "cat"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def say(spec: str, *texts: str) -> None:
    sink = open_sink(spec)
    for text in texts:
        sink(Event("final", text=text))
    sink.close()


@pytest.mark.parametrize(
    ("spec", "options"),
    [
        ("speech", "-v en -s 175 --stdin"),
        ("speech:espeak-ng", "-v en -s 175 --stdin"),
        ("speech?speed=120", "-v en -s 120 --stdin"),
        ("speech:espeak-ng?voice=en-gb&speed=99", "-v en-gb -s 99 --stdin"),
        ("speech?volume=60", "-v en -s 175 -a 60 --stdin"),
    ],
)
def test_espeak_says_final_texts_one_after_the_other(
    spec: str, options: str, programs: Path, tmp_path: Path
) -> None:
    install(programs, "espeak-ng", f'echo "$@: $(cat)" >> {tmp_path}/said')
    say(spec, "bin blue", "now")
    said = [f"{options}: bin blue", f"{options}: now"]
    assert (tmp_path / "said").read_text().splitlines() == said


def test_piper_says_them_through_aplay(programs: Path, tmp_path: Path) -> None:
    voice = tmp_path / "voice.onnx"
    voice.touch()
    install(programs, "piper", 'echo "$@"; cat')
    install(programs, "aplay", f'echo "$@" > {tmp_path}/said; cat >> {tmp_path}/said')
    say(f"speech:piper?model={voice}", "bin blue")
    piped = ["-q -", f"--model {voice} --output_file -", "bin blue"]
    assert (tmp_path / "said").read_text().splitlines() == piped


def test_a_program_without_a_sound_card_is_told_with_its_call(
    programs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    install(programs, "espeak-ng", "echo 'ALSA lib and much more' >&2; exit 1")
    say("speech", "a")
    told = "edge-lip: speech:espeak-ng: espeak-ng -v en -s 175 --stdin ended with exit code 1\n"
    assert capfd.readouterr().err == told


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ([], "no program piper here: pip install piper-tts"),
        (["piper"], "no program aplay here: sudo apt install alsa-utils"),
    ],
)
def test_what_is_not_installed_is_said_with_how_to(
    there: list[str], told: str, programs: Path, tmp_path: Path
) -> None:
    voice = tmp_path / "voice.onnx"
    voice.touch()
    for name in there:
        install(programs, name, "")
    with pytest.raises(SinkError, match="no program espeak-ng here: sudo apt install espeak-ng"):
        open_sink("speech")
    with pytest.raises(SinkError, match=told):
        open_sink(f"speech:piper?model={voice}")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("festival", "no engine 'festival', only espeak-ng, piper"),
        ("piper", "piper needs a voice"),
        ("piper?model=nowhere.onnx", "no voice nowhere.onnx"),
        ("espeak-ng?pitch=3", "has no 'pitch', only voice, speed"),
    ],
)
def test_what_can_not_be_is_said_at_once(spec: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        open_sink(f"speech:{spec}")

"""`edge-lip teach` and `run --phrases`: a rendered person's own phrases, from takes to answers."""

import json
from pathlib import Path

import numpy as np
import pytest
from support.films import make_video

import edge_lip
from edge_lip.cli.main import main
from edge_lip.reading.teaching import Teacher

SAID = ("good morning", "no thanks", "open the window")
Captured = pytest.CaptureFixture[str]


def clip(text: str, take: int) -> str:
    """The same person says it, each time a little otherwise."""
    return f"talker:{text}?seed=7&noise={take}&pause={take / 10}"


@pytest.fixture(scope="module")
def taught(face_models: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("teach") / "my.phrases"
    edge_lip.teach(path, [(text, clip(text, take)) for text in SAID for take in (1, 2)])
    return path


def call(*words: str) -> int:
    return main(["teach", *words])


def test_every_phrase_is_answered(taught: Path, capsys: Captured) -> None:
    for text in SAID:
        code = main(["run", "--phrases", str(taught), "--source", clip(text, 3), "--json"])
        (event,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
        assert code == 0
        assert (event["kind"], event["text"]) == ("final", text)
        assert {choice["text"] for choice in event["choices"]} == set(SAID)
    with edge_lip.open_reader(phrases=taught) as reader:
        assert [one.text for one in reader.stream(clip(SAID[0], 3))] == [SAID[0]]


def test_list_add_test_and_remove(taught: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "copy.phrases"
    path.write_bytes(taught.read_bytes())
    assert call(str(path), "add", "good   morning", "--source", clip("good morning", 3)) == 0
    assert capsys.readouterr().out.splitlines()[0].split(maxsplit=2) == ["3", "takes", SAID[0]]
    assert call(str(path), "test") == 0
    assert "of 7 right when left out" in capsys.readouterr().out
    assert call(str(path), "remove", "no thanks") == 0
    assert call(str(path), "list") == 0
    assert "no thanks" not in capsys.readouterr().out


def test_takes_that_disagree_and_the_one_that_went_wrong(
    taught: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "copy.phrases"
    path.write_bytes(taught.read_bytes())
    assert call(str(path), "add", "Good Morning", "--source", clip("no thanks", 4)) == 0
    assert call(str(path), "test") == 0
    assert "take 3 of good morning is nearer to no thanks" in capsys.readouterr().out
    assert call(str(path), "remove", "good morning", "--take", "4") == 1
    assert "has no take 4: there are 3" in capsys.readouterr().err
    assert call(str(path), "remove", "good morning", "--take", "3") == 0
    assert "  2 takes  good morning\n" in capsys.readouterr().out


def test_the_same_clip_again_is_no_other_take(
    taught: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "copy.phrases"
    path.write_bytes(taught.read_bytes())
    assert call(str(path), "add", "good morning", "--source", clip("good morning", 1)) == 1
    errors = capsys.readouterr().err
    assert "this very take is known, of 'good morning'" in errors and errors.count("\n") == 2
    assert path.read_bytes() == taught.read_bytes()


def test_a_full_disk_ends_it_in_a_line_and_nothing_is_lost(
    taught: Path, tmp_path: Path, capsys: Captured
) -> None:
    resource = pytest.importorskip("resource", reason="limits are those of Unix")
    path = tmp_path / "copy.phrases"
    path.write_bytes(taught.read_bytes())
    more = ["--source", clip("soon", 1), "--source", clip("soon", 2)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert call(str(path), "add", "soon", *more) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    errors = capsys.readouterr().err
    assert errors.startswith(f"edge-lip: can't write {path}: ") and errors.count("\n") == 1
    assert path.read_bytes() == taught.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_ctrl_c_keeps_what_was_learned(
    face_models: object, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn, path = Teacher.learn, tmp_path / "my.phrases"

    def pressed(self: Teacher, text: str, features: np.ndarray) -> None:
        if self.book.phrases:
            raise KeyboardInterrupt
        learn(self, text, features)

    monkeypatch.setattr(Teacher, "learn", pressed)
    more = ["--source", clip("soon", 1), "--source", clip("soon", 2)]
    assert call(str(path), "add", "soon", *more) == 130
    told = capsys.readouterr().err.strip()
    assert told == f"edge-lip: stopped: all that was learned is in {path}"
    assert call(str(path), "list") == 0
    assert capsys.readouterr().out == "  1 take   soon\n"


def test_a_folder_with_takes_that_cannot_be_used(
    face_models: object, tmp_path: Path, capsys: Captured
) -> None:
    folder = tmp_path / "mine" / "clips"
    for name in ("yes", "nothing"):
        (folder / name).mkdir(parents=True)
    (folder / "yes" / "1.mp4").write_bytes(b"no video")
    make_video(folder / "yes" / "2.mp4")
    assert call(str(tmp_path / "my.phrases"), "--data", str(tmp_path / "mine")) == 1
    errors = capsys.readouterr().err
    assert errors.count("not learned, 'yes': ") == 2 and "nothing was learned" in errors
    assert not (tmp_path / "my.phrases").exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "give --data FOLDER, say one of add, list, remove, test"),
        (["learn"], 2, "there is no 'learn': say one of add"),
        (["add"], 2, "say which phrase"),
        (["add", "yes"], 2, "--source go with add"),
        (["list", "yes"], 2, "'yes' is too much"),
        (["list", "--source", "x.mp4"], 2, "--source go with add"),
        (["list"], 1, "there is no "),
        (["--data", "nowhere"], 1, "nowhere is not a folder"),
    ],
)
def test_wrong_calls_are_told_in_a_line(
    words: list[str], code: int, says: str, tmp_path: Path, capsys: Captured
) -> None:
    assert call(str(tmp_path / "my.phrases"), *words) == code
    printed = capsys.readouterr()
    assert says in printed.err and printed.err.count("\n") == 1


def test_phrases_are_not_decoded(taught: Path, capsys: Captured) -> None:
    given = ["run", "--phrases", str(taught), "--source", "talker:soon", "--decoder", "beam"]
    assert main(given) == 2
    assert "leave out decoder and delegate" in capsys.readouterr().err


def test_takes_straight_from_a_camera(
    face_models: object, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    path = str(tmp_path / "my.phrases")
    source = "talker:{text}?seed=7&noise={take}"
    for text in SAID[:2]:
        assert call(path, "add", text, "--takes", "2", "--source", source) == 0
    assert call(path, "add", "nothing", "--takes", "1", "--source", "talker:hm?seed=7") == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "1 of 2:  good morning\n   now\n   good, " in told.out
    assert f"   kept: {path}; that was the last\n" in told.out
    assert told.out.endswith(
        "  1 take   (nothing)\n  2 takes  good morning\n  2 takes  no thanks\n"
    )
    assert {one.name for one in tmp_path.iterdir()} == {"my.phrases"}
    assert main(["run", "--phrases", path, "--source", clip(SAID[1], 3)]) == 0
    assert capsys.readouterr().out == f"{SAID[1]}\n"


def test_what_was_taken_before_the_source_ended_is_kept(
    face_models: object, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    path, missing = str(tmp_path / "my.phrases"), tmp_path / "take-{take}.mp4"
    assert call(path, "add", "yes", "--takes", "2", "--source", str(missing)) == 1
    assert "take-1.mp4" in capsys.readouterr().err and not Path(path).exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["list", "--takes", "3"], "--takes goes with add"),
        (["list", "--take", "3"], "--take goes with remove"),
        (["list", "--camera"], "go with add"),
        (["add", "yes"], "add with one of them"),
        (["add", "yes", "--takes", "3"], "add with one of them"),
        (["add", "yes", "--takes", "2", "--source", "a.mp4", "--source", "b.mp4"], "one source"),
        (["add", "yes", "--camera", "--source", "a.mp4"], "either --source"),
    ],
)
def test_what_does_not_go_together(
    tmp_path: Path, capsys: Captured, words: list[str], told: str
) -> None:
    assert call(str(tmp_path / "my.phrases"), *words) == 2
    assert told in capsys.readouterr().err

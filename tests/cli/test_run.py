"""`edge-lip run` and `edge-lip benchmark`, with a model that reads frame numbers."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from support.fakes import (
    DECODER,
    FACELESS,
    FakeLabelModel,
    FakeModel,
    FakeSource,
    FakeTracker,
    film,
    numbers,
)

from edge_lip.cli import main as cli
from edge_lip.reading import opening, reader
from edge_lip.reading.reader import Reader
from edge_lip.sources import specs
from edge_lip.sources.frame import Frame, Source
from edge_lip.sources.health import Notice

open_for_real = opening.open_reader


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_fake(
        model: str | None,
        *_: object,
        threads: int = 1,
        delegate: None = None,
        phrases: None = None,
        **options: float,
    ) -> Reader:
        return Reader(FakeModel(), FakeTracker(), DECODER, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "open_reader", open_fake)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of 20 pictures with the numbers 0 to 19."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for index, frame in enumerate(film(20)):
        cv2.imwrite(str(folder / f"{index}.png"), frame.image)
    return folder


@pytest.fixture
def faceless(tmp_path: Path) -> Path:
    folder = tmp_path / "faceless"
    folder.mkdir()
    cv2.imwrite(str(folder / "0.png"), FACELESS)
    return folder


Captured = pytest.CaptureFixture[str]


def test_a_clip_is_one_line_of_text(pictures: Path, capsys: Captured) -> None:
    assert cli.main(["run", "--source", str(pictures)]) == 0
    assert capsys.readouterr() == (numbers(0, 19) + "\n", "")


def test_json_has_every_field_sorted(pictures: Path, capsys: Captured) -> None:
    assert cli.main(["run", "--source", str(pictures), "--json", "--partials"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["kind"] for event in events] == ["partial"] * 4 + ["final"]
    final = events[-1]
    assert list(final) == sorted(final)
    assert final["text"] == numbers(0, 19)
    assert (final["start"], final["end"], final["confidence"]) == (0, 0.8, 0.75)
    word = {"text": "1", "confidence": 0.5, "start": 0.04, "end": 0.08, "choices": []}
    assert final["words"][1] == word
    assert (final["source"], final["frames"], final["faces"]) == (str(pictures), 20, 20)
    assert final["latency"] >= 0


def test_fps_of_a_folder_of_pictures(pictures: Path, capsys: Captured) -> None:
    assert cli.main(["run", "--source", str(pictures), "--fps", "50"]) == 0
    assert capsys.readouterr().out.split() == [str(n) for n in range(0, 20, 2)]


def test_no_face_is_an_error_in_one_line(faceless: Path, capsys: Captured) -> None:
    assert cli.main(["run", "--source", str(faceless)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1 and "no face in" in err


def test_a_folder_of_clips_goes_on_past_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (tmp_path / name).write_bytes(b"not a video")
    open_for_real = specs.open_source

    def open_source(spec: str, *_: object) -> Source:
        return open_for_real(spec) if spec.endswith("b.mp4") else FakeSource(film(3), name=spec)

    monkeypatch.setattr(specs, "open_source", open_source)
    assert cli.main(["run", "--source", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == "a.mp4\t0 1 2\nc.mp4\t0 1 2\n"
    first, second = err.splitlines()
    assert "b.mp4 can't be read" in first
    assert "1 of 3 clips" in second


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--source", "a", "--camera", "0"],
        ["--source"],
        ["--tracker", "nose"],
        ["--source", "a", "--threshold", "1.5"],
        ["--source", "a", "--top", "0"],
        ["--source", "a", "--decoder", "telepathy"],
        ["--source", "a", "--rotate", "45"],
        ["--source", "a", "--flip", "up"],
        ["--source", "talker:hi?loop=1", "--realtime"],
        ["--source", "talker:hi?fps=25", "--fps", "30"],
        ["--source", "talker:hi?rotate=90", "--rotate", "90"],
    ],
)
def test_wrong_calls_end_with_2(words: list[str], capsys: Captured) -> None:
    assert cli.main(["run", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        (["--camera"], "camera:0"),
        (["--camera", "2"], "camera:2"),
        (["--camera", "csi1"], "camera:csi1"),
        (["--camera", "--json"], None),
    ],
)
def test_the_camera_takes_an_optional_number(
    words: list[str], spec: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def open_source(spec: str, *_: object) -> FakeSource:
        asked.append(spec)
        return FakeSource(film(3))

    monkeypatch.setattr(specs, "open_source", open_source)
    assert cli.main(["run", *words]) == 0
    assert asked == [spec or "camera:0"]


def test_ctrl_c_ends_a_camera_with_what_was_said(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    class Interrupted(FakeSource):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from self.frames
            raise KeyboardInterrupt

    camera = Interrupted(film(20))
    monkeypatch.setattr(specs, "open_source", lambda *_: camera)
    assert cli.main(["run", "--camera"]) == 130  # a film with an end: nothing to rescue
    camera.live = True
    assert cli.main(["run", "--camera"]) == 0
    assert camera.closed


def test_what_happens_to_a_source_is_a_line_on_stderr_and_an_event(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def follow(source: FakeSource) -> Iterator[Frame | Notice]:
        yield from source.frames
        yield Notice("camera:0 has given no picture for 2 s")

    monkeypatch.setattr(reader, "follow", follow)
    monkeypatch.setattr(specs, "open_source", lambda *_: FakeSource(film(3)))
    assert cli.main(["run", "--camera"]) == 0
    line = "edge-lip: camera:0 has given no picture for 2 s\n"
    assert capsys.readouterr() == ("0 1 2\n", line)
    assert cli.main(["run", "--camera", "--json"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(event)["kind"] for event in out.splitlines()] == ["final", "source"]
    assert err == line


@pytest.mark.parametrize("realtime", [False, True])
def test_real_time_is_for_the_source(
    realtime: bool, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    asked = []

    def open_source(*what: object) -> FakeSource:
        asked.append(what)
        return FakeSource(film(3))

    monkeypatch.setattr(specs, "open_source", open_source)
    assert cli.main(["run", "--source", str(pictures), *["--realtime"] * realtime]) == 0
    assert asked == [(str(pictures), None, realtime, None, None)]


@pytest.fixture
def labels(fake_reader: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`open_reader` itself, with a model that tells labels where the shipped one would be."""
    monkeypatch.setattr(opening, "open_reader", open_for_real)
    monkeypatch.setattr(opening, "open_model", lambda *_: FakeLabelModel())
    monkeypatch.setattr(opening, "make_tracker", lambda *_: FakeTracker())


@pytest.mark.usefixtures("labels")
def test_a_label_with_its_choices(pictures: Path, capsys: Captured) -> None:
    call = ["run", "--source", str(pictures)]
    assert cli.main(call) == 0
    assert capsys.readouterr() == ("Excuse me\n", "")
    assert cli.main([*call, "--json", "--top", "2"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert (event["kind"], event["text"], event["confidence"]) == ("final", "Excuse me", 0.64)
    best, second = {"text": "Excuse me", "confidence": 0.64}, {"text": "Stop", "confidence": 0.2}
    assert event["choices"] == [best, second]


def test_sentences_have_no_labels_to_list(
    fake_reader: None, pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(opening, "open_reader", lambda *_, **__: Reader(FakeModel(), FakeTracker()))
    assert cli.main(["run", "--source", str(pictures), "--top", "2"]) == 2
    assert "this model reads sentences" in capsys.readouterr().err


@pytest.mark.usefixtures("labels")
def test_what_is_not_understood_is_said_to_be(pictures: Path, capsys: Captured) -> None:
    call = ["run", "--source", str(pictures), "--threshold", "0.7"]
    assert cli.main(call) == 0
    assert capsys.readouterr() == ("(not understood)\n", "")
    assert cli.main([*call, "--json"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert (event["kind"], event["text"], event["confidence"]) == ("rejected", "", 0.64)
    assert len(event["choices"]) == 3


@pytest.mark.usefixtures("labels")
def test_a_decoder_of_the_other_task_is_one_line(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert cli.main(["run", "--source", str(pictures), "--decoder", "grammar"]) == 2
    first = capsys.readouterr().err
    assert first.count("\n") == 1 and "tells labels: choose one of label" in first
    monkeypatch.setattr(opening, "open_model", lambda *_: FakeModel())
    assert cli.main(["run", "--source", str(pictures), "--decoder", "label"]) == 2
    second = capsys.readouterr().err
    assert second.count("\n") == 1 and "choose one of greedy, beam" in second


def test_benchmark_prints_stages_machine_and_memory(
    pictures: Path, tmp_path: Path, capsys: Captured
) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(b"12345")
    call = ["benchmark", str(model), "--source", str(pictures), "--repeat", "2"]
    call += ["--only", "stages"]
    assert cli.main([*call, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["model_bytes"] == 5
    assert set(report["stages"]) == {"read", "face", "crop", "encode", "decode", "text"}
    for stage, count in {"face": 40, "crop": 40, "decode": 2, "text": 2}.items():
        figures = report["stages"][stage]
        assert figures["count"] == count
        assert 0 <= figures["p50_ms"] <= figures["p90_ms"] <= figures["p99_ms"]
    assert report["latency"]["count"] == 2
    assert report["machine"]["cores"] >= 1
    assert cli.main(call) == 0
    table = capsys.readouterr().out
    assert all(stage in table for stage in report["stages"])


@pytest.mark.parametrize("name", ["times.png", "times.svg"])
def test_benchmark_draws_what_it_measured(pictures: Path, tmp_path: Path, name: str) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(b"12345")
    call = ["benchmark", str(model), "--source", str(pictures), "--repeat", "1"]
    call += ["--only", "stages"]
    assert cli.main([*call, "--plot", str(tmp_path / name)]) == 0
    drawn = (tmp_path / name).read_bytes()
    assert drawn.startswith(b"\x89PNG") or b"</svg>" in drawn


def test_benchmark_says_what_it_can_not_draw(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    call = ["benchmark", "none.tflite", "--source", str(pictures), "--plot"]
    assert cli.main([*call, "times.doc"]) == 2
    assert ".png, .svg, .pdf" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert cli.main([*call, str(tmp_path / "times.png")]) == 1
    assert "pip install 'edge-lip[train]'" in capsys.readouterr().err


def test_what_acts_waits_for_a_yes_and_what_shows_does_not(
    pictures: Path, tmp_path: Path, capsys: Captured
) -> None:
    said, log = tmp_path / "said", tmp_path / "log.jsonl"
    outputs = ["--to", f"command:tee -a {said}", "--to", f"jsonl:{log}"]
    call = ["run", "--source", str(pictures), *outputs, "--confirm"]
    nobody = ["--confirm-by", "mqtt://127.0.0.1:1/lips"]
    for confirm, acted in (("ask?silence=1", 1), ("unsure?below=0.5", 2), ("ask?within=1", 2)):
        assert cli.main([*call, confirm, *nobody]) == 0
        assert said.read_text().count(numbers(0, 19)) == acted
    assert log.read_text().count('"final"') == 3
    assert capsys.readouterr().out == 3 * (numbers(0, 19) + "\n")


def test_nobody_to_say_yes_is_a_wrong_call(pictures: Path, capsys: Captured) -> None:
    for words in (["--confirm", "ask"], ["--confirm", "unsure", "--trigger", "auto"]):
        assert cli.main(["run", "--source", str(pictures), *words]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and "--confirm-by" in error
    assert cli.main(["run", "--source", str(pictures), "--confirm", "perhaps"]) == 2
    assert "ask, unsure, never" in capsys.readouterr().err


def test_a_setting_that_confirms_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "config.toml").write_text('[run]\nconfirm = "perhaps"\n')
    monkeypatch.setenv("EDGE_LIP_CONFIG", str(tmp_path / "config.toml"))
    assert cli.main(["config"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "confirm: --confirm is one of ask, unsure, never" in error

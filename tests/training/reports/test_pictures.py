"""Pictures are written, whole, of the right size and pace."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from edge_lip.errors import DataError
from edge_lip.system.lettering import lettering
from training.reports.label_metrics import Answers, Bin
from training.reports.pictures import (
    ENLARGED,
    LINGER,
    MARGIN,
    draw_confusion,
    draw_coverage,
    draw_curves,
    draw_reliability,
    draw_utterance,
)

HISTORY = (
    "epoch,loss,ctc,word,validation_wer,validation_cer\n1,7.2,94,3.4,,\n2,5.3,67.8,2.6,0.9,0.4\n"
)
WORDS = [("bin", 2), ("blue", 5)]


@pytest.fixture
def crops() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (8, 32, 48), np.uint8)


def test_curves(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(HISTORY)
    for name in ("curves.png", "curves.svg"):
        draw_curves(tmp_path / "history.csv", tmp_path / name)
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.size == (1200, 480)
        assert picture.convert("L").getextrema() == (0, 255)
    assert "<svg" in (tmp_path / "curves.svg").read_text()
    assert len(list(tmp_path.iterdir())) == 3


def test_curves_without_held_out_clips(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("epoch,loss,ctc,word\n1,7.2,94,3.4\n")
    draw_curves(tmp_path / "history.csv", tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 0


def test_curves_name_what_the_history_holds(tmp_path: Path) -> None:
    histories = {
        "sentence": HISTORY,
        "label": "epoch,loss,validation_top1,validation_nll\n1,2.1,,\n2,1.5,0.5,1.1\n",
    }
    texts = {}
    for task, history in histories.items():
        (tmp_path / "history.csv").write_text(history)
        draw_curves(tmp_path / "history.csv", tmp_path / "curves.svg")
        texts[task] = (tmp_path / "curves.svg").read_text()
    assert "words wrong" in texts["sentence"] and "labels right" not in texts["sentence"]
    assert "labels right" in texts["label"] and "words wrong" not in texts["label"]


@pytest.mark.parametrize("text", ["", "epoch,loss\n", "loss\n1\n", "epoch,loss\none,2\n", None])
def test_curves_of_no_history(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "history.csv").write_text(text)
    with pytest.raises(DataError, match=r"history\.csv"):
        draw_curves(tmp_path / "history.csv", tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()


@pytest.mark.parametrize("fps, period", [(25.0, 40), (30.0, 30), (12.5, 80)])
def test_an_utterance_moves_in_its_own_time(
    tmp_path: Path, crops: np.ndarray, fps: float, period: int
) -> None:
    draw_utterance(crops, fps, tmp_path / "read.gif", WORDS, "bin blue")
    with Image.open(tmp_path / "read.gif") as picture:
        assert picture.width == 48 * ENLARGED + 2 * MARGIN
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(picture)]
    assert durations == [period] * 7 + [LINGER]


def test_words_appear_when_they_are_said(tmp_path: Path) -> None:
    still = np.full((8, 32, 48), 100, np.uint8)
    draw_utterance(still, 25, tmp_path / "read.gif", WORDS, "bin blue")
    with Image.open(tmp_path / "read.gif") as picture:
        frames = [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(picture)]
    below = 32 * ENLARGED + 2 * MARGIN
    ink = [int((frame[below:] > 50).sum()) for frame in frames]
    assert len(frames) == 8
    assert ink[0] == ink[1] < ink[2] == ink[4] < ink[5] == ink[7]


def test_normalized_crops_look_like_those_they_come_from(tmp_path: Path) -> None:
    normal = np.linspace(-3, 3, 8 * 16 * 24, dtype=np.float32).reshape(8, 16, 24)
    draw_utterance(normal, 25, tmp_path / "read.gif", [], "bin blue at f two now")
    with Image.open(tmp_path / "read.gif") as picture:
        picture.seek(7)
        crop = np.asarray(picture.convert("L"))[MARGIN : MARGIN + 64, MARGIN : MARGIN + 96]
    assert crop.min() > 200


def test_depth_is_shown_beside_grey(tmp_path: Path) -> None:
    planes = np.stack([np.full((8, 32, 48), shade, np.uint8) for shade in (60, 200)], axis=1)
    draw_utterance(planes, 25, tmp_path / "read.gif", [], "bin blue")
    with Image.open(tmp_path / "read.gif") as picture:
        assert picture.width == 2 * 48 * ENLARGED + 2 * MARGIN
        shown = np.asarray(picture.convert("L"))[MARGIN : MARGIN + 32 * ENLARGED]
    left, right = shown[:, MARGIN + 40], shown[:, -MARGIN - 40]
    assert (left.mean(), right.mean()) == pytest.approx((60, 200), abs=5)


def blue(path: Path) -> np.ndarray:
    """Which pixels are, (height, width)."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    return np.asarray(pixels[..., 2] - pixels[..., 0] > 60)


def test_a_confusion_of_51_labels_has_room_for_each(tmp_path: Path) -> None:
    draw_confusion(np.eye(51), [f"label {k}" for k in range(51)], tmp_path / "labels.png")
    ink = blue(tmp_path / "labels.png")
    assert ink.shape[0] > 51 * 30 < ink.shape[1]


def test_reliability_has_a_bar_as_high_as_what_is_read_right(tmp_path: Path) -> None:
    areas = []
    for right in (0.2, 0.8):
        draw_reliability([Bin(0.4, 0.5, 20, 0.45, right)], tmp_path / "reliability.png")
        areas.append(blue(tmp_path / "reliability.png").sum())
    assert 3 < areas[1] / areas[0] < 5


def test_coverage_marks_the_threshold(tmp_path: Path) -> None:
    curve = np.array([0.2, 0.6, 1.0]), np.array([1.0, 0.9, 0.7])
    draw_coverage(*curve, Answers(0.35, 0.6, 0.1), tmp_path / "coverage.png")
    draw_coverage(*curve, Answers(0.35, 0.6, 0.1), tmp_path / "coverage.svg")
    assert blue(tmp_path / "coverage.png").sum() > 500
    assert "0.35" in (tmp_path / "coverage.svg").read_text()


def test_confusion(tmp_path: Path) -> None:
    matrix = np.array([[5, 1, 0], [0, 0, 0], [2, 0, 3]])
    draw_confusion(matrix, ["a", "b", "z"], tmp_path / "letters.png")
    draw_confusion(matrix, ["zero", "one", "two"], tmp_path / "digits.svg")
    assert blue(tmp_path / "letters.png").sum() > 1000
    assert "<svg" in (tmp_path / "digits.svg").read_text()


@pytest.mark.filterwarnings("error")
def test_labels_in_any_script_make_no_boxes_and_no_warnings(
    tmp_path: Path, crops: np.ndarray
) -> None:
    labels = ["开灯", "关灯", "شغل الضوء", "$5 and $6", "\U000f0000"]  # a letter that nobody has
    draw_confusion(np.eye(5), labels, tmp_path / "labels.svg")
    draw_confusion(np.eye(5), labels, tmp_path / "labels.png")
    drawn = (tmp_path / "labels.svg").read_text()
    assert "<!-- [5] -->" in drawn and "<!-- $5 and $6 -->" in drawn
    for label in labels:
        draw_utterance(crops, 25, tmp_path / "read.gif", [(label, 2)], label)
    with Image.open(tmp_path / "read.gif") as picture:
        assert len(list(ImageSequence.Iterator(picture))) == 8


def test_two_labels_without_a_font_can_be_told_apart(tmp_path: Path, crops: np.ndarray) -> None:
    strange = ["\U000f0000", "\U000f0001"]
    letters = lettering(strange)
    for number, label in enumerate(strange):
        draw_utterance(crops, 25, tmp_path / f"{number}.gif", [], label, letters)
    assert (tmp_path / "0.gif").read_bytes() != (tmp_path / "1.gif").read_bytes()

"""What is said of readings, for people, for the manifest and for JSON."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from support.tiny_model import LABEL_MANIFEST, MANIFEST

from edge_lip.model.manifest import Manifest
from edge_lip.text import tasks
from training.reports.metrics import Reading
from training.tasks import TASKS
from training.tasks.label.report import label_report
from training.tasks.sentence.report import sentence_report

ALL = LABEL_MANIFEST.labels


def read(clip: str, said: str, *shares: float) -> Reading:
    """By `shares` of the labels, in their order."""
    choices = tuple(sorted(zip(ALL, shares, strict=True), key=lambda choice: -choice[1]))
    return Reading(clip, clip.partition("/")[0], said, *choices[0], choices)


READINGS = [
    read("F01/1", "Begin", 0.8, 0.15, 0.05),
    read("F01/2", "Begin", 0.3, 0.61, 0.09),
    read("M01/1", "Excuse me", 0.1, 0.75, 0.15),
    Reading("M01/2", "M01", "I am sorry", "", 0.0),
]


def test_every_task_of_a_device_can_be_trained() -> None:
    assert set(TASKS) == set(tasks.TASKS)


def test_misread_labels_have_their_confidence() -> None:
    assert label_report(READINGS, LABEL_MANIFEST).misread == [
        "F01/2: Begin  read as  Excuse me (0.61)",
        "M01/2: I am sorry  read as  nothing (0.00)",
    ]


def test_label_figures_for_a_person() -> None:
    assert label_report(READINGS, LABEL_MANIFEST).summary == [
        "4 clips, 3 labels",
        "top-1 50.00% (95 %: 15.0% to 85.0%), top-3 75.00%, mean over labels 50.0%; "
        "chance 33.3%, the most frequent label 50.0%",
        # |0.80 - 1|, 0.61, |0.75 - 1| and 0, over 4; logarithms of 0.8, 0.3, 0.75 and 1/3.
        "confidence: calibration error 26.5%, log loss 0.703 nats",
        "rejecting what is less confident than",
        "  0.00: 75.0% answered, 33.3% of them wrong",
        "  0.20: 75.0% answered, 33.3% of them wrong (the model's own)",
        "  0.30: 75.0% answered, 33.3% of them wrong",
        "  0.50: 75.0% answered, 33.3% of them wrong",
        "  0.70: 50.0% answered, 0.0% of them wrong",
        "  0.80: 25.0% answered, 0.0% of them wrong",
        "  0.90: 0.0% answered, 0.0% of them wrong",
        "  0.95: 0.0% answered, 0.0% of them wrong",
        "2 speakers: top-1 50.0% on average, standard deviation 0.0%",
        "  F01: top-1 50.0% of 2 clips",
        "  M01: top-1 50.0% of 2 clips",
    ]


def test_one_speaker_makes_no_table() -> None:
    report = label_report(READINGS[:2], LABEL_MANIFEST)
    assert not any("speaker" in line for line in report.summary)
    assert report.details["speakers"] is None


def test_clips_of_nobody_in_particular_are_a_line_of_the_table() -> None:
    somebody = replace(READINGS[1], speaker="")
    report = label_report([READINGS[0], somebody], LABEL_MANIFEST)
    assert report.summary[-2:] == [
        "  (unknown): top-1 0.0% of 1 clips",
        "  F01: top-1 100.0% of 1 clips",
    ]


def test_figures_and_details_are_plain_data() -> None:
    report = label_report(READINGS, LABEL_MANIFEST)
    assert json.loads(json.dumps(report.figures)) == report.figures
    assert (report.figures["top1"], report.figures["threshold"]) == (0.5, 0.2)
    assert report.figures["answered"] == 0.75
    details = json.loads(json.dumps(report.details))
    assert details["recalls"] == {"Begin": 0.5, "Excuse me": 1.0, "I am sorry": 0.0}
    assert details["speakers"]["top1"] == {"F01": [0.5, 2], "M01": [0.5, 2]}
    assert [one["clips"] for one in details["reliability"]] == [1, 1, 2]
    assert details["thresholds"][4]["answered"] == 0.5


def test_label_pictures(tmp_path: Path) -> None:
    label_report(READINGS, LABEL_MANIFEST).draw(tmp_path)
    for name in ("confusion.png", "reliability.png", "coverage.png"):
        with Image.open(tmp_path / name) as picture:
            assert min(picture.size) >= 480
    assert len(list(tmp_path.iterdir())) == 3


def test_pictures_where_nothing_could_be_read(tmp_path: Path) -> None:
    label_report(READINGS[3:], LABEL_MANIFEST).draw(tmp_path)
    assert (tmp_path / "coverage.png").stat().st_size > 0


def test_sentences(tmp_path: Path) -> None:
    readings = [
        Reading("s1/x", "s1", "bin blue", "bin red", 0.5),
        Reading("s2/y", "s2", "lay red", "lay red", 0.9),
    ]
    report = sentence_report(readings, MANIFEST)
    assert report.misread == ["s1/x: bin blue  read as  bin red"]
    assert (report.figures["wer"], report.figures["places"]) == (0.25, (0.0, 0.5))
    assert report.summary[0] == "2 clips, 4 words"
    assert report.summary[-2:] == ["  s1: WER 50.0% of 2 words", "  s2: WER 0.0% of 2 words"]
    report.draw(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"confusion-1.png", "confusion-2.png"}


@pytest.mark.parametrize("manifest", [MANIFEST, LABEL_MANIFEST], ids=lambda one: one.task)
def test_reports_know_the_measure_of_their_task(manifest: Manifest) -> None:
    figures = TASKS[manifest.task].report(READINGS[:1], manifest).figures
    others = {task.figure for task in TASKS.values()} - {TASKS[manifest.task].figure}
    assert TASKS[manifest.task].figure in figures and not others & set(figures)

"""Words of rendered people, in small: strangers are read far better than by chance."""

from pathlib import Path

from machines.whole_path import whole_path

from edge_lip.model.file import open_model

SMALL = (
    "crop.width=48",
    "crop.height=32",
    "crop.margin=4",
    "network.channels=[16, 24, 32]",
    "network.features=48",
    "network.units=24",
    "network.layers=1",
    "network.dropout=0.2",
    "augment.shift=3",
    "augment.erase=0",
    "fit.epochs=40",
    "fit.batch=4",
    "fit.watch=20",
    "fit.rate=2e-3",
    "fit.average=0.98",
)
ITEMS = (1, 2, 6, 10)


def test_strangers_are_read_far_better_than_by_chance(face_models: object, tmp_path: Path) -> None:
    people = ("F01", "M01", "F02", "M02", "F03", "M03", "F04", "M04")
    figures = whole_path(tmp_path, people, ITEMS, takes=2, settings=SMALL)
    assert figures.clips == 16 and figures.chance == 0.25
    # Not more: processors that multiply in other formats train other networks.
    assert figures.float_top1 >= 0.5 and figures.quantized_top1 >= 0.5
    assert set(figures.read) == {"Begin", "Choose", "Previous", "Web"}
    manifest = open_model(tmp_path / "run" / "model.tflite").manifest
    assert manifest.task == "label" and manifest.labels == ("Begin", "Choose", "Previous", "Web")
    assert manifest.training["speakers"] == ["F01", "F02", "F03", "M01", "M02"]

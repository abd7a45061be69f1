"""What a machine tells of itself."""

from pathlib import Path

import pytest

from edge_lip.runtime.machine import temperature


def sensors(folder: Path, **zones: str) -> Path:
    for number, (kind, degrees) in enumerate(zones.items()):
        zone = folder / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "type").write_text(f"{kind.replace('_', '-')}\n")
        (zone / "temp").write_text(degrees)
    return folder


@pytest.mark.parametrize(
    ("zones", "degrees"),
    [
        ({"cpu_thermal": "48312\n"}, 48.312),  # a Raspberry Pi
        ({"acpitz": "27800", "cpu_thermal": "61000"}, 61.0),
        ({"soc": "-1000"}, -1.0),
        ({"cpu_thermal": "no number"}, None),
        ({}, None),
    ],
)
def test_the_temperature_is_the_processors(
    tmp_path: Path, zones: dict[str, str], degrees: float | None
) -> None:
    assert temperature(sensors(tmp_path, **zones)) == degrees


def test_where_there_are_no_sensors_there_is_no_temperature(tmp_path: Path) -> None:
    assert temperature(tmp_path / "nowhere") is None

"""Meters of energy, on machines made of files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge_lip.runtime import energy
from edge_lip.runtime.energy import Gauge, Meter, find_meter, rail_watts, sensor_watts

PMIC = """\
3V7_WL_SW_A current(0)=0.10000000A
   3V3_SYS_A current(1)=0.20000000A
3V7_WL_SW_V volt(8)=3.70000000V
   3V3_SYS_V volt(9)=3.30000000V
     EXT5V_V volt(24)=5.15000000V
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@contextmanager
def found(root: Path) -> Iterator[Meter]:
    meter, name = find_meter(root)
    assert meter is not None and meter.name == name
    try:
        yield meter
    finally:
        meter.close()


def rapl(root: Path, used: list[int]) -> Path:
    for number, microjoules in enumerate(used):
        folder = f"sys/class/powercap/intel-rapl:{number}"
        files = {"name": f"package-{number}\n", "energy_uj": f"{microjoules}\n"}
        files["max_energy_range_uj"] = "1000000\n"
        write(root, {f"{folder}/{name}": content for name, content in files.items()})
    return write(root, {"sys/class/powercap/intel-rapl:9/name": "psys\n"})


def test_counters_of_all_packages_are_added_and_may_begin_again(tmp_path: Path) -> None:
    with found(rapl(tmp_path, [900_000, 100_000])) as meter:
        assert meter.joules() == 0
        rapl(tmp_path, [100_000, 300_000])
        assert meter.joules() == pytest.approx(0.2 + 0.2)
        rapl(tmp_path, [150_000, 300_000])
        assert meter.joules() == pytest.approx(0.45)


def test_counters_that_only_root_may_read_are_told(tmp_path: Path) -> None:
    rapl(tmp_path, [1])
    (tmp_path / "sys/class/powercap/intel-rapl:0/energy_uj").unlink()
    assert find_meter(tmp_path) == (
        None,
        "intel-rapl:0/energy_uj can't be read: run as root to know the energy",
    )


def test_a_machine_without_a_meter_says_so(tmp_path: Path) -> None:
    meter, why = find_meter(tmp_path)
    assert meter is None and why.startswith("this machine has no meter")


@pytest.mark.parametrize(
    ("files", "watts"),
    [
        ({"name": "ina219", "power1_input": "2500000\n", "curr1_input": "1"}, 2.5),
        ({"name": "ina3221", "in1_input": "5000", "curr1_input": "300", "in2_input": "12000"}, 1.5),
        (
            {
                "name": "ina3221",
                **{"in1_input": "5000", "curr1_input": "300"},
                **{"in2_input": "12000", "curr2_input": "100"},
            },
            2.7,
        ),
        ({"name": "ina226"}, None),
        ({"name": "ina226", "power1_input": ""}, None),
    ],
)
def test_a_sensor_tells_watts(tmp_path: Path, files: dict[str, str], watts: float | None) -> None:
    sensor = tmp_path / "sys/class/hwmon/hwmon3"
    write(sensor, files)
    assert sensor_watts(sensor) == (None if watts is None else pytest.approx(watts))
    if watts is not None:
        with found(tmp_path) as meter:
            assert meter.name == files["name"]


def test_other_sensors_are_no_meters(tmp_path: Path) -> None:
    write(tmp_path / "sys/class/hwmon/hwmon0", {"name": "nvme", "power1_input": "5"})
    assert find_meter(tmp_path)[0] is None


def test_rails_of_a_raspberry_pi_are_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rail_watts(PMIC) == pytest.approx(0.1 * 3.7 + 0.2 * 3.3)
    assert rail_watts("error=1") is None
    monkeypatch.setattr(energy, "vcgencmd", lambda *_: PMIC)
    with found(tmp_path / "nothing") as meter:
        assert "pmic_read_adc" in meter.name


def test_watts_become_joules_and_go_on_where_none_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [10.0]
    told: list[float | None] = [3.0]
    monkeypatch.setattr(energy, "monotonic", lambda: now[0])
    meter = Gauge("made up", lambda: told[0], every=threading.TIMEOUT_MAX)
    now[0], told[0] = 12.0, None
    assert meter.joules() == 6.0
    meter.look()
    now[0], told[0] = 13.0, 5.0
    meter.look()
    assert meter.joules() == 9.0
    now[0] = 14.0
    assert meter.joules() == 14.0
    meter.close()

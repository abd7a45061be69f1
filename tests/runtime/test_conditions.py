"""What makes a processor faster or slower, on machines made of files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge_lip.runtime.conditions import Conditions, busy_seconds, conditions, spoiled

CLOCK = "sys/devices/system/cpu/cpu0/cpufreq"
CALM = Conditions(50.0, "performance (cpufreq-dt)", 1800.0, 1800.0, (), 0)
Write = Callable[[dict[str, str]], Path]


@pytest.fixture
def root(tmp_path: Path) -> Write:
    def write(files: dict[str, str]) -> Path:
        for name, content in files.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path / "root"

    return write


@pytest.fixture
def firmware(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def say(answer: str) -> None:
        program = tmp_path / "vcgencmd"
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return say


def test_a_board_tells_heat_clock_and_throttling(
    root: Write, firmware: Callable[[str], None]
) -> None:
    firmware("throttled=0x50005")
    files = {
        f"{CLOCK}/scaling_governor": "ondemand\n",
        f"{CLOCK}/scaling_driver": "cpufreq-dt\n",
        f"{CLOCK}/scaling_cur_freq": "600000\n",
        f"{CLOCK}/cpuinfo_max_freq": "1800000\n",
        "sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
        "sys/class/thermal/thermal_zone0/temp": "61200\n",
        "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "3\n",
        "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count": "4\n",
    }
    slow = ("under-voltage", "throttled")
    expected = Conditions(61.2, "ondemand (cpufreq-dt)", 600.0, 1800.0, slow, 7)
    assert conditions(root(files)) == expected


def test_a_machine_that_tells_nothing(root: Write) -> None:
    assert conditions(root({})) == Conditions(None, None, None, None, None, None)
    assert busy_seconds(root({})) is None


@pytest.mark.parametrize("content", ["", "no number\n", "\x00\xff"])
def test_what_can_not_be_understood_is_not_told(content: str, root: Write) -> None:
    names = ("scaling_cur_freq", "cpuinfo_max_freq")
    where = root({f"{CLOCK}/{name}": content for name in names} | {"proc/stat": f"cpu {content}"})
    assert conditions(where).frequency_mhz is None
    assert busy_seconds(where) is None


def test_a_firmware_that_says_something_else(root: Write, firmware: Callable[[str], None]) -> None:
    firmware("VCHI initialization failed")
    assert conditions(root({})).throttled is None


def test_what_all_processes_used(root: Write) -> None:
    # user nice system idle iowait irq softirq steal guest: neither idle nor waiting, no guest twice
    where = root({"proc/stat": "cpu  100 200 300 9000 5000 10 20 70 50 0\ncpu0 1 2 3\n"})
    assert busy_seconds(where) == pytest.approx(6.3)


@pytest.mark.parametrize(
    ("after", "others", "told"),
    [
        (CALM, 0.05, None),
        (CALM, None, None),
        (CALM, 1.2, "other processes kept 1.2 cores busy"),
        (Conditions(84.0, None, None, None, None, None), 0.0, "84 °C"),
        (Conditions(None, "ondemand (cpufreq-dt)", None, None, None, None), 0.0, "performance |"),
        (
            Conditions(None, "powersave (intel_pstate)", None, None, None, None),
            0.0,
            "with the load",
        ),
        (Conditions(None, "powersave (cpufreq-dt)", None, None, None, None), 0.0, "lowest"),
        (Conditions(None, None, None, None, ("throttled",), None), 0.0, "slowed down: throttled"),
        (Conditions(None, None, None, None, None, 2), 0.0, "slowed down for heat"),
    ],
)
def test_what_spoils_a_result_is_told(
    after: Conditions, others: float | None, told: str | None
) -> None:
    lines = spoiled(CALM, after, others)
    assert len(lines) == (told is not None)
    assert told is None or told in lines[0]

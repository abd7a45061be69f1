"""`edge-lip service`: what its unit allows, and what is asked of systemd."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from edge_lip.appliance.service import manager
from edge_lip.appliance.service.unit import NAME
from edge_lip.cli import main as cli

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
FAKE = """\
#!/bin/sh
echo "$(basename "$0") $*" >> {log}
echo "said by $(basename "$0")"
case " $* " in *" {fails} "*) exit 3;; esac
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: Patch) -> Path:
    """A settings file with a camera."""
    path = tmp_path / "config.toml"
    path.write_text("[run]\ncamera = true\n")
    monkeypatch.setenv("EDGE_LIP_CONFIG", str(path))
    monkeypatch.delenv("EDGE_LIP_HOME", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return path


class Systemd:
    """A stand-in for systemctl and journalctl that writes down how it was called."""

    def __init__(self, folder: Path, fails: str = "-") -> None:
        self.log = folder / "called"
        for name in ("systemctl", "journalctl"):
            path = folder / name
            path.write_text(FAKE.format(log=self.log, fails=fails))
            path.chmod(0o755)

    def called(self) -> list[str]:
        """What was called since the last time somebody asked."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def systemd(settings: Path, tmp_path: Path, monkeypatch: Patch) -> Systemd:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(manager, "BOOTED", tmp_path)
    monkeypatch.setattr(manager, "SYSTEM_UNITS", tmp_path / "system")
    monkeypatch.setattr("sys.platform", "linux")
    return Systemd(folder)


def printed(capsys: Captured, *flags: str) -> list[str]:
    assert cli.main(["service", "install", "--print", *flags]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_unit_runs_this_python_with_this_file(settings: Path, capsys: Captured) -> None:
    lines = printed(capsys)
    assert f'ExecStart="{sys.executable}" -P -m edge_lip run' in lines
    assert f'Environment="EDGE_LIP_CONFIG={settings}"' in lines
    assert f"WorkingDirectory={settings.parent}" in lines
    assert {"Type=notify", "Restart=on-failure", "NoNewPrivileges=yes"} <= set(lines)
    assert "WantedBy=default.target" in lines
    assert not any(line.startswith(("User=", "ProtectHome=")) for line in lines)


def test_a_file_is_written_beside_the_settings(settings: Path, capsys: Captured) -> None:
    settings.write_text("[run]\ncamera = 0\nto = 'jsonl:said/today.jsonl'\n")
    assert f'ReadWritePaths="{settings.parent}/said"' in printed(capsys, "--system")


def test_the_journal_has_what_goes_nowhere_else(settings: Path, capsys: Captured) -> None:
    assert "StandardOutput=journal" in printed(capsys)
    settings.write_text("[run]\ncamera = 0\nto = 'speech'\n")
    assert {"StandardOutput=null", "StandardError=journal"} <= set(printed(capsys))


def test_a_home_of_its_own_goes_along(
    settings: Path, tmp_path: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    monkeypatch.setenv("EDGE_LIP_HOME", f"{tmp_path}/100% mine")
    assert f'Environment="EDGE_LIP_HOME={tmp_path}/100%% mine"' in printed(capsys)


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        (
            "camera = true",
            "PrivateNetwork=yes|DevicePolicy=closed|DeviceAllow=char-video4linux rw|"
            "RestrictAddressFamilies=AF_UNIX AF_NETLINK|SupplementaryGroups=video",
            "DeviceAllow=char-media rw",
        ),
        ('camera = "csi"', "DeviceAllow=char-media rw|DeviceAllow=char-dma_heap rw", ""),
        (
            'source = "rtsp://camera.local/1"',
            "PrivateNetwork=no|PrivateDevices=yes|"
            "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6",
            "DevicePolicy=closed",
        ),
        ('camera = 0\nweb = "127.0.0.1:8080"', "PrivateNetwork=no", ""),
        (
            'camera = 0\ndelegate = "edgetpu"',
            "SupplementaryGroups=video plugdev|DeviceAllow=char-usb_device rw|PrivateNetwork=yes",
            "",
        ),
        (
            'camera = 0\ntrigger = "gpio:17"',
            "SupplementaryGroups=video gpio|DeviceAllow=char-gpiochip rw|PrivateNetwork=yes",
            "",
        ),
        ('camera = 0\nto = "mqtt://broker.local/lips"', "PrivateNetwork=no", ""),
        (
            'camera = 0\nweb = "0.0.0.0?token=/var/lips/token"\nown-phrases = "/srv/lips/my.txt"',
            'PrivateNetwork=no|ReadWritePaths="/var/lips"|ReadWritePaths="/srv/lips"',
            "",
        ),
        (
            'camera = 0\nconfirm-by = ["gpio:5,6", "mqtt://broker.local/lips"]',
            "SupplementaryGroups=video gpio|DeviceAllow=char-gpiochip rw|PrivateNetwork=no",
            "",
        ),
        (
            'camera = 0\nto = ["speech", "keyboard?then=enter"]',
            "SupplementaryGroups=video audio input|DeviceAllow=char-alsa rw|"
            "DeviceAllow=/dev/uinput rw|PrivateNetwork=yes",
            "",
        ),
        (
            'camera = 0\nto = "jsonl:/var/lips/said.jsonl"',
            'ReadWritePaths="/var/lips"|ProtectSystem=strict',
            "",
        ),
        (
            'camera = 0\nto = "command:lights"',
            "NoNewPrivileges=yes|SupplementaryGroups=video",
            "ProtectSystem=strict|DevicePolicy=closed|PrivateNetwork=yes",
        ),
    ],
)
def test_a_service_of_the_machine_may_what_its_settings_need(
    text: str, there: str, absent: str, settings: Path, capsys: Captured
) -> None:
    settings.write_text(f"[run]\n{text}\n")
    lines = set(printed(capsys, "--system"))
    assert set(there.split("|")) <= lines
    assert not set(absent.split("|")) & (lines - {""})
    assert "WantedBy=multi-user.target" in lines


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("threshold = 0.5", "nothing to read is set"),
        ('source = "-"', "no standard input"),
        ('source = "raw:-?size=64x64"', "no standard input"),
    ],
)
def test_what_a_service_can_not_read(
    text: str, told: str, settings: Path, capsys: Captured
) -> None:
    settings.write_text(f"[run]\n{text}\n")
    assert cli.main(["service", "install", "--print"]) == 2
    assert told in capsys.readouterr().err


def test_what_is_only_in_the_environment_would_be_lost(
    settings: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    monkeypatch.setenv("EDGE_LIP_RUN_THRESHOLD", "0.5")
    assert cli.main(["service", "install", "--print"]) == 2
    assert "EDGE_LIP_RUN_THRESHOLD is set here" in capsys.readouterr().err


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze (package systemd)"
)
@pytest.mark.parametrize("scope", ["user", "system"])
@pytest.mark.parametrize(
    "text",
    ["camera = 'csi'\nto = ['speech', 'jsonl:/tmp/a b/c']", "source = 'clip 1.mp4'\nweb = true"],
)
def test_systemd_takes_the_unit(
    scope: str, text: str, settings: Path, tmp_path: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    settings.write_text(f"[run]\n{text}\n")
    unit = tmp_path / NAME
    unit.write_text("\n".join(printed(capsys, f"--{scope}")) + "\n")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    call = ["systemd-analyze", f"--{scope}", "verify", str(unit)]
    checked = subprocess.run(call, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_install_shows_writes_enables_and_starts_it(
    systemd: Systemd, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    unit = tmp_path / "config" / "systemd" / "user" / NAME
    assert cli.main(["service", "install"]) == 0
    out = capfd.readouterr().out
    assert unit.read_text() in out and f"written: {unit}" in out
    assert "loginctl enable-linger" in out
    calls = ["daemon-reload", f"enable {NAME}", f"restart {NAME}"]
    assert systemd.called() == [f"systemctl --user {call}" for call in calls]
    assert cli.main(["service", "install"]) == 0
    assert f"unchanged: {unit}" in capfd.readouterr().out


def test_a_service_that_does_not_start_is_told(
    systemd: Systemd, tmp_path: Path, capsys: Captured
) -> None:
    Systemd(tmp_path / "bin", fails="restart")
    assert cli.main(["service", "install"]) == 1
    assert "does not read yet: edge-lip service logs" in capsys.readouterr().err


def test_the_unit_of_the_machine_is_written_by_root_alone(
    systemd: Systemd, tmp_path: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert cli.main(["service", "install", "--system"]) == 2
    assert "--print | sudo tee" in capsys.readouterr().err
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "somebody")
    assert cli.main(["service", "install", "--system"]) == 2
    assert not systemd.called()
    monkeypatch.delenv("SUDO_USER")
    assert cli.main(["service", "install", "--system"]) == 0
    assert (tmp_path / "system" / NAME).exists()
    assert systemd.called()[0] == "systemctl daemon-reload"


def test_status_and_logs_ask_systemd(systemd: Systemd, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["service", "status"]) == 0
    assert "said by systemctl" in capfd.readouterr().out
    assert cli.main(["service", "logs", "--follow"]) == 0
    assert cli.main(["service", "logs", "--system"]) == 0
    assert systemd.called() == [
        f"systemctl --user status --no-pager {NAME}",
        f"journalctl --user-unit={NAME} --follow --lines=100",
        f"journalctl --unit={NAME} --no-pager --lines=100",
    ]


def test_a_service_that_does_not_run_ends_with_1(systemd: Systemd, tmp_path: Path) -> None:
    Systemd(tmp_path / "bin", fails="status")
    assert cli.main(["service", "status"]) == 1


def test_remove_stops_it_and_may_be_said_twice(
    systemd: Systemd, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["service", "install"]) == 0
    systemd.called()
    assert cli.main(["service", "remove"]) == 0
    assert not (tmp_path / "config" / "systemd" / "user" / NAME).exists()
    calls = [f"disable --now {NAME}", "daemon-reload"]
    assert systemd.called() == [f"systemctl --user {call}" for call in calls]
    assert cli.main(["service", "remove"]) == 0
    assert "not there" in capfd.readouterr().out
    assert not systemd.called()


@pytest.mark.parametrize("action", ["install", "status", "logs"])
def test_without_systemd_there_are_no_services(
    action: str, systemd: Systemd, tmp_path: Path, capsys: Captured, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(manager, "BOOTED", tmp_path / "not-booted")
    assert cli.main(["service", action]) == 1
    assert "systemd does not run here" in capsys.readouterr().err
    assert not systemd.called()
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("call", [["status", "--print"], ["install", "--follow"], ["restart"], []])
def test_wrong_calls(call: list[str], settings: Path, capsys: Captured) -> None:
    assert cli.main(["service", *call]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("web", "kind"), [("0.0.0.0:8090", "_http._tcp"), ("0.0.0.0:8090?cert=a.pem", "_https._tcp")]
)
def test_the_responder_is_told_where_the_page_is_and_no_secret(
    web: str, kind: str, settings: Path, capsys: Captured
) -> None:
    settings.write_text(f'[run]\ncamera = true\nweb = "{web}"\n')
    assert cli.main(["service", "mdns"]) == 0
    out = capsys.readouterr().out
    service = ElementTree.fromstring(out).find("service")
    assert service is not None and "token" not in out
    assert [(part.tag, part.text) for part in service] == [
        ("type", kind),
        ("port", "8090"),
        ("txt-record", "path=/speak"),
    ]


@pytest.mark.parametrize("web", ["", "web = true", 'web = "0.0.0.0:0"'])
def test_a_page_that_nobody_else_can_see_is_not_announced(
    web: str, settings: Path, capsys: Captured
) -> None:
    settings.write_text(f"[run]\ncamera = true\n{web}\n")
    assert cli.main(["service", "mdns"]) == 2
    assert "0.0.0.0:8080" in capsys.readouterr().err

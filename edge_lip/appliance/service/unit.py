"""The text of the unit; each directive is explained in systemd.service(5) or systemd.exec(5)."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ...system.needs import Needs

NAME = "edge-lip.service"
RUNNING = """\
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=2
SuccessExitStatus=143
TimeoutStartSec=60
TimeoutStopSec=5
WatchdogSec=30
UMask=0077
MemoryMax=384M
"""
"""Ready with the first frame, alive with those that follow (`edge_lip.appliance.watchdog`). What
can't be set so (2) is not tried again; being asked to stop (143) is no failure."""
TIGHT = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
"""What needs no privilege to be set up: a user's own manager can do it."""
TIGHTER = """\
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
"""
"""What the system's manager can do beside that."""


def unit(needs: Needs, config: Path, user: str | None = None) -> str:
    """The unit that runs `edge-lip run` with the settings file `config`, in its folder.

    Of the system for the account `user`; of the calling user's own manager when None, where most of
    the walls can't be raised.
    """
    return "".join(f"{line}\n" for line in _lines(needs, config, user))


def _lines(needs: Needs, config: Path, user: str | None) -> Iterator[str]:
    yield from ("# Written by `edge-lip service install`, which writes it anew.", "[Unit]")
    # However long a camera is gone: when it is plugged in again, it is read.
    yield from ("Description=edge-lip reads lips", "StartLimitIntervalSec=0", "", "[Service]")
    yield from ("Type=notify", f"Environment={quoted(f'EDGE_LIP_CONFIG={config}')}")
    if home := os.environ.get("EDGE_LIP_HOME"):
        yield f"Environment={quoted(f'EDGE_LIP_HOME={Path(home).expanduser().absolute()}')}"
    yield f"WorkingDirectory={str(config.parent).replace('%', '%%')}"
    yield f"ExecStart={quoted(sys.executable).replace('$', '$$')} -P -m edge_lip run"
    yield f"StandardOutput={'journal' if needs.journal else 'null'}"
    yield "StandardError=journal"  # which otherwise goes where the output goes
    yield from RUNNING.splitlines()
    yield from TIGHT.splitlines()
    if not needs.anything:
        families = " AF_INET AF_INET6" if needs.network else ""
        yield f"RestrictAddressFamilies=AF_UNIX AF_NETLINK{families}"
    if user is not None:
        yield f"User={user}"
        yield from _walls(needs)
    yield from ("", "[Install]")
    yield f"WantedBy={'default' if user is None else 'multi-user'}.target"


def _walls(needs: Needs) -> Iterator[str]:
    if needs.groups:
        yield f"SupplementaryGroups={' '.join(needs.groups)}"
    if needs.anything:
        return
    yield from TIGHTER.splitlines()
    yield from (f"ReadWritePaths={quoted(str(folder))}" for folder in needs.writes)
    yield f"PrivateNetwork={'no' if needs.network else 'yes'}"
    if needs.devices:
        yield "DevicePolicy=closed"
        yield from (f"DeviceAllow={device} rw" for device in needs.devices)
    else:
        yield "PrivateDevices=yes"


def quoted(word: str) -> str:
    """One word of a unit file, whatever it holds (systemd.syntax(7), and systemd.unit(5) for %)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'

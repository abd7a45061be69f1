"""The machine: QEMU without any help of the processor, whose clock counts instructions.

One nanosecond of the guest is one instruction, so that by its own clock it is as fast as a small
board, however slow or busy the machine is that emulates it: watchdogs and patience hold.
"""

import os
import signal
import socket
import subprocess
from pathlib import Path

from machines.guest.host import Host, LostError, patiently
from machines.guest.system import COMMAND, USER, System
from machines.wheels import call

MEMORY = 1536
"""MiB."""
SILENCE = 600.0
"""Seconds, here, without a word on its console or an answer, after which it is lost while it boots:
where this machine has much other work, that takes as long as it takes."""
LEAVE = 900.0
"""Seconds, here, that it may take to power off."""


class Machine:
    """One emulated machine with a disk of its own, on and off; a `with` block ends it."""

    def __init__(self, system: System, folder: Path) -> None:
        """`folder` is there and empty: the changes of the disk, and what the console says."""
        self._system, self._folder = system, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        options = {
            "IdentityFile": str(system.key),
            "Port": str(self._port),
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": os.devnull,
            "LogLevel": "ERROR",
            "ConnectTimeout": "600",
            "ControlMaster": "auto",
            "ControlPersist": "yes",
            "ControlPath": str(folder / "ssh"),
        }
        self.host = Host(
            f"{USER}@127.0.0.1",
            str(COMMAND),
            ("-F", os.devnull, *(f"-o{name}={value}" for name, value in options.items())),
        )
        self._disk = folder / "disk"
        # What was not flushed when it is killed is in memory of the emulator alone, and lost.
        self._in_tools(
            *("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw"),
            *("-b", system.disk, self._disk),
        )

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    @property
    def console(self) -> str:
        """All that the kernel and systemd have said."""
        path = self._folder / "console"
        return path.read_text(errors="replace") if path.exists() else ""

    def boot(self, *kernel: str) -> None:
        """Switch it on, with `kernel` behind its command line, and wait until it can be used."""
        words = (
            "root=/dev/vda",
            "rw",
            "console=ttyS0",
            "net.ifnames=0",
            "mitigations=off",
            *kernel,
        )
        command = [
            *self._enter(),
            *("qemu-system-x86_64", "-accel", "tcg,thread=single,tb-size=512"),
            *("-icount", "shift=0,sleep=on", "-cpu", "max", "-M", "q35", "-smp", "1"),
            *("-m", str(MEMORY), "-nodefaults", "-display", "none", "-no-reboot"),
            *("-serial", f"file:{self._folder / 'console'}", "-device", "virtio-rng-pci"),
            *("-drive", f"file={self._disk},format=qcow2,if=none,id=disk,cache=writeback"),
            *("-device", "virtio-blk-pci,drive=disk", "-device", "virtio-net-pci,netdev=net"),
            "-netdev",
            f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self._port}-10.0.2.15:22",
            *("-kernel", str(self._system.kernel), "-initrd", str(self._system.initrd)),
            *("-append", " ".join(words)),
        ]
        log = self._folder / "emulator"
        with log.open("ab") as said:
            # Of a session of its own: Ctrl-C is for whoever controls it, who ends it.
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
        try:
            patiently(self.host.answers, SILENCE, self._said)
        except LostError as lost:
            last = (log.read_text() or self.console).strip().splitlines()[-1:]
            raise LostError(f"it did not boot: {lost} ({''.join(last)})") from None

    def _said(self) -> int:
        """How much the console has said; raises `LostError` where the emulator has ended."""
        if not self._alive:
            raise LostError("the emulator has ended")
        return len(self.console)

    @property
    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def off(self) -> None:
        """Power it off properly."""
        self.host.call("sudo systemctl poweroff --no-block", check=False)
        self._wait("power off")

    def reboot(self, *kernel: str) -> None:
        """As `reboot` there does; the emulator begins anew."""
        self.host.call("sudo systemctl reboot --no-block", check=False)
        self._wait("shut down")
        self.boot(*kernel)

    def cut(self) -> None:
        """A power cut."""
        if self._alive:
            assert self._process
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._hang_up()

    def _wait(self, what: str) -> None:
        assert self._process
        try:
            self._process.wait(LEAVE)
        except subprocess.TimeoutExpired:
            self.cut()
            raise LostError(f"it did not {what} within {LEAVE:.0f} s here") from None
        self._hang_up()

    def _hang_up(self) -> None:
        words = ["ssh", *self.host.options, "-O", "exit", self.host.address]
        subprocess.run(words, capture_output=True)

    def _enter(self) -> list[str]:
        """What makes a command of the tools' system run, with the folders of this machine."""
        words = ["bwrap", "--bind", str(self._system.tools.folder), "/", "--dev", "/dev"]
        words += ["--proc", "/proc", "--tmpfs", "/tmp", "--die-with-parent"]
        for folder in (self._system.disk.parent, self._folder):
            words += ["--bind", str(folder), str(folder)]
        return words

    def _in_tools(self, *command: str | Path) -> str:
        return call(*self._enter(), *command)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port

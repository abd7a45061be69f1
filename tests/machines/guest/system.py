"""The system that is booted: Debian trixie with its own kernel and systemd, and edge-lip in it."""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge_lip.mouth.trackers.facemodels import locate
from machines import arm
from machines.guest import workshop
from machines.guest.workshop import Made, make_workshop
from machines.roots import Root, content_of, make_root
from machines.wheels import call

SUITE = "trixie"
ARCHITECTURE = "amd64"
USER = "pi"
ENVIRONMENT = Path(f"/home/{USER}/edge-lip/.venv")
COMMAND = ENVIRONMENT / "bin/edge-lip"
TOOLS = (
    *("qemu-system-x86", "qemu-system-data", "qemu-utils", "seabios", "ipxe-qemu", "e2fsprogs"),
)
"""Of the system that has the emulator: trixie's, which is newer than that of most machines. Version
7.2 breaks vector code with the processor `max`."""
PACKAGES = (
    *(f"linux-image-{ARCHITECTURE}", "systemd-sysv", "libpam-systemd", "dbus-user-session"),
    *("udev", "kmod", "sudo", "iproute2", "procps", "openssh-server", "e2fsprogs", "v4l-utils"),
    *("python3", "python3-venv", "python3-pip", "ca-certificates"),
    *("python3-evdev", "python3-libcamera", "mosquitto"),
)
EXTRAS = "[mqtt,keyboard]"
PINS = "gpiozero>=2"
"""The extra `gpio`, but for lgpio, which pip does not find for this Python (`workshop`)."""
CAMERA_MODULE = Path(f"/home/{USER}/picamera2")
"""Picamera2 with what it needs, for whoever has this among Python's paths."""
MODULES = ("virtio_pci", "virtio_blk", "ext4")
"""All that the first system in memory needs to find the disk."""
INITRD = f"""
mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
printf 'MODULES=list\\nCOMPRESS=gzip\\n' > "$1/etc/initramfs-tools/conf.d/guest"
printf '%s\\n' {" ".join(MODULES)} > "$1/usr/share/initramfs-tools/modules.d/guest"
"""
"""Before the kernel is configured: to find out what it needs takes it minutes under emulation."""
DISK = "4G"
FILES = {
    "etc/hostname": "lips\n",
    "etc/hosts": "127.0.0.1 localhost lips\n",
    "etc/fstab": "/dev/vda / ext4 defaults,noatime 0 1\n",
    "etc/machine-id": "",
    f"etc/sudoers.d/{USER}": f"{USER} ALL=(ALL) NOPASSWD: ALL\n",
    "etc/systemd/network/10-guest.network": (
        "[Match]\nName=e*\n[Network]\nAddress=10.0.2.15/24\nGateway=10.0.2.2\n"
    ),
    "etc/systemd/journald.conf.d/guest.conf": "[Journal]\nStorage=persistent\n",
    # As Raspberry Pi OS has it (raspberrypi-sys-mods, 99-com.rules).
    "etc/udev/rules.d/99-com.rules": (
        'SUBSYSTEM=="input", GROUP="input", MODE="0660"\n'
        'SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"\n'
    ),
    # So nobody is logged in, as far as systemd knows: what lingers does it by itself.
    "etc/ssh/sshd_config.d/guest.conf": "UsePAM no\nUseDNS no\nMaxSessions 50\n",
}
GROUPS = ("video", "sudo", "systemd-journal", "input", "gpio")
OFF = (
    "mosquitto",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "e2scrub_reap",
    "e2scrub_all.timer",
)
ON = ("systemd-networkd", "ssh")


@dataclass(frozen=True)
class System:
    """What is needed to boot."""

    tools: Root
    disk: Path
    kernel: Path
    initrd: Path
    key: Path
    """The private half of what opens the account."""


def is_made(folder: Path) -> bool:
    """Whether `build_system` has only the wheel to install."""
    return all(path.exists() for path in _parts(folder))


def build_system(folder: Path, wheel: Path, mirror: str) -> System:
    """Everything in `folder`, made as far as it is not there; what is left of others is removed."""
    places = _parts(folder)
    tools, root = (Root(place, SUITE, ARCHITECTURE) for place in places[:2])
    made = places[2]
    kept = {path.name for path in places}
    for old in [
        path for kind in ("tools", ARCHITECTURE, "made") for path in folder.glob(f"{kind}-*")
    ]:
        if old.name.partition(".")[0] not in kept:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    lean = '--aptopt=Apt::Install-Recommends "false"'
    with _told("the emulator", tools.folder):
        make_root(tools, TOOLS, mirror, lean)
    with _told(f"{SUITE} for {ARCHITECTURE}", root.folder):
        make_root(root, PACKAGES, mirror, lean, f"--essential-hook={INITRD}")
    with _told("a driver and wheels that Debian lacks", made):
        built = make_workshop(made, root, mirror, lean)
    key = folder / "key"
    if not key.exists():
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    faces = locate().detector.parent
    setting_up = _sum(
        *(
            content_of(wheel),
            repr(FILES),
            *GROUPS,
            *OFF,
            *ON,
            key.read_text(),
            EXTRAS,
            *PINS,
            made.name,
        )
    )
    disk = root.folder.with_name(f"{root.folder.name}.{setting_up}.disk")
    with _told("the wheel on a disk", disk):
        if not disk.exists():
            for suffix in ("disk", "begun"):
                for old in folder.glob(f"{root.folder.name}.*.{suffix}"):
                    old.unlink()
            _set_up(root, key.with_suffix(".pub").read_text())
            _install(root, wheel, faces, built)
            _write_disk(root, tools, disk)
    (kernel,), (initrd,) = root.folder.glob("boot/vmlinuz-*"), root.folder.glob("boot/initrd.img-*")
    return System(tools, disk, kernel, initrd, key)


def _parts(folder: Path) -> tuple[Path, Path, Path]:
    """The emulator's system, the one that is booted, and what Debian lacks for it; their names tell
    what they are made of."""
    root = f"{ARCHITECTURE}-{_sum(SUITE, *PACKAGES, INITRD)}"
    made = f"made-{_sum(root, *workshop.PACKAGES, *workshop.WHEELS, *workshop.LGPIO)}"
    return folder / f"tools-{_sum(SUITE, *TOOLS)}", folder / root, folder / made


@contextmanager
def _told(what: str, made: Path) -> Iterator[None]:
    """Tell that `made` is there already, or how long it takes."""
    if made.exists():
        yield
        return
    print(f"making {what} …", end=" ", flush=True)
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:.0f} s", flush=True)


def _set_up(root: Root, public_key: str) -> None:
    """An account as Raspberry Pi Imager makes it, a network, and nothing that starts by itself."""
    for name, text in FILES.items():
        path = root.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    root.call("groupadd", "--force", "--system", "gpio")
    if f"{USER}:" not in (root.folder / "etc/passwd").read_text():
        root.call("useradd", "--create-home", "--shell", "/bin/bash", USER)
    root.call("usermod", "--append", "--groups", ",".join(GROUPS), USER)
    root.call("usermod", "--password", "*", USER)  # no password, and yet not locked out of ssh
    ssh = root.folder / f"home/{USER}/.ssh"
    ssh.mkdir(exist_ok=True)
    (ssh / "authorized_keys").write_text(public_key)
    root.call("chown", "-R", f"{USER}:{USER}", f"/home/{USER}")
    root.call("systemctl", "enable", *ON)
    root.call("systemctl", "disable", *OFF)


def _install(root: Root, wheel: Path, faces: Path, built: Made) -> None:
    """As docs/raspberry-pi.md says; a newer wheel over what is there."""
    kernel = next(root.folder.glob("lib/modules/*"))
    (kernel / "extra").mkdir(exist_ok=True)
    shutil.copy(built.driver, kernel / "extra")
    root.call("depmod", kernel.name)
    pip = (
        *(ENVIRONMENT / "bin/python", "-m", "pip", "install", "--no-cache-dir"),
        *("--find-links", f"/srv/{built.wheels.name}"),
    )
    wanted = f"/srv/{wheel.name}{EXTRAS}"
    if not (root.folder / str(COMMAND).lstrip("/")).exists():
        root.call("python3", "-m", "venv", "--clear", "--system-site-packages", ENVIRONMENT)
    root.call(*pip, wanted, PINS, shown=[wheel, built.wheels], network=True)
    (packages,) = (root.folder / str(ENVIRONMENT).lstrip("/")).glob("lib/python3*/site-packages")
    shutil.copytree(built.lgpio, packages, dirs_exist_ok=True)
    module = root.folder / str(CAMERA_MODULE).lstrip("/")
    if not module.exists():
        target = ("--target", CAMERA_MODULE, "picamera2")
        root.call(*pip, *target, shown=[built.wheels], network=True)
        (module / "pykms.py").write_text(arm.KMS)
    root.call(*pip, "--no-deps", "--force-reinstall", wanted, shown=[wheel], network=True)
    # What pip is set to here may be for root alone.
    root.call("chown", "-R", f"{USER}:{USER}", f"/home/{USER}")
    root.call(COMMAND, "setup", "--from", f"/srv/{faces.name}", shown=[faces], user=USER)


def _write_disk(root: Root, tools: Root, disk: Path) -> None:
    """An ext4 without a partition table; nothing has to be mounted for it."""
    begun = disk.with_suffix(".begun")
    begun.unlink(missing_ok=True)
    call("truncate", "--size", DISK, begun)
    call(
        *("bwrap", "--bind", tools.folder, "/", "--dev", "/dev", "--bind", begun.parent, "/mnt"),
        *("mkfs.ext4", "-q", "-d", f"/mnt/{root.folder.name}", f"/mnt/{begun.name}"),
    )
    begun.rename(disk)


def _sum(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:10]

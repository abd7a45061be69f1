"""What Debian has not built for its own kernel and Python, made in a system beside, which is then
removed: the driver `gpio-sim`, wheels of Picamera2 with what it needs, and lgpio.

gpio-sim is that of Debian's kernel source. It wants simulated interrupts, which that kernel is
built without; so both become one module.
"""

import shutil
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from machines.roots import Root, make_root
from machines.wheels import call

PACKAGES = (
    *("make", "gcc", "xz-utils", "kmod", "ca-certificates"),
    *("python3-dev", "python3-pip", "libcap-dev"),
)
WHEELS = ("picamera2",)
LGPIO = ("lgpio", "--python-version=3.12", "--platform=manylinux_2_34_x86_64")
"""Its maker builds it for Python 3.12 at most, Debian not at all, and its source lacks the library.
That build works with 3.13, too, once its name does not forbid it."""
SOURCES = {"drivers/gpio/gpio-sim.c": "chip.c", "kernel/irq/irq_sim.c": "interrupts.c"}
"""Of the kernel, and what they are called here: a module can't have a part of its own name."""
MAKEFILE = "obj-m := gpio-sim.o\ngpio-sim-y := chip.o interrupts.o\n"
INTERNAL = ("handle_simple_irq(irq_to_desc(irqnum))", "generic_handle_irq(irqnum)")
"""What only the kernel itself can call, and what a module calls for the same."""


@dataclass(frozen=True)
class Made:
    """What came of it."""

    driver: Path
    wheels: Path
    """A folder of wheels."""
    lgpio: Path
    """A folder of modules."""


def make_workshop(made: Path, guest: Root, mirror: str, *words: str) -> Made:
    """Everything in the folder `made`, unless it is there for the kernel of `guest`; `words` are
    for mmdebstrap."""
    kernel = next(guest.folder.glob("lib/modules/*")).name
    found = Made(made / kernel / "gpio-sim.ko", made / "wheels", made / "lgpio")
    if found.driver.exists():
        return found
    shutil.rmtree(made, ignore_errors=True)
    source = f"linux-source-{'.'.join(kernel.split('.')[:2])}"
    root = Root(made.with_name(f"{made.name}.root"), guest.suite, guest.architecture)
    make_root(root, (*PACKAGES, f"linux-headers-{kernel}", source), mirror, *words)
    work = root.folder / "opt/made"
    shutil.rmtree(work, ignore_errors=True)
    for folder in (found.wheels, found.driver.parent):
        (work / folder.name).mkdir(parents=True)
    root.call("python3", "-m", "pip", "wheel", "-w", "/opt/made/wheels", *WHEELS, network=True)
    shutil.copy(_driver(root, kernel, source), work / kernel)
    _lgpio(work / found.lgpio.name)
    work.rename(made)
    shutil.rmtree(root.folder)
    return found


def _driver(root: Root, kernel: str, source: str) -> Path:
    """The module, built in that system."""
    folder = root.folder / "opt/gpio-sim"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    members = [f"{source}/{name}" for name in SOURCES]
    root.call("tar", "-xJf", f"/usr/src/{source}.tar.xz", "-C", "/opt/gpio-sim", *members)
    for name, called in SOURCES.items():
        text = (folder / source / name).read_text()
        (folder / called).write_text(text.replace(*INTERNAL))
    (folder / "Makefile").write_text(MAKEFILE)
    root.call("make", "-C", f"/usr/src/linux-headers-{kernel}", "M=/opt/gpio-sim", "modules")
    return folder / "gpio-sim.ko"


def _lgpio(folder: Path) -> None:
    """The modules of lgpio, in `folder`."""
    pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:")
    call(*pip, "--dest", folder, *LGPIO)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as zipped:
        for name in zipped.namelist():
            if name.endswith((".py", ".so")):
                plain = f"{name.partition('.')[0]}.{name.rpartition('.')[2]}"
                (folder / plain).write_bytes(zipped.read(name))
    wheel.unlink()

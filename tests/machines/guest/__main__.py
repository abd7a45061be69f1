"""edge-lip in a machine with a kernel, a camera's driver and a systemd of its own.

    PYTHONPATH=tests python -m machines.guest [FOLDER] [--scenarios NAME ...] [--rounds 6] [--long]
        [--small] [--json FILE]
        [--host pi@lips.local --command edge-lip/.venv/bin/edge-lip --ssh=-p2222]

In FOLDER a system of Debian trixie is made from this machine's mirror, once, with the wheel of the
working tree installed in it as docs/raspberry-pi.md says. QEMU boots it, without any help of the
processor, and each scenario is played there: its figures are seconds of that machine's clock, which
counts instructions, so that the load of this machine does not count. The camera is a program
(`inside/webcam.py`) on a USB cable that the kernel takes for a real one.

`--small` boots only what was made before, and plays the least: one text, the plug pulled out and
put in again. Where nothing was made, or something is missing, it says so and ends with 0.

`--host`: the machine is one that is on a desk, with a camera; the scenarios that need no emulated
one are played there, and a person is asked to pull its plug.

It takes root, 4 GB of disk, and one core. What is started is ended. Ends with 1 where a figure is
not as it has to be, or a scenario broke off.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from machines import roots
from machines.guest.bench import Asked, Bench, Emulated, Figure
from machines.guest.clips import make_clips
from machines.guest.host import INSIDE, Host, LostError
from machines.guest.qemu import Machine
from machines.guest.scenarios import SCENARIOS, Played
from machines.guest.system import build_system, is_made
from machines.wheels import build

FOLDER = Path("/var/tmp/edge-lip-machine")
SMALL = ("small",)
WIDTHS = (19, 40, 30, 8)


def options() -> argparse.Namespace:
    listed = "\n".join(f"  {name:19}{one.told}" for name, one in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        prog="python -m machines.guest",
        description="Play scenarios on a machine that is no mock.",
        epilog=f"scenarios:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER, help="4 GB; %(default)s")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=6, help="sentences from MJPG; %(default)s")
    parser.add_argument("--long", action="store_true", help="what takes minutes of its clock, too")
    parser.add_argument("--small", action="store_true", help="the least, of what was made before")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures")
    parser.add_argument("--wheel", type=Path, help="built before; the working tree's")
    parser.add_argument("--mirror", help="of Debian; the one that apt has here")
    parser.add_argument("--host", metavar="USER@NAME", help="a machine on a desk, by ssh")
    parser.add_argument("--ssh", action="append", default=[], metavar="OPTION", help="of ssh")
    parser.add_argument(
        "--command",
        default="edge-lip/.venv/bin/edge-lip",
        help="edge-lip on that machine; %(default)s",
    )
    return parser.parse_args()


def main() -> None:
    """Build, boot, play, tell."""
    asked = options()
    signal.signal(signal.SIGTERM, _leave)
    named = SMALL if asked.small else asked.scenarios
    usual = [name for name, one in SCENARIOS.items() if not one.named]
    chosen = {name: SCENARIOS[name] for name in named or usual}
    if asked.host:
        away = [name for name, one in chosen.items() if one.emulated]
        if asked.scenarios and away:
            sys.exit(f"only on an emulated machine: {' '.join(away)}")
        chosen = {name: one for name, one in chosen.items() if not one.emulated}
    start = time.monotonic()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="edge-lip-machine-")))
        bench = stack.enter_context(
            _desk(asked, scratch) if asked.host else _emulated(asked, scratch)
        )
        found = {name: _play(name, one, bench) for name, one in chosen.items()}
        system = bench.host.call("uname -srm; systemctl --version | head -1").splitlines()
    bad = sum(not figure.good for figures in found.values() for figure in figures)
    took = time.monotonic() - start
    print(f"{', '.join(system)}; {took / 60:.1f} min here; {bad or 'none'} not as it has to be")
    if asked.json:
        figures = {name: [vars(figure) for figure in seen] for name, seen in found.items()}
        table = {"system": system, "minutes": round(took / 60, 1), "scenarios": figures}
        asked.json.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    sys.exit(1 if bad else 0)


def _leave(*_: object) -> None:
    """End as after Ctrl-C, with all that was started; being asked again does not hurry it."""
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
    sys.exit(143)


@contextmanager
def _emulated(asked: argparse.Namespace, scratch: Path) -> Iterator[Bench]:
    """The machine in QEMU, with a camera plugged in."""
    try:
        roots.require(roots.TOOLS | {"ssh": "openssh-client"}, "machines.guest")
        if asked.small and not is_made(asked.folder):
            sys.exit(f"no system in {asked.folder} yet: make test-machine makes one")
    except SystemExit as missing:
        if not asked.small:
            raise
        print(f"the small form is left out: {missing}")
        sys.exit(0)
    asked.folder.mkdir(parents=True, exist_ok=True)
    folder = asked.folder.resolve()
    wheel = asked.wheel or build(scratch)
    system = build_system(folder, wheel, asked.mirror or roots.mirror())
    clips = make_clips(scratch / "clips")
    run = Path(tempfile.mkdtemp(prefix="run-", dir=folder))
    try:
        with Machine(system, run) as machine:
            start = time.monotonic()
            print("booting …", end=" ", flush=True)
            machine.boot()
            print(f"{time.monotonic() - start:.0f} s here", flush=True)
            host = machine.host
            host.put([*INSIDE.glob("*.py"), scratch / "clips"])
            camera = Emulated(host)
            camera.start(list(clips))
            yield Bench(
                host,
                camera,
                clips,
                scratch,
                asked.rounds,
                asked.long,
                machine,
            )
    finally:
        shutil.rmtree(run)


@contextmanager
def _desk(asked: argparse.Namespace, scratch: Path) -> Iterator[Bench]:
    """A machine that somebody has."""
    host = Host(asked.host, asked.command, tuple(asked.ssh))
    host.put(list(INSIDE.glob("*.py")))
    yield Bench(host, Asked(host), {}, scratch, asked.rounds, asked.long)


def _play(name: str, scenario: Played, bench: Bench) -> list[Figure]:
    """The figures of a scenario, shown as they come; the last tells where it broke off."""
    seen = []
    try:
        for figure in scenario.load()(bench):
            seen.append(figure)
            _show(name, figure)
    except LostError as lost:
        seen.append(Figure("broke off", str(lost), False))
        _show(name, seen[-1])
    return seen


def _show(name: str, figure: Figure) -> None:
    judged = "" if figure.good else f"WRONG {figure.wanted}"
    cells = (name, figure.what, figure.said, judged)
    widths = zip(cells, WIDTHS, strict=True)
    print(" ".join(cell.ljust(width) for cell, width in widths).rstrip(), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except LostError as lost:
        sys.exit(str(lost))

"""What the scenarios have in common: a machine, a camera in it, clips, and figures."""

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from machines.guest.clips import Clip
from machines.guest.host import FOLDER, Host, Line, LostError, Watched
from machines.guest.qemu import Machine

MODEL = "talker"
"""The one that reads rendered talkers."""
RUN = f"run {MODEL} --camera 0 --json --no-partials"
DO = {"unplug": "pull the camera's plug out", "plug": "put the camera's plug in again"}
"""What a person is asked for."""
PRESS = "and press Enter at that moment"
HAND = 2.0
BEGIN = 60.0
"""Seconds of its clock that a program has to begin: emulated disks are slow, too."""


@dataclass(frozen=True)
class Figure:
    """One thing that was seen."""

    what: str
    value: float | str
    good: bool = True
    wanted: str = ""
    """In a few words, where it is compared."""

    @property
    def said(self) -> str:
        return self.value if isinstance(self.value, str) else f"{self.value:.2f}"


def seconds(what: str, value: float, most: float, least: float = 0.0) -> Figure:
    """A time of the machine's own clock that may not be longer than `most`."""
    return Figure(f"{what} (s)", value, least <= value <= most, f"≤ {most:g}")


def is_true(what: str, good: bool, seen: str = "") -> Figure:
    """Something that has to be so; `seen` in its place."""
    return Figure(what, seen or ("yes" if good else "no"), good)


def equal(what: str, seen: str, wanted: str) -> Figure:
    """Two words that have to be the same."""
    return Figure(what, seen, seen == wanted, wanted)


class Camera(Protocol):
    """A camera that somebody or something can pull out."""

    def tell(self, *words: str) -> float:
        """Do what `inside/webcam.py` can be told; when, by the machine's clock."""


@dataclass
class Emulated:
    """The program `inside/webcam.py` as a service of the machine."""

    host: Host
    unit: str = "webcam"

    def start(self, clips: Sequence[str], *options: str) -> None:
        """Plug in a camera that shows `clips`, now and whenever the machine is booted; an earlier
        one of this unit is pulled out."""
        program = f"$HOME/{FOLDER}/webcam.py serve {' '.join(clips)} --door /run/{self.unit}"
        words = self.host.call(f"echo {program}").split()
        command = " ".join(("/usr/bin/python3", *words, *map(shlex.quote, options)))
        folder = self.host.call(f"echo $HOME/{FOLDER}/clips").strip()
        # What was plugged in all the time is there when a machine's services begin.
        text = f"""[Unit]
Before=edge-lip.service systemd-user-sessions.service
[Service]
WorkingDirectory={folder}
ExecStartPre=-modprobe -a vhci-hcd uvcvideo
ExecStart={command}
ExecStartPost=/bin/sh -c 'until test -e /dev/video0; do sleep 0.1; done'
[Install]
WantedBy=multi-user.target
"""
        self.host.write(f"/etc/systemd/system/{self.unit}.service", text)
        self.host.call(
            f"sudo systemctl daemon-reload; sudo systemctl enable -q {self.unit};"
            f" sudo systemctl restart {self.unit};"
            " for k in $(seq 100); do"
            f" test -S /run/{self.unit} && v4l2-ctl --list-devices 2> /dev/null | grep -q video"
            " && exit 0; sleep 0.1; done; exit 1"
        )

    def stop(self) -> None:
        """Pull it out for good."""
        self.host.call(f"sudo systemctl disable -q --now {self.unit}", check=False)

    def ask(self, *words: str) -> dict[str, float]:
        """Tell it something; what it answers."""
        door = f"--door /run/{self.unit}"
        said = self.host.call(f"python3 {FOLDER}/webcam.py tell {door} {' '.join(words)}")
        answer: dict[str, float] = json.loads(said)
        return answer

    def tell(self, *words: str) -> float:
        return self.ask(*words)["at"]


@dataclass
class Asked:
    """A camera on a desk, which a person is asked to pull out."""

    host: Host

    def tell(self, *words: str) -> float:
        if words[0] not in DO:
            raise LostError(f"nobody can make a camera {words[0]}")
        print(f"\n>> {DO[words[0]]}, {PRESS}", end=" ", flush=True)
        sys.stdin.readline()
        return self.host.now()


@dataclass
class Bench:
    """What a scenario works with."""

    host: Host
    camera: Camera
    clips: Mapping[str, Clip]
    scratch: Path
    """A folder here for what a scenario makes."""
    rounds: int
    long: bool
    """Whether there is time for what takes minutes of the machine's clock."""
    machine: Machine | None = None

    @property
    def talks(self) -> bool:
        """Whether who is before the camera says what is wanted: a person does not."""
        return isinstance(self.camera, Emulated)

    @property
    def hand(self) -> float:
        """Seconds by which a person's hands are apart, one at the plug and one at the key."""
        return 0.0 if isinstance(self.camera, Emulated) else HAND

    @property
    def power(self) -> Machine:
        """The switch of an emulated machine."""
        assert self.machine
        return self.machine

    @property
    def emulated(self) -> Emulated:
        """The camera, which only an emulated machine can make do all."""
        assert isinstance(self.camera, Emulated)
        return self.camera

    @contextmanager
    def reading(self, run: str = RUN) -> Iterator[Watched]:
        """`edge-lip run` on the camera, from its first frames on; it has to end with 0."""
        with self.host.watch(f"{self.host.command} {run}", "edge-lip") as program:
            if isinstance(self.camera, Emulated):
                self.until_streaming(program)
            else:
                program.hear(5)
            yield program
            ended = program.end()
            if ended.ended != 0:
                raise LostError(f"edge-lip ended with {ended.ended} after SIGTERM")

    def until_streaming(self, program: Watched, camera: Emulated | None = None) -> None:
        """Wait until somebody fetches pictures of the camera, and has done so for a second."""
        camera = camera or self.emulated
        before = camera.ask("count")["sent"]
        program.hear(0.0)
        began = program.now
        while camera.ask("count")["sent"] < before + 25:
            for line in program.hear(0.5):
                if line.ended is not None:
                    raise LostError(f"edge-lip ended with {line.ended}: {program.said[-2:]}")
            if program.now - began > BEGIN:
                raise LostError(f"no picture was fetched within {BEGIN:.0f} s")

    def text(
        self,
        program: Watched,
        clip: str,
        patience: float = 8.0,
        camera: Emulated | None = None,
    ) -> tuple[str, float, Line]:
        """Play a clip; the text, seconds from the last word to it, and its line."""
        first = len(program.said)
        began = (camera or self.emulated).tell("play", clip)
        end = began + self.clips[clip].seconds + patience
        while program.now < end:
            for line in program.said[first:]:
                if line.event.get("kind") == "final" and line.at > began:
                    return str(line.event["text"]), line.at - began - self.clips[clip].said, line
            program.hear(0.5)
        said = " | ".join(line.text[:200] for line in program.said[first:])
        raise LostError(f"no text of {clip} came within {patience:.0f} s ({said or 'not a word'})")


def unplug(bench: Bench, program: Watched, away: float) -> tuple[float, float]:
    """Pull the camera out for so many seconds; when it was, and when it is plugged in again.

    An emulated one is plugged in by itself, in the time that follows.
    """
    if isinstance(bench.camera, Emulated):
        pulled = bench.camera.tell("unplug", f"{away:g}")
        return pulled, pulled + away
    pulled = bench.camera.tell("unplug")
    program.hear(away)
    return pulled, bench.camera.tell("plug")


def says(words: str) -> Callable[[Line], bool]:
    """Whether a line is an event of the source that has these words."""
    return lambda line: words in str(line.event.get("message", ""))

"""A USB webcam made of a program: the kernel's own USB stack and `uvcvideo` find it, and drive it.

    webcam.py serve CLIP [CLIP ...] [--door PATH] [--name NAME] [--rates 25 ...] [--isochronous]
    webcam.py tell [--door PATH] unplug [SECONDS] | plug | hang SECONDS | freeze SECONDS
                                 | rate FPS | break COUNT | play CLIP | count | quit

Runs in the machine that is tested, as root, by its own Python, with `vhci-hcd` and `uvcvideo`
loaded. The kernel takes one end of a pair of sockets for a USB cable (Documentation/usb/
usbip_protocol.rst); what comes out of the other are requests of a bus, which are answered as the
USB Video Class 1.0 says. A CLIP is a folder of numbered JPEG pictures, `fps` that says their rate,
and perhaps `small.yuyv`, the same pictures without compression (the first CLIP has to have one).
Between clips the first second of one goes back and forth.

`tell` prints what was done as JSON, `at` what CLOCK_MONOTONIC.
"""

import argparse
import json
import os
import select
import socket
import struct
import sys
import time
from collections import deque
from pathlib import Path

PORTS = Path("/sys/devices/platform/vhci_hcd.0")
DOOR = "/run/webcam"
HIGH_SPEED = 3
FREE = "004"
"""State of a port without a device (VDEV_ST_NULL)."""
STALL, GONE = -32, -104
"""-EPIPE: a request that the device does not know; -ECONNRESET: one that was called back."""
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
MJPG, YUYV = 1, 2
SIZES = {MJPG: (640, 480), YUYV: (320, 240)}
BULK = 16384
"""Bytes of a payload: what `uvcvideo` asks for at once of a bulk endpoint of 512."""
ISOCHRONOUS = 3 * 1024
"""Bytes of a packet, three transactions of a microframe, each fourth microframe."""
PACKET_TIME = 0.0005
HEADER = 2
REST = 1.0
"""Seconds of a clip's start that are shown while none is played."""


def descriptor(kind: int, layout: str, *fields: int | bytes) -> bytes:
    """A USB descriptor: its length, its kind, and `fields` as `struct` lays them out."""
    body = struct.pack("<" + layout, *fields)
    return struct.pack("BB", len(body) + 2, kind) + body


class Device:
    """What the camera says of itself, and what it was asked to give."""

    def __init__(self, name: str, rates: list[float], isochronous: bool) -> None:
        self.isochronous = isochronous
        self.intervals = [round(1e7 / rate) for rate in rates]  # of 100 ns
        self.format, self.interval = MJPG, self.intervals[0]
        self.strings = {1: "edge-lip", 2: name, 3: "0001"}
        self.device = descriptor(
            1, "HBBBBHHHBBBB", 0x0200, 0xEF, 2, 1, 64, 0x1209, 0x0001, 0x0100, 1, 2, 3, 1
        )
        self.configuration = self._configuration()

    def _frame(self, subtype: int, form: int) -> bytes:
        width, height = SIZES[form]
        size, count = width * height * 2, len(self.intervals)
        bits = [int(size * 8 * 1e7 / interval) for interval in self.intervals]
        head = (subtype, 1, 0, width, height, min(bits), max(bits), size, self.intervals[0], count)
        return descriptor(0x24, f"BBBHHIIIIB{count}I", *head, *self.intervals)

    def _configuration(self) -> bytes:
        terminal = descriptor(0x24, "BBHBBHHHBH", 2, 1, 0x0201, 0, 0, 0, 0, 0, 2, 0)
        output = descriptor(0x24, "BBHBBB", 3, 2, 0x0101, 0, 1, 0)
        size = 13 + len(terminal) + len(output)
        control = descriptor(0x24, "BHHIBB", 1, 0x0100, size, 48_000_000, 1, 1) + terminal + output
        guid = b"YUY2" + bytes.fromhex("00001000800000aa00389b71")
        formats = (
            descriptor(0x24, "BBBBBBBBB", 6, MJPG, 1, 1, 1, 0, 0, 0, 0)
            + self._frame(7, MJPG)
            + descriptor(0x24, "BBB16sBBBBBB", 4, YUYV, 1, guid, 16, 1, 0, 0, 0, 0)
            + self._frame(5, YUYV)
        )
        head = (1, 2, 15 + len(formats), 0x81, 0, 2, 0, 0, 0, 1, 0, 0)
        formats = descriptor(0x24, "BBHBBBBBBBBB", *head) + formats
        if self.isochronous:
            stream = (
                descriptor(4, "BBBBBBB", 1, 0, 0, 14, 2, 0, 0)
                + formats
                + descriptor(4, "BBBBBBB", 1, 1, 1, 14, 2, 0, 0)
                + descriptor(5, "BBHB", 0x81, 5, 1024 | 2 << 11, 3)
            )
        else:
            stream = descriptor(4, "BBBBBBB", 1, 0, 1, 14, 2, 0, 0) + formats
            stream += descriptor(5, "BBHB", 0x81, 2, 512, 0)
        parts = (
            descriptor(11, "BBBBBB", 0, 2, 14, 3, 0, 2)
            + descriptor(4, "BBBBBBB", 0, 0, 0, 14, 1, 0, 2)
            + control
            + stream
        )
        return descriptor(2, "HBBBBB", 9 + len(parts), 2, 1, 0, 0x80, 250) + parts

    @property
    def payload(self) -> int:
        """Bytes of a transfer at most."""
        return ISOCHRONOUS if self.isochronous else BULK

    def answer(self, setup: bytes, data: bytes) -> bytes | None:
        """What is said to a request on endpoint 0; None for one that is not known.

        `data` is what came with it, for one that sets something; then nothing is said.
        """
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        high, low = value >> 8, value & 255
        if (kind, request) == (0x80, 6):  # get descriptor
            found = {
                1: self.device,
                2: self.configuration,
                3: self._string(low),
                6: descriptor(6, "HBBBBBB", 0x0200, 0xEF, 2, 1, 64, 1, 0),
            }.get(high)
            return found[:length] if found else None
        if kind in (0x80, 0x81, 0x82) and request == 0:  # get status
            return bytes(2)[:length]
        if kind in (0x00, 0x01, 0x02):  # set address, configuration, interface; clear a halt
            return b""
        if kind in (0x21, 0xA1) and index & 255 == 1 and high in (1, 2):  # probe, commit
            return self._negotiate(kind, request, high == 2, data)[:length]
        return None

    def _string(self, index: int) -> bytes | None:
        if index == 0:
            return descriptor(3, "H", 0x0409)
        text = self.strings.get(index, "").encode("utf-16-le")
        return descriptor(3, f"{len(text)}s", text) if text else None

    def _negotiate(self, kind: int, request: int, commit: bool, data: bytes) -> bytes:
        if kind == 0x21:  # set
            self.format = data[2] if data[2] in SIZES else MJPG
            (wanted,) = struct.unpack_from("<I", data, 4)
            self.interval = min(self.intervals, key=lambda one: abs(one - wanted))
            if commit:
                told("streams", format={MJPG: "MJPG", YUYV: "YUYV"}[self.format], rate=self.rate)
            return b""
        if request in (0x85, 0x86):  # length of the block; get and set are possible
            return struct.pack("<H", 26) if request == 0x85 else b"\3"
        width, height = SIZES[self.format]
        words = (1, self.format, 1, self.interval, 0, 0, 0, 0, 0, width * height * 2, self.payload)
        return struct.pack("<HBBIHHHHHII", *words)

    @property
    def rate(self) -> float:
        """Pictures a second that were agreed on."""
        return 1e7 / self.interval


class Film:
    """Which picture is shown at a time."""

    def __init__(self, clips: list[Path]) -> None:
        width, height = SIZES[YUYV]
        size = width * height * 2
        self.clips: dict[str, dict[int, list[bytes]]] = {}
        for clip in clips:
            small = clip / "small.yuyv"
            raw = (small if small.exists() else clips[0] / "small.yuyv").read_bytes()
            self.clips[clip.name] = {
                MJPG: [path.read_bytes() for path in sorted(clip.glob("*.jpg"))],
                YUYV: [raw[start : start + size] for start in range(0, len(raw), size)],
            }
        self.fps = float((clips[0] / "fps").read_text())
        self.shown = clips[0].name
        self.start: float | None = None
        self.frozen_until = 0.0
        self.broken = 0
        self._last = 0

    def play(self, clip: str, now: float) -> None:
        """Begin `clip` with the next picture."""
        self.shown, self.start = clip, now

    def picture(self, now: float, form: int) -> bytes:
        """What the lens sees now; JPEG pictures may be cut off."""
        pictures = self.clips[self.shown][form]
        if now >= self.frozen_until:
            self._last = self._place(now, len(pictures))
        picture = pictures[self._last]
        if self.broken:
            self.broken -= 1
            return picture[: len(picture) // 3]
        return picture

    def _place(self, now: float, count: int) -> int:
        if self.start is not None:
            place = int((now - self.start) * self.fps + 0.5)
            if place < count:
                return place
            self.start = None
        rest = max(2, int(REST * self.fps))
        step = int(now * self.fps + 0.5) % (2 * rest - 2)
        return step if step < rest else 2 * rest - 2 - step


class Webcam:
    """The camera on its cable."""

    def __init__(self, device: Device, film: Film) -> None:
        self.device, self.film = device, film
        self.cable: socket.socket | None = None
        self.slowest = 1000.0
        """Pictures a second at most, whatever was agreed on."""
        self.hangs_until = 0.0
        self.plugged_at: float | None = None
        """When it is to be plugged in again."""
        self.sent = self.late = 0
        self._still()

    def _still(self) -> None:
        self._received = bytearray()
        self._asked: deque[tuple[int, int, list[int], int]] = deque()
        """Transfers that wait for pictures: number, bytes, bytes of each packet, first frame."""
        self._parts: deque[bytes] = deque()
        self._streams = False
        self._due = self._packets_due = 0.0
        self._toggle = 0

    def plug(self) -> None:
        """Put the cable into the first free port."""
        lines = [line.split() for line in (PORTS / "status").read_text().splitlines()]
        port = next(line[1] for line in lines if line[0] == "hs" and line[2] == FREE)
        self.cable, theirs = socket.socketpair()
        with theirs:
            words = (int(port), theirs.fileno(), 0x10000 + int(port) + 1, HIGH_SPEED)
            (PORTS / "attach").write_text(" ".join(map(str, words)))
        self.plugged_at = None
        self._still()

    def unplug(self) -> None:
        """Pull it out."""
        if self.cable:
            self.cable.close()
        self.cable = None
        self._still()

    def receive(self) -> None:
        """Take what the kernel has sent, and answer what can be answered at once."""
        assert self.cable
        more = self.cable.recv(1 << 16)
        if not more:
            told("the kernel let go of the cable")
            self.unplug()
            return
        self._received += more
        while self._one():
            pass

    def _one(self) -> bool:
        """One whole request, if it is there."""
        data = self._received
        if len(data) < 48:
            return False
        command, number, _, inwards, endpoint = struct.unpack_from(">5I", data)
        if command == UNLINK:
            (back,) = struct.unpack_from(">I", data, 20)
            del data[:48]
            left = deque(asked for asked in self._asked if asked[0] != back)
            status = GONE if len(left) < len(self._asked) else 0
            self._asked = left
            self._send(struct.pack(">5Ii24x", UNLINKED, number, 0, 0, 0, status))
            return True
        _, length, first, packets, _ = struct.unpack_from(">Iiiii", data, 20)
        packets = max(packets, 0)
        end = 48 + (0 if inwards else length) + 16 * packets
        if len(data) < end:
            return False
        setup, rest = bytes(data[40:48]), bytes(data[48:end])
        del data[:end]
        if endpoint == 0:
            self._control(number, setup, rest)
        else:
            rooms = [struct.unpack_from(">I", rest, 16 * k + 4)[0] for k in range(packets)]
            if not self._streams:
                self._streams = True
                self._due = self._packets_due = time.monotonic()
            self._asked.append((number, length, rooms, first))
        return True

    def _control(self, number: int, setup: bytes, data: bytes) -> None:
        if setup[:2] in (b"\1\x0b", b"\2\1"):  # another alternate setting, a halt that is cleared
            self._streams = False
            self._parts.clear()
        answer = self.device.answer(setup, data)
        if answer is None:
            self._give(number, b"", status=STALL)
        else:
            self._give(number, answer, actual=len(data) if data else len(answer))

    def _give(
        self,
        number: int,
        data: bytes,
        actual: int | None = None,
        status: int = 0,
        packets: bytes = b"",
        first: int = 0,
    ) -> None:
        actual = len(data) if actual is None else actual
        words = (SUBMITTED, number, 0, 0, 0, status, actual, first, len(packets) // 16, 0)
        self._send(struct.pack(">5I5i8x", *words) + data + packets)

    def _send(self, data: bytes) -> None:
        if self.cable:
            try:
                self.cable.sendall(data)
            except OSError:
                self.unplug()

    def work(self, now: float) -> float:
        """Send what is due; the seconds until something will be."""
        if self.plugged_at is not None and now >= self.plugged_at:
            self.plug()
            told("plugged in")
        if not self.cable or not self._streams or now < self.hangs_until:
            ends = [t for t in (self.plugged_at, self.hangs_until) if t is not None and t > now]
            return min([1.0, *(end - now for end in ends)])
        if now >= self._due:
            self._expose()
        if self.device.isochronous:
            wait = self._send_packets(now)
        else:
            while self._asked and self._parts:
                number, length, _, _ = self._asked.popleft()
                self._give(number, self._parts.popleft()[:length])
            wait = 1.0
        return max(0.0, min(wait, self._due - time.monotonic()))

    def _expose(self) -> None:
        """Take a picture, unless nobody has fetched the one before."""
        if self._parts:
            self.late += 1
        else:
            picture = self.film.picture(self._due, self.device.format)
            size = self.device.payload - HEADER
            starts = range(0, len(picture), size)
            for start in starts:
                flags = 0x80 | self._toggle | (2 if start == starts[-1] else 0)
                self._parts.append(bytes((HEADER, flags)) + picture[start : start + size])
            self._toggle ^= 1
            self.sent += 1
        self._due += max(1 / self.device.rate, 1 / self.slowest)
        if self._due < time.monotonic() - 0.5:  # it hung, or the machine did
            self._due = time.monotonic()

    def _send_packets(self, now: float) -> float:
        """Isochronous transfers are answered when their time has passed, full or empty."""
        while self._asked and now >= self._packets_due:
            number, _, rooms, first = self._asked.popleft()
            parts = [self._parts.popleft() if self._parts else b"" for _ in rooms]
            table = b"".join(
                struct.pack(">4I", sum(rooms[:k]), rooms[k], len(part), 0)
                for k, part in enumerate(parts)
            )
            self._give(number, b"".join(parts), packets=table, first=first)
            self._packets_due = max(self._packets_due, now - 0.1) + len(rooms) * PACKET_TIME
        return self._packets_due - now if self._asked else 1.0

    def obey(self, word: str, value: str) -> dict[str, object]:
        """Do what somebody tells, and say what came of it."""
        now = time.monotonic()
        if word == "unplug":
            self.unplug()
            self.plugged_at = now + float(value) if value else None
        elif word == "plug":
            self.plug()
        elif word == "hang":
            self.hangs_until = now + float(value)
        elif word == "freeze":
            self.film.frozen_until = now + float(value)
        elif word == "rate":
            self.slowest = float(value)
        elif word == "break":
            self.film.broken = int(value)
        elif word == "play":
            if value not in self.film.clips:
                return {"at": now, "error": f"no clip {value}"}
            self.film.play(value, now)
        elif word != "count":
            return {"at": now, "error": f"what is {word}?"}
        return {"at": now, "sent": self.sent, "late": self.late}


def told(what: str, **more: object) -> None:
    """A line for whoever reads the output."""
    print(json.dumps({"at": time.monotonic(), "webcam": what, **more}), flush=True)


def serve(options: argparse.Namespace) -> None:
    device = Device(options.name, options.rates, options.isochronous)
    camera = Webcam(device, Film(options.clips))
    Path(options.door).unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    door.bind(options.door)
    os.chmod(options.door, 0o666)
    camera.plug()
    told("plugged in")
    while True:
        wait = camera.work(time.monotonic())
        ready, _, _ = select.select([door, *([camera.cable] if camera.cable else [])], [], [], wait)
        if camera.cable in ready:
            camera.receive()
        if door in ready:
            line, sender = door.recvfrom(4096)
            word, _, value = line.decode().partition(" ")
            answer: dict[str, object] = {"at": time.monotonic()}
            if word != "quit":
                answer = camera.obey(word, value)
            told(line.decode(), **{k: v for k, v in answer.items() if k != "at"})
            door.sendto(json.dumps(answer).encode(), sender)
            if word == "quit":
                camera.unplug()
                return


def tell(options: argparse.Namespace) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mine:
        mine.settimeout(30)
        mine.bind("")  # an abstract name that the kernel chooses
        mine.sendto(" ".join(options.words).encode(), options.door)
        answer = mine.recv(4096).decode()
    print(answer)
    if "error" in json.loads(answer):
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description="A USB webcam made of a program.")
    verbs = parser.add_subparsers(required=True)
    served = verbs.add_parser("serve")
    served.add_argument("clips", type=Path, nargs="+")
    served.add_argument("--name", default="Test Webcam")
    served.add_argument("--rates", type=float, nargs="+", default=[25.0])
    served.add_argument("--isochronous", action="store_true")
    served.set_defaults(do=serve)
    told_to = verbs.add_parser("tell")
    told_to.add_argument("words", nargs="+")
    told_to.set_defaults(do=tell)
    for one in (served, told_to):
        one.add_argument("--door", default=DOOR)
    options = parser.parse_args()
    options.do(options)


if __name__ == "__main__":
    main()

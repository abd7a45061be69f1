"""Read a keyboard as any program does.

    keys.py NAME

Waits for a device of that name, and says `listens`; then, when no key has come for half a second,
`typed TEXT` and, before it, `for SECONDS` since the last.
"""

import select
import sys
import time

import evdev

LETTERS = {f"KEY_{letter}": letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
LETTERS["KEY_SPACE"] = " "
PAUSE = 0.5


def find(name: str) -> evdev.InputDevice:
    while True:
        for path in evdev.list_devices():
            device = evdev.InputDevice(path)
            if device.name == name:
                return device
        time.sleep(0.2)


def main() -> None:
    device = find(sys.argv[1])
    print("listens", flush=True)
    typed, last = "", 0.0
    while True:
        if not select.select([device], [], [], PAUSE if typed else None)[0]:
            print(f"for {time.monotonic() - last:.3f}\ntyped {typed.strip()}", flush=True)
            typed = ""
            continue
        for event in device.read():
            if event.type == evdev.ecodes.EV_KEY and event.value == 1:
                last = time.monotonic()
                typed += LETTERS.get(evdev.ecodes.KEY[event.code], "?")


if __name__ == "__main__":
    main()

"""A service tells systemd that it is ready, and that it still reads.

The protocol is that of sd_notify(3): one datagram to the socket that NOTIFY_SOCKET names.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from ..reading.observation import Observation, Observer

EVERY = 1.0
"""Seconds between beats at least."""


class Heartbeat:
    """An observer: ready with the first frame that was read, alive with those that follow.

    Nothing beats by itself: where reading is stuck, or no frame comes, systemd hears nothing and
    starts the service anew after its `WatchdogSec`.
    """

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`address`: a path, or `@` and an abstract name."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._clock = clock
        self._last: float | None = None

    def __call__(self, observation: Observation) -> None:
        """A frame was read."""
        now = self._clock()
        if self._last is None:
            self._tell("READY=1\nWATCHDOG=1")
        elif now - self._last < EVERY:
            return
        else:
            self._tell("WATCHDOG=1")
        self._last = now

    def _tell(self, state: str) -> None:
        # Nobody listens, or not now: reading goes on, and who waits for a beat draws conclusions.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.setblocking(False)
            door.sendto(state.encode(), self._address)


def heartbeats() -> list[Observer]:
    """One for who runs as a service of the kind `Type=notify`; none for anybody else."""
    address = os.environ.get("NOTIFY_SOCKET")
    return [Heartbeat(address)] if address else []

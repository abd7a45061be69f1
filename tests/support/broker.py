"""A broker of one's own, and somebody who listens to it."""

import shutil
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Thread
from typing import IO

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.publish import single

PATIENCE = 60.0


class Broker:
    """mosquitto on a free port of the loopback; stopped and started as often as one likes."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            pytest.skip("needs mosquitto: sudo apt install mosquitto")
        self._program = program
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = folder / "mosquitto.conf"
        self._passwords = folder / "passwords"
        self._running: subprocess.Popen[str] | None = None
        self._log: SimpleQueue[str] = SimpleQueue()

    def start(self, user: str | None = None, password: str = "") -> None:
        """Return when it answers; with `user`, it answers that one only."""
        lines = [f"listener {self.port} 127.0.0.1", "persistence false", "user root"]
        if user is None:
            lines.append("allow_anonymous true")
        else:
            call = ["mosquitto_passwd", "-b", "-c", str(self._passwords), user, password]
            subprocess.run(call, check=True, capture_output=True)
            lines += ["allow_anonymous false", f"password_file {self._passwords}"]
        self._settings.write_text("\n".join(lines) + "\n")
        self._running = subprocess.Popen(
            [self._program, "-c", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._running.stderr
        Thread(target=self._follow, args=(self._running.stderr,), daemon=True).start()
        self.wait_for(" running")

    def wait_for(self, remark: str) -> None:
        """Return when it has made `remark` once more in its log."""
        while remark not in self._log.get(timeout=PATIENCE):
            pass

    def publish(self, topic: str, payload: str, retain: bool = True) -> None:
        """Let somebody say `payload`; return when the broker has it."""
        single(topic, payload, 1, retain, hostname="127.0.0.1", port=self.port)

    def stop(self, kill: bool = False) -> None:
        """End it, as its service does, or a power cut."""
        if self._running:
            self._running.kill() if kill else self._terminate(self._running)
            self._running.wait(PATIENCE)
            self._running = None

    def _terminate(self, running: "subprocess.Popen[str]") -> None:
        # It says that it runs before it does, and forgets a signal that comes in between.
        for _ in range(int(PATIENCE)):
            running.terminate()
            with suppress(subprocess.TimeoutExpired):
                running.wait(1)
                return

    def _follow(self, log: IO[str]) -> None:
        with log:
            for line in log:
                self._log.put(line)


class Listener:
    """Everything that is published, from now on and kept from before, in its order."""

    def __init__(self, port: int) -> None:
        self.heard: list[MQTTMessage] = []
        self._subscribed = False
        self._news = Condition()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.on_subscribe = self._on_subscribe
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", qos=1)
        self._client.loop_start()
        with self._news:
            assert self._news.wait_for(lambda: self._subscribed, PATIENCE)

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def of(self, topic: str) -> list[str]:
        """What was published there."""
        return [message.payload.decode() for message in self.heard if message.topic == topic]

    def wait(self, topic: str, *payloads: str) -> None:
        """Return when `payloads` are the last that were published there."""

        self.until(lambda: self.of(topic)[-len(payloads) :] == list(payloads))

    def until(self, condition: Callable[[], bool]) -> None:
        """Return when `condition` holds, which is looked at with each message."""
        with self._news:
            said = [(message.topic, message.payload) for message in self.heard]
            assert self._news.wait_for(condition, PATIENCE), said

    def _on_subscribe(self, *_: object) -> None:
        with self._news:
            self._subscribed = True
            self._news.notify_all()

    def _hear(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        with self._news:
            self.heard.append(message)
            self._news.notify_all()

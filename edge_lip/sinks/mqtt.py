"""Events for an MQTT broker."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ..errors import SinkError, UsageError
from ..events import Event
from ..system.specs import SpecKey, number, parse
from ..system.streams import tell
from . import OUTPUTS
from .homeassistant import Message, availability, discovery, states
from .queued import EVERYTHING

if TYPE_CHECKING:
    from paho.mqtt.client import Client
    from paho.mqtt.reasoncodes import ReasonCode

PASSWORD = "EDGE_LIP_MQTT_PASSWORD"
"""The environment variable that may have it."""
PORT = 1883
KEEPALIVE = 15
"""Seconds; a device that is gone without a word is offline after half as many more."""
RETRY = (1, 30)
"""Seconds between attempts to connect: the first, doubled from one to the next, and the most."""
GOODBYE = 0.1
"""Seconds for each of the last two messages."""
KEYS = {
    "name": SpecKey(str, "a name"),
    "discovery": SpecKey(str, "a topic, or 0 for none"),
    "keep": number(1, 10000),
    "password_file": SpecKey(str, "a file"),
}


class Mqtt:
    """Publishes events, each until the broker has acknowledged it; connects again and again."""

    takes = EVERYTHING
    acts = True

    def __init__(self, spec: str) -> None:
        """Begin to connect to `//[user@]host[:port]/topic[?key=value[&key=value...]]`.

        Raises `UsageError` for what is no such address, `SinkError` without paho-mqtt or for a
        password that can't be read. A broker that does not answer is told of, not raised.
        """
        address, settings = parse(f"mqtt:{spec}", KEYS, "an MQTT output")
        host, port, user, self._topic = parts_of(address)
        self.name = f"mqtt://{host}:{port}/{self._topic}"
        self.keep = int(settings.get("keep", 100))
        self._prefix: str = settings.get("discovery", "homeassistant")
        self._device: str = settings.get("name", "Lips")
        self._client = _client()
        # Shared with the client's thread, which calls all that begins with _on.
        self._changed = Condition()
        self._connected = self._closed = False
        self._acknowledged: set[int] = set()
        self._troubled = False
        if user is not None:
            self._client.username_pw_set(user, password_of(settings.get("password_file")))
        will = availability(self._topic, here=False)
        self._client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        self._client.reconnect_delay_set(*RETRY)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.connect_async(host, port, KEEPALIVE)
        self._client.loop_start()

    def deliver(self, event: Event) -> None:
        """See `Output.deliver`: waits for the broker, however long it is away."""
        self._wait(lambda: self._connected)
        sent = {self._publish(message) for message in states(self._topic, event)}
        self._wait(lambda: sent <= self._acknowledged)
        with self._changed:
            self._acknowledged.clear()

    def close(self) -> None:
        """Say that the device is offline, and hang up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            connected = self._connected
        if connected:
            last = self._publish(availability(self._topic, here=False))
            with self._changed:
                self._changed.wait_for(lambda: last in self._acknowledged, GOODBYE)
        self._client.disconnect()
        with self._changed:
            self._changed.wait_for(lambda: not self._connected, GOODBYE)

    def _wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: condition() or self._closed)
            if not condition():
                raise SinkError("the broker has not taken the last event")

    def _publish(self, message: Message) -> int:
        """Send `message`, now or when there is a connection again; gives its number."""
        return self._client.publish(message.topic, message.payload, 1, message.retain).mid

    def _on_connect(
        self, client: "Client", userdata: Any, flags: Any, reason: "ReasonCode", properties: Any
    ) -> None:
        if reason.is_failure:
            self._trouble(f"the broker refuses the connection: {reason}")
            return
        if self._prefix != "0":
            for message in discovery(self._topic, self._prefix, self._device):
                self._publish(message)
        self._publish(availability(self._topic, here=True))
        if self._troubled:
            tell(f"{self.name}: the broker is there again")
        with self._changed:
            self._connected, self._troubled = True, False
            self._changed.notify_all()

    def _on_connect_fail(self, client: "Client", userdata: Any) -> None:
        self._trouble("no broker answers there")

    def _on_disconnect(self, client: "Client", userdata: Any, *why: Any) -> None:
        with self._changed:
            self._connected = False
            self._changed.notify_all()
        self._trouble("the broker is gone")

    def _on_publish(self, client: "Client", userdata: Any, number: int, *how: Any) -> None:
        with self._changed:
            self._acknowledged.add(number)
            self._changed.notify_all()

    def _trouble(self, text: str) -> None:
        """Tell once why there is no connection."""
        if not self._troubled and not self._closed:
            tell(f"{self.name}: {text}; trying again, the last {self.keep} events are kept")
        self._troubled = True


def parts_of(address: str) -> tuple[str, int, str | None, str]:
    """Host, port, user and topic of an address; raises `UsageError`."""
    wanted = "--to mqtt://[user@]host[:port]/topic"
    parts = urlsplit(address)
    if parts.password is not None:
        raise UsageError(
            f"a password on the command line is seen by everybody on this machine: {PASSWORD} in "
            "the environment has it, or ?password_file=FILE"
        )
    host, topic = parts.hostname or "", parts.path.strip("/")
    try:
        port = parts.port or PORT
        host.encode("idna")  # as who connects does, in a thread
    except ValueError as error:
        raise UsageError(f"{address} has no such host or port: {wanted}") from error
    if not host or not topic or set(address) & set("#+"):
        raise UsageError(f"{address} is no place to publish at: {wanted}, without + and #")
    return host, port, None if parts.username is None else unquote(parts.username), topic


def password_of(path: str | None) -> str | None:
    """What is in the file, else in the environment; raises `SinkError`."""
    if path is None:
        return os.environ.get(PASSWORD)
    try:
        return Path(path).expanduser().read_text().strip()
    except (OSError, ValueError) as error:
        raise SinkError(f"the password in {path} can't be read: {error}") from error


def _client() -> "Client":
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError as error:
        raise SinkError(f"mqtt needs paho-mqtt 2: {OUTPUTS['mqtt'].install}") from error
    return Client(CallbackAPIVersion.VERSION2)

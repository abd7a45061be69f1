"""One connection with an MQTT broker, from its begin to its end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING, Any

from ..errors import SinkError
from . import OUTPUTS
from .homeassistant import Message

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode

Hear = Callable[[str, bool], None]
"""Takes a payload, and whether the broker has kept it from before."""
KEEPALIVE = 15
"""Seconds; a device that is gone without a word is offline after half as many more."""


@dataclass(frozen=True)
class Address:
    """Where a broker is, and who comes."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None


class Connection:
    """Publishes until it is lost; then nothing is left of it.

    A client that connects by itself again would send once more what was not acknowledged, however
    long ago it was said. `changed` is told whenever something here has changed.
    """

    def __init__(
        self, address: Address, will: Message, hear: Mapping[str, Hear], changed: Condition
    ) -> None:
        """Begin to connect. `will` is what the broker says when this end is gone without a word;
        `hear` has, for each topic to listen to, what takes its messages, with `changed` held.

        Raises `SinkError` without paho-mqtt, OSError where nobody answers.
        """
        self._client = make_client()
        self._hear = hear
        self._changed = changed
        self.connected = self.gone = False
        self.refusal = ""
        """Why the broker does not want it."""
        self._acknowledged: set[int] = set()
        if address.user is not None:
            self._client.username_pw_set(address.user, address.password)
        self._client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message
        self._client.connect(address.host, address.port, KEEPALIVE)
        self._client.loop_start()

    def publish(self, messages: Iterable[Message]) -> set[int]:
        """Send `messages`; gives their numbers."""
        return {
            self._client.publish(message.topic, message.payload, 1, message.retain).mid
            for message in messages
        }

    def has(self, numbers: set[int]) -> bool:
        """Whether the broker has taken all of them."""
        return numbers <= self._acknowledged

    def forget(self) -> None:
        """Nobody asks for what was sent so far: numbers are given again."""
        self._acknowledged.clear()

    def close(self) -> None:
        """Hang up."""
        self._client.disconnect()

    # What follows is called by the client's thread.

    def _on_connect(
        self, client: Any, userdata: Any, flags: Any, reason: "ReasonCode", properties: Any
    ) -> None:
        if not reason.is_failure:
            for topic in self._hear:
                client.subscribe(topic, 1)
        with self._changed:
            self.connected = not reason.is_failure
            self.refusal = str(reason) if reason.is_failure else ""
            self._changed.notify_all()

    def _on_disconnect(self, client: Any, userdata: Any, *why: Any) -> None:
        with self._changed:
            self.gone = True
            self._changed.notify_all()

    def _on_publish(self, client: Any, userdata: Any, number: int, *how: Any) -> None:
        with self._changed:
            self._acknowledged.add(number)
            self._changed.notify_all()

    def _on_message(self, client: Any, userdata: Any, message: "MQTTMessage") -> None:
        payload = message.payload.decode(errors="replace")
        with self._changed:
            self._hear[message.topic](payload, message.retain)
            self._changed.notify_all()


def make_client(lasting: bool = False) -> Any:
    """A client that connects once, or again and again; raises `SinkError` without paho-mqtt."""
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError as error:
        raise SinkError(f"mqtt needs paho-mqtt 2: {OUTPUTS['mqtt'].install}") from error
    return Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=lasting)

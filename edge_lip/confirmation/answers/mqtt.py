"""Answers that come through an MQTT broker: `yes` or `no` in the topic `.../answer`."""

from typing import TYPE_CHECKING, Any

from ...sinks.broker import KEEPALIVE, make_client
from ...sinks.mqtt import RETRY, parts_of, password_of
from ...system.specs import SpecKey, parse
from ...system.streams import tell
from ..confirmation import Confirmation

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage

ANSWER = "answer"
"""Below the topic."""
KEYS = {"password_file": SpecKey(str, "a file")}


class Mqtt:
    """See `Answering`. It connects again and again; what it missed meanwhile is no answer any more,
    and neither is what a broker has kept."""

    def __init__(self, spec: str, confirmation: Confirmation) -> None:
        """Connect to `//[user@]host[:port]/topic`, as `--to mqtt` does; raises as that does."""
        address, settings = parse(f"mqtt:{spec}", KEYS, "--confirm-by mqtt")
        host, port, user, topic = parts_of(address)
        self._name = f"mqtt://{host}:{port}/{topic}/{ANSWER}"
        self._topic = f"{topic}/{ANSWER}"
        self._confirmation = confirmation
        self._closed = False
        self._client = make_client(lasting=True)
        if user is not None:
            self._client.username_pw_set(user, password_of(settings.get("password_file")))
        self._client.reconnect_delay_set(*RETRY)
        self._away = False
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.connect_async(host, port, KEEPALIVE)
        self._client.loop_start()

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, client: "Client", userdata: Any, flags: Any, reason: Any, properties: Any
    ) -> None:
        if reason.is_failure:
            self._missed(f"the broker refuses the connection: {reason}")
            return
        self._client.subscribe(self._topic)
        if self._away:
            tell(f"{self._name}: the broker is there again")
        self._away = False

    def _on_connect_fail(self, client: "Client", userdata: Any) -> None:
        self._missed("no broker answers there")

    def _on_disconnect(self, client: "Client", userdata: Any, *why: Any) -> None:
        self._missed("the broker is gone")

    def _missed(self, text: str) -> None:
        """Tell once why no answer comes."""
        if not self._away and not self._closed:
            tell(f"{self._name}: {text}; trying again, meanwhile nobody answers there")
        self._away = True

    def _on_message(self, client: "Client", userdata: Any, message: "MQTTMessage") -> None:
        if message.retain:
            return
        if message.payload == b"yes":
            self._confirmation.answer("yes")
        elif message.payload == b"no":
            self._confirmation.answer("no")

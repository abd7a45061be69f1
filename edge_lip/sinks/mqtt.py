"""Events for an MQTT broker."""

import os
import unicodedata
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from threading import Condition, Lock, Thread
from urllib.parse import unquote, urlsplit

from ..errors import SinkError, UsageError
from ..events import Event
from ..system.specs import SpecKey, number, parse
from ..system.streams import tell
from ..system.textfile import as_text
from .broker import Address, Connection, Hear, make_client
from .homeassistant import (
    GONE,
    HERE,
    STATUS,
    Device,
    Message,
    availability,
    config_topic,
    device_id,
    discovery,
    forgotten,
    former_id,
    is_of,
    nothing_said,
    presence,
    states,
)
from .queued import EVERYTHING, FRESH, now, too_old

PASSWORD = "EDGE_LIP_MQTT_PASSWORD"
"""The environment variable that may have it."""
PORT = 1883
LONGEST_TOPIC = 200
"""Bytes; brokers have limits of their own, and end the connection without saying which."""
RETRY = (1, 30)
"""Seconds between attempts to connect: the first, doubled from one to the next, and the most."""
LOOK = 0.5
"""Seconds for the broker to send what it has kept."""
SETTLE = 3.0
"""Seconds after an introduction until Home Assistant listens."""
RETURN = 20.0
"""Seconds for Home Assistant to come back to a broker: it tries every ten."""
GOODBYE = 0.1
"""Seconds for each of the last two messages."""
KEYS = {
    "name": SpecKey(str, "a name"),
    "discovery": SpecKey(str, "a topic, or 0 for none"),
    "keep": number(1, 10000),
    "expire": number(0, 86400),
    "clear": number(0, 86400),
    "password_file": SpecKey(str, "a file"),
}


class Mqtt:
    """Publishes events, each until the broker has acknowledged it or it is too old; connects again
    and again.

    After the first connection Home Assistant is given a moment to listen. When the broker or Home
    Assistant was away, events wait until it says that it is there, or has had time for that. Only
    then is the device said to be there, with nothing said: what was said before runs no automation.
    """

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
        self.expires = settings.get("expire", FRESH) or inf
        self._shown_for: float = settings.get("clear", 10.0) or inf
        prefix: str = settings.get("discovery", "homeassistant")
        self._introduces = prefix != "0"
        name = settings.get("name", "Lips").strip()
        if not name:
            raise UsageError("an MQTT output's name is a name, not ''")
        if self._introduces:
            _check(prefix, "an MQTT output's discovery")
        self._device = Device(self._topic, name, prefix, device_id(self._topic))
        secret = None if user is None else password_of(settings.get("password_file"))
        self._address = Address(host, port, user, secret)
        make_client()  # missing packages are told at once
        # Whoever publishes holds it: what belongs together arrives together.
        self._order = Lock()
        # What follows belongs to all threads, and is touched only with this held.
        self._changed = Condition()
        self._connection: Connection | None = None
        self._present_at: float | None = None
        """When it is to be said that the device is there; None when that was said."""
        self._settled_at = -inf
        """When Home Assistant knows the device, if it is there."""
        self._clear_at = inf
        """When the text is over."""
        self._described = self._ready = self._removed = self._forget = False
        self._closed = self._crowded = False
        self.trouble = ""
        """See `Remote.trouble`."""
        self._echoes = 0
        """So often it has said that it is here, and has not heard that yet."""
        Thread(target=self._keep_up, name=f"broker {host}", daemon=True).start()

    def deliver(self, event: Event, deadline: float) -> None:
        """See `Output.deliver`: waits for the broker, and begins again where it is lost."""
        messages = states(self._topic, event)
        while not self._publish(messages, self._wait_until_ready(deadline), event.kind == "final"):
            pass

    def link(self, page: str) -> None:
        """See `Linked.link`."""
        with self._changed:
            self._device = replace(self._device, page=page)
            self._described = self._removed or not self._introduces
            self._changed.notify_all()

    def settles_in(self) -> float:
        """See `Settling.settles_in`."""
        with self._changed:
            if self.trouble or not self._introduces or self._ready:
                return 0.0
            if self._connection is None or self._present_at is None:
                return SETTLE
            return min(max(0.0, self._present_at - now()), SETTLE)

    def close(self) -> None:
        """Say that the device is offline, and hang up."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            connection = self._connection
        if connection is None:
            return
        if not self._removed:
            with self._order:
                last = connection.publish([availability(self._topic, here=False)])
            with self._changed:
                self._changed.wait_for(lambda: connection.has(last) or connection.gone, GOODBYE)
        connection.close()
        with self._changed:
            self._changed.wait_for(lambda: connection.gone, GOODBYE)

    def _wait_until_ready(self, deadline: float) -> Connection:
        with self._changed:
            left = None if deadline == inf else max(0.0, deadline - now())
            connection = self._changed.wait_for(lambda: self._closed or self._listening(), left)
            if self._closed:
                raise SinkError("the broker has not taken the last event")
            if not isinstance(connection, Connection) or now() > deadline:
                raise too_old(self.expires)
            return connection

    def _listening(self) -> Connection | None:
        """Where events are taken now, if they are."""
        connection = self._connection
        return connection if self._ready and connection and not connection.gone else None

    def _publish(self, messages: list[Message], connection: Connection, text: bool) -> bool:
        """Whether the broker has taken `messages`; `text`: there is one in them."""
        with self._order:
            if text:
                with self._changed:
                    self._clear_at = now() + self._shown_for
                    self._changed.notify_all()
            numbers = connection.publish(messages)
        with self._changed:
            self._changed.wait_for(
                lambda: connection.has(numbers) or connection.gone or self._closed
            )
            taken = connection.has(numbers)
            connection.forget()
        return taken

    def _keep_up(self) -> None:
        """Connect, again and again."""
        pause, most = RETRY
        again = False
        while not self._closed:
            connection = self._connect()
            if connection is not None:
                self._stay(connection, again)
                again, pause = True, RETRY[0]
            with self._changed:
                self._changed.wait_for(lambda: self._closed, pause)
            pause = min(2 * pause, most)

    def _connect(self) -> Connection | None:
        """A connection; None where there is none, which is told."""
        hear: dict[str, Hear] = {f"{self._topic}/availability": self._hear_of_itself}
        if self._introduces:
            prefix = self._device.prefix
            hear |= dict.fromkeys((STATUS, f"{prefix}/status"), self._hear_of_home)
            for device in {device_id(self._topic), former_id(self._topic)}:
                if device.isascii():  # Home Assistant has never taken another one
                    hear[config_topic(prefix, device)] = partial(self._hear_of_device, device)
        will = availability(self._topic, here=False)
        try:
            connection = Connection(self._address, will, hear, self._changed)
        except OSError:
            self._missed("no broker answers there")
            return None
        with self._changed:
            self._changed.wait_for(lambda: connection.connected or connection.gone or self._closed)
            if connection.connected:
                return connection
        refused = f"the broker refuses the connection: {connection.refusal}"
        self._missed(refused if connection.refusal else "the broker hangs up at once")
        return None

    def _stay(self, connection: Connection, again: bool) -> None:
        """Publish what is due until `connection` is lost or closed; `again`: it is not the first,
        and Home Assistant may have lost the broker, too."""
        with self._changed:
            self._described = not self._introduces
            self._removed = self._forget = False
            self._echoes = 0
            self._settled_at = now() + (SETTLE if self._introduces else 0.0)
            comes_back = self._introduces and again
            self._present_at = now() + RETURN if comes_back else self._settled_at
            if self._introduces and self._device.id != former_id(self._topic):
                # The broker may have kept how Home Assistant knows it.
                self._changed.wait_for(lambda: connection.gone or self._closed, LOOK)
            self._connection = connection
            if self.trouble:
                tell(f"{self.name}: the broker is there again")
            self.trouble = ""
        while not (connection.gone or self._closed):
            with self._order:
                connection.publish(self._due())
            with self._changed:
                while not (connection.gone or self._closed) and (left := self._next() - now()) > 0:
                    self._changed.wait(None if left == inf else left)
        with self._changed:
            self._ready = False
            if not self._closed:
                self._connection = None
        self._missed("the broker is gone")

    def _next(self) -> float:
        """When there is something to publish that is no event."""
        if self._forget or not self._described:
            return -inf
        return min(inf if self._present_at is None else self._present_at, self._clear_at)

    def _due(self) -> list[Message]:
        """What is to be published now, besides events."""
        with self._changed:
            messages: list[Message] = []
            if self._forget:
                self._forget = False
                messages.append(forgotten(self._topic))
            if not self._described:
                self._described = True
                messages += discovery(self._device)
            if self._present_at is not None and self._present_at <= now():
                self._present_at, self._clear_at = None, inf
                self._ready = True
                self._echoes += 1
                messages += presence(self._topic)
                self._changed.notify_all()
            elif self._clear_at <= now():
                self._clear_at = inf
                messages.append(nothing_said(self._topic))
            return messages

    # What is heard from the broker; called with `_changed` held.

    def _hear_of_home(self, payload: str, kept: bool) -> None:
        """Home Assistant is there, or is gone."""
        if self._removed or kept:  # it may be as old as it likes
            return
        if payload == HERE:
            self._present_at = max(now(), self._settled_at)
        elif payload == GONE:
            self._ready = False
            self._present_at = now() + RETURN

    def _hear_of_itself(self, payload: str, kept: bool) -> None:
        """The device is there or gone, as somebody says: this end, the last will of a connection
        that the broker has missed late, or another edge-lip."""
        if kept or self._closed:
            return
        if payload == HERE:
            if self._echoes:
                self._echoes -= 1
            elif not self._crowded:
                self._crowded = True
                tell(f"{self.name}: another edge-lip publishes there: give each a topic of its own")
        elif payload == GONE and self._ready and not self._removed:
            self._present_at = now()

    def _hear_of_device(self, device: str, payload: str, kept: bool) -> None:
        """Home Assistant knows the device as `device`, or somebody has removed it there."""
        if payload and kept and is_of(self._topic, payload):
            self._device = replace(self._device, id=device)
        elif not payload and not kept and device == self._device.id and self._ready:
            self._removed = self._forget = True

    def _missed(self, text: str) -> None:
        """Tell once why there is no connection."""
        if not self.trouble and not self._closed:
            kept = "" if self.expires == inf else f" for {self.expires:g} s"
            tell(f"{self.name}: {text}; trying again, the last {self.keep} events are kept{kept}")
        self.trouble = text


def parts_of(address: str) -> tuple[str, int, str | None, str]:
    """Host, port, user and topic of an address; raises `UsageError`."""
    wanted = "--to mqtt://[user@]host[:port]/topic"
    nowhere = UsageError(f"{address!r} is no place to publish at: {wanted}, without + and #")
    if not address.isprintable():
        raise nowhere
    parts = urlsplit(address)
    if parts.password is not None:
        raise UsageError(
            f"a password on the command line is seen by everybody on this machine: {PASSWORD} in "
            "the environment has it, or ?password_file=FILE"
        )
    host, topic = parts.hostname or "", unquote(parts.path).strip("/")
    try:
        port = parts.port or PORT
        host.encode("idna")  # as who connects does, in a thread
    except ValueError as error:
        raise UsageError(f"{address} has no such host or port: {wanted}") from error
    if not host or not topic or "?" in address or "#" in address:
        raise nowhere
    _check(topic, "an MQTT output's topic")
    return host, port, None if parts.username is None else unquote(parts.username), topic


def _check(topic: str, what: str) -> None:
    """Raise `UsageError` where `what`, a topic, is none that a broker takes to publish at."""
    wrong = ""
    if not topic.strip("/"):
        wrong = "can't be empty"
    elif set(topic) & set("+#"):
        wrong = "has no + and #, which are for those who listen"
    elif topic.startswith("$"):
        wrong = "begins with no $: such topics are the broker's own"
    elif any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in topic):
        wrong = "has no characters that can't be seen"
    elif len(topic.encode()) > LONGEST_TOPIC:
        wrong = f"has at most {LONGEST_TOPIC} bytes"
    if wrong:
        raise UsageError(f"{what} {wrong}: {topic[:60]!r}")


def password_of(path: str | None) -> str | None:
    """What is in the file, else in the environment; raises `SinkError`."""
    if path is None:
        return os.environ.get(PASSWORD)
    try:
        content = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise SinkError(f"the password in {path} can't be read: {error}") from error
    return as_text(content, f"the password in {path}", SinkError).strip()

#!/usr/bin/env bash
# paho-mqtt 2.1.0, a client with clean_session=True and a message of QoS 1 that the broker has not
# acknowledged when the connection is lost; the client connects again by itself.
#
# Expected: a clean session has no state (MQTT 3.1.1, 3.1.2.4: "State data associated with this
# Session must not be reused in any subsequent Session"), and the message belonged to the session
# that is over: it is not sent again, or at least not after what was published later.
#
# Seen: it is sent again in the new session, with the DUP flag and however long ago it was
# published, and after what on_connect publishes: whoever is told "now" in on_connect is told
# "then" behind it, and keeps that. A command that was given while a cable was out is carried out
# when it is in again.
#
# Ends with 0 as long as this is so. Installs into a temporary folder; the broker is twenty lines.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check paho-mqtt==2.1.0
"$folder/venv/bin/python" - << 'PYTHON'
import socket
import sys

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

CONNECT, PUBLISH, DUP = 1, 3, 8


def packets(connection):
    """What a client sends, as (first byte, the rest); short packets alone are understood."""
    with connection.makefile("rb") as stream:
        while head := stream.read(2):
            assert head[1] < 128
            yield head[0], stream.read(head[1])


def serve(server, until):
    """One connection: welcome the client, acknowledge nothing, hang up after `until`."""
    connection, _ = server.accept()
    said = []
    with connection:
        for first, rest in packets(connection):
            if first >> 4 == CONNECT:
                print("  clean session:", bool(rest[7] & 2))
                connection.sendall(b"\x20\x02\x00\x00")
            elif first >> 4 == PUBLISH:
                length = int.from_bytes(rest[:2], "big")
                said.append((rest[4 + length :].decode(), bool(first & DUP)))
                print("  heard:", *said[-1][:1], "(again)" if said[-1][1] else "")
                if said[-1][0] == until:
                    break
        connection.shutdown(socket.SHUT_RDWR)
    return said


server = socket.create_server(("127.0.0.1", 0))
server.settimeout(30)
client = Client(CallbackAPIVersion.VERSION2, clean_session=True)
published = []


def on_connect(client, *_):
    published.append("then" if not published else "now")
    client.publish("light", published[-1], qos=1)


client.on_connect = on_connect
client.connect("127.0.0.1", server.getsockname()[1])
client.loop_start()
print("first connection")
first = serve(server, "then")
print("second connection")
second = serve(server, "then")
client.disconnect()
expected = ([("then", False)], [("now", False), ("then", True)])
same = (first, second) == expected
print("as described" if same else f"otherwise now: {first}, {second}")
sys.exit(not same)
PYTHON

"""Tell what a broker of this machine is given: each message of `TOPIC/text` as `heard TEXT`.

    listen.py TOPIC

Runs with the Python of edge-lip, which has paho-mqtt; says `listens` whenever it begins to.
"""

import sys
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion


def main() -> None:
    topic = f"{sys.argv[1]}/text"
    client = Client(CallbackAPIVersion.VERSION2)
    client.reconnect_delay_set(1, 1)

    def connected(client: Client, *_: Any) -> None:
        client.subscribe(topic, qos=1)

    def heard(_client: Client, _data: Any, message: Any) -> None:
        print(f"heard {message.payload.decode()}", flush=True)

    client.on_connect = connected
    client.on_subscribe = lambda *_: print("listens", flush=True)
    client.on_message = heard
    client.connect("127.0.0.1")
    client.loop_forever()


if __name__ == "__main__":
    main()

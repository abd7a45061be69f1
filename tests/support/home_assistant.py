"""A Home Assistant of one's own, set up as a person does: through its own API."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE = 120.0
CLIENT = "http://127.0.0.1/"
"""Who logs in, by an address of its own, as Home Assistant wants it."""
SETTINGS = """
homeassistant:
  name: Home
http:
  server_host: 127.0.0.1
  server_port: {port}
logger:
  default: warning
automation: !include automations.yaml
"""


class HomeAssistant:
    """`hass` in a folder of its own; everything that changes in it, in order.

    `changes` has every change of a state, (entity, old, new), where old and new are the state's
    own fields or None; `runs` every automation that ran, by its id.
    """

    def __init__(self, program: Path, folder: Path) -> None:
        """Use `program`; nothing runs yet."""
        self._program = program
        self._folder = folder
        self._token = ""
        self._running: subprocess.Popen[bytes] | None = None
        self._socket: ClientConnection | None = None
        self._answers: dict[int, Any] = {}
        self._asked = 0
        self._news = Condition()
        self.changes: list[tuple[str, dict[str, Any] | None, dict[str, Any] | None]] = []
        self.runs: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        folder.mkdir()
        (folder / "configuration.yaml").write_text(SETTINGS.format(port=self.port))
        self.automate({})

    def automate(self, automations: Mapping[str, Mapping[str, Any]]) -> None:
        """What it does by itself from its next start on, by id."""
        listed = [
            {"id": name, "alias": name, "action": [], **rule} for name, rule in automations.items()
        ]
        (self._folder / "automations.yaml").write_text(json.dumps(listed))  # which is YAML, too

    def start(self) -> None:
        """Return when it has started; the first time it is given a user, too."""
        self._running = subprocess.Popen(
            [self._program, "--config", self._folder, "--skip-pip"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._until(self._answering)
        if not self._token:
            self._token = self._introduce()
        self._socket = None
        Thread(target=self._follow, daemon=True).start()
        self.wait(lambda: self._socket)
        for kind in ("state_changed", "automation_triggered"):
            self.ask("subscribe_events", event_type=kind)
        self._until(lambda: self.ask("get_config")["state"] == "RUNNING")

    def stop(self, kill: bool = False) -> None:
        """End it as its service does, or as a power cut."""
        if self._running:
            if kill:
                self._running.kill()
            else:
                self._running.terminate()
            self._running.wait(PATIENCE)
            self._running = None

    def join(self, port: int) -> None:
        """Set up its MQTT integration with the broker at `port`."""
        flow = self.call("config/config_entries/flow", {"handler": "mqtt"})
        answer = {"broker": "127.0.0.1", "port": port}
        done = self.call(f"config/config_entries/flow/{flow['flow_id']}", answer)
        assert done["type"] == "create_entry", done

    def states(self) -> dict[str, dict[str, Any]]:
        """The state of each entity, by its id."""
        return {state["entity_id"]: state for state in self.call("states")}

    def wait(self, condition: Callable[[], Any]) -> None:
        """Return when `condition` holds, which is looked at with each change."""
        with self._news:
            assert self._news.wait_for(condition, PATIENCE), (self.changes, self.runs)

    def went_through(self, entity: str) -> list[str]:
        """The states of `entity`, one after the other."""
        return [new["state"] for name, _, new in self.changes if name == entity and new]

    def log(self) -> str:
        """What it has to complain of."""
        return (self._folder / "home-assistant.log").read_text()

    def call(self, path: str, data: Any = None, **headers: str) -> Any:
        """What `path` of its API answers; `data` is sent there, if any."""
        headers.setdefault("Authorization", f"Bearer {self._token}")
        body = None if data is None else json.dumps(data).encode()
        headers.setdefault("Content-Type", "application/json")
        request = Request(f"http://127.0.0.1:{self.port}/api/{path}", body, headers)
        with urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def ask(self, kind: str, **what: Any) -> Any:
        """What its WebSocket answers to `kind`."""
        assert self._socket
        self._asked += 1
        number = self._asked
        self._socket.send(json.dumps({"id": number, "type": kind, **what}))
        with self._news:
            assert self._news.wait_for(lambda: number in self._answers, PATIENCE), kind
            answer = self._answers.pop(number)
        assert answer["success"], answer
        return answer["result"]

    def _introduce(self) -> str:
        """Make a user; gives a token for the API."""
        user = {
            "client_id": CLIENT,
            "name": "somebody",
            "username": "somebody",
            "password": "secret",
            "language": "en",
        }
        code = self.call("onboarding/users", user)["auth_code"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": CLIENT}
        address = f"http://127.0.0.1:{self.port}/auth/token"
        with urlopen(Request(address, urlencode(grant).encode()), timeout=PATIENCE) as answer:
            token: str = json.load(answer)["access_token"]
        return token

    def _answering(self) -> bool:
        assert self._running and self._running.poll() is None, "Home Assistant has ended"
        try:
            self.call("onboarding")
        except URLError as error:
            return hasattr(error, "code")  # whatever it answers
        return True

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def _follow(self) -> None:
        """Take what its WebSocket says until it ends."""
        address = f"ws://127.0.0.1:{self.port}/api/websocket"
        with suppress(ConnectionClosed), connect(address, max_size=None) as socket:
            socket.recv()
            socket.send(json.dumps({"type": "auth", "access_token": self._token}))
            assert json.loads(socket.recv())["type"] == "auth_ok"
            with self._news:
                self._socket = socket
                self._news.notify_all()
            for message in socket:
                self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if message["type"] == "event":
                event = message["event"]
                data = event["data"]
                if event["event_type"] == "state_changed":
                    self.changes.append((data["entity_id"], data["old_state"], data["new_state"]))
                else:
                    self.runs.append(data["name"])
            else:
                self._answers[message["id"]] = message
            self._news.notify_all()

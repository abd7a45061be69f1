"""The page of a person in its server: who gets what, under which address."""

import http.client
import json
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.certificates import certificate
from support.talking import Talking, read
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from edge_lip.web.page import FILES

MOST = 120_000
"""Bytes of the page."""


def get(
    talk: Talking, path: str, secure: ssl.SSLContext | None = None, accepts: str = ""
) -> tuple[int, dict[str, str], str]:
    port = urlsplit(talk.url).port
    assert port
    where = f"127.0.0.1:{port}"
    made = http.client.HTTPSConnection(where, context=secure) if secure else None
    connection = made or http.client.HTTPConnection(where)
    connection.request("GET", path, headers={"Accept-Language": accepts})
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_the_page_is_in_the_language_of_the_browser_and_light() -> None:
    with Talking() as talk:
        status, headers, page = get(talk, "/speak", accepts="de-DE,de;q=0.9")
        assert status == 200 and '<html lang="de" dir="ltr">' in page and "Verwerfen" in page
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Throw away" in get(talk, "/speak?lang=en")[2]
        loaded = {
            f"/{name}" for name in ("page.css", "speak.css", "link.js", "scan.js", "speak.js")
        }
        assert loaded <= FILES.keys() and all(name[1:] in page for name in loaded)
        files = [get(talk, path) for path in FILES]
        assert all(status == 200 for status, _, _ in files)
        assert not any("://" in text.replace("http://www.w3.org", "") for _, _, text in files)
        weight = len(page.encode()) + sum(len(get(talk, path)[2].encode()) for path in loaded)
        assert weight < MOST


def test_everything_of_a_person_needs_the_token() -> None:
    with Talking(address="0.0.0.0:0") as talk:
        parts = urlsplit(talk.url)
        assert parts.path == "/speak" and parts.query.startswith("token=")
        for path in ("/speak", "/speak.webmanifest", "/link.svg"):
            assert get(talk, path)[0] == 401
        app = json.loads(get(talk, f"/speak.webmanifest?{parts.query}")[2])
        assert app["start_url"].startswith(f"/speak?{parts.query}")
        assert app["display"] == "standalone" and app["icons"]
        where = f"ws://127.0.0.1:{parts.port}/speak/messages"
        with pytest.raises(InvalidStatus):
            connect(where)
        with connect(f"{where}?{parts.query}") as browser:
            assert json.loads(browser.recv(10))["type"] == "about"
            talk.tell(read("bin blue"))
            while not (told := json.loads(browser.recv(10))).get("asked"):
                pass
            browser.send(json.dumps({"do": "yes", "number": told["asked"]["number"]}))
            while json.loads(browser.recv(10))["type"] != "said":
                pass
        assert talk.said() == ["bin blue"]


def test_the_link_is_a_code_where_others_can_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("segno", reason="segno is not installed")
    with Talking(address="0.0.0.0:0") as talk:
        query = urlsplit(talk.url).query
        status, headers, svg = get(talk, f"/link.svg?{query}")
        assert status == 200 and "<svg" in svg and headers["Content-Type"].startswith("image/svg")
        monkeypatch.setitem(sys.modules, "segno", None)
        assert get(talk, f"/link.svg?{query}")[0] == 404
        assert get(talk, f"/speak?{query}")[0] == 200
    with Talking() as talk:
        assert get(talk, "/link.svg")[0] == 404  # nobody else can reach it


def test_without_a_conversation_there_is_no_such_page() -> None:
    from support.talking import Nobody

    from edge_lip.web.page import Page

    with Page(Nobody(), "127.0.0.1:0") as page:
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(page.url).port)
        connection.request("GET", "/speak")
        assert connection.getresponse().status == 404


def test_encrypted_by_a_certificate_of_the_user(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(cert))
    address = f"0.0.0.0:0?cert={cert}&key={key}&token={tmp_path}/token"
    with Talking(address=address) as talk:
        parts = urlsplit(talk.url)
        assert parts.scheme == "https"
        assert get(talk, f"/speak?{parts.query}", trusting)[0] == 200
        where = f"wss://127.0.0.1:{parts.port}/speak/messages?{parts.query}"
        with connect(where, ssl=trusting) as browser:
            assert json.loads(browser.recv(10))["type"] == "about"
        with pytest.raises((http.client.HTTPException, OSError)):
            get(talk, f"/speak?{parts.query}")
        assert get(talk, f"/speak?{parts.query}", trusting)[0] == 200  # it goes on
    with Talking(address=address) as again:
        assert urlsplit(again.url).query == parts.query

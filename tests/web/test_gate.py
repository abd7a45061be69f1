"""Where the page may be, and who may see it."""

import socket
from pathlib import Path

import pytest

from edge_lip.errors import EdgeLipError, UsageError
from edge_lip.web.gate import Address, Gate, encryption, listen, parse_address, token_of


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("8090", "127.0.0.1", 8090),
        (":0", "127.0.0.1", 0),
        ("0.0.0.0", "0.0.0.0", 8080),
        ("raspberrypi:80", "raspberrypi", 80),
        ("[::1]:9000", "::1", 9000),
        ("[::1]", "::1", 8080),
    ],
)
def test_an_address_is_host_port_or_one_of_them(text: str, host: str, port: int) -> None:
    assert parse_address(text) == Address(host, port)


@pytest.mark.parametrize("text", ["", "bin blue", "a:b", "::1", "host:99999", "http://host:80"])
def test_anything_else_is_a_wrong_call(text: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT, such as"):
        parse_address(text)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("raspberrypi", False),
    ],
)
def test_only_what_this_machine_alone_can_reach_needs_no_token(host: str, local: bool) -> None:
    gate = Gate(Address(host, 8080))
    assert gate.address.local is local
    assert ("token=" in gate.url(8080)) is not local
    assert gate.knows("") is local
    assert not local or gate.knows("anything")


def test_the_token_is_in_the_address_and_nowhere_else() -> None:
    one, other = Gate(Address("192.168.1.5", 80)), Gate(Address("192.168.1.5", 80))
    start, token = one.url(8081).split("token=")
    assert start == "http://192.168.1.5:8081/?"
    assert len(token) >= 20
    assert one.knows(token) and not other.knows(token)
    assert not one.knows(token[:-1]) and not one.knows("ä")
    assert token not in repr(one)


def test_the_address_that_is_printed_is_no_wildcard() -> None:
    assert "//0.0.0.0" not in Gate(Address("0.0.0.0", 80)).url(80)
    assert Gate(Address("::1", 0)).url(9000) == "http://[::1]:9000/"


HERE, THERE = Gate(Address("127.0.0.1", 8080)), Gate(Address("0.0.0.0", 8080))


@pytest.mark.parametrize(
    ("gate", "host", "admitted"),
    [
        (HERE, "127.0.0.1:8080", True),
        (HERE, "localhost:8080", True),
        (HERE, "LOCALHOST:9000", True),  # through a tunnel
        (HERE, "[::1]:8080", True),
        (HERE, "evil.example:8080", False),
        (HERE, "127.0.0.1.evil.example", False),
        (HERE, "192.168.1.5:8080", False),
        (HERE, "", False),
        (THERE, "192.168.1.5:8080", True),
        (THERE, f"{socket.gethostname()}:8080", True),
        (THERE, f"{socket.gethostname()}.local:8080", True),
        (THERE, "evil.example:8080", False),
        (Gate(Address("pi.lan", 80)), "pi.lan", True),
    ],
)
def test_a_host_that_is_no_name_of_ours_is_refused(gate: Gate, host: str, admitted: bool) -> None:
    assert gate.admits(host, None) is admitted
    assert gate.admits(host, f"http://{host}") is admitted


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "", "http://localhost:8080"]
)
def test_another_page_is_refused(origin: str) -> None:
    assert not HERE.admits("127.0.0.1:8080", origin)


def test_a_port_in_use_is_one_line_with_another_way() -> None:
    with listen(Address("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EdgeLipError, match=f"127.0.0.1:{port}.*in use.*--web 127") as caught:
            listen(Address("127.0.0.1", port))
    assert "\n" not in str(caught.value)


def test_a_name_that_is_not_ours_is_one_line() -> None:
    with pytest.raises(EdgeLipError, match="can't show a page at nowhere.invalid:80"):
        listen(Address("nowhere.invalid", 80))


def test_a_token_can_be_kept(tmp_path: Path) -> None:
    address = parse_address(f"0.0.0.0?token={tmp_path}/token")
    token = token_of(address)
    assert token_of(address) == token and len(token) >= 20
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert token_of(parse_address("0.0.0.0")) != token_of(parse_address("0.0.0.0"))
    for held in ("short", "with space and more of it", "ü" * 20, ""):
        (tmp_path / "token").write_text(held)
        with pytest.raises(EdgeLipError, match="holds no token"):
            token_of(address)
    with pytest.raises(EdgeLipError, match="can't keep a token"):
        token_of(parse_address(f"0.0.0.0?token={tmp_path}/gone/token"))


def test_a_name_that_is_asked_for_is_ours_and_in_the_address() -> None:
    gate = Gate(parse_address("0.0.0.0:8080?name=Lips.local"), "t" * 22)
    assert gate.url(8080, "/speak") == f"http://lips.local:8080/speak?token={'t' * 22}"
    assert gate.admits("LIPS.local:8080", None) and not gate.admits("evil.local:8080", None)


@pytest.mark.parametrize("held", [None, "nothing of the kind"])
def test_what_is_no_certificate_is_told_in_a_line(held: str | None, tmp_path: Path) -> None:
    if held is not None:
        (tmp_path / "cert.pem").write_text(held)
    address = parse_address(f"0.0.0.0?cert={tmp_path}/cert.pem")
    with pytest.raises(EdgeLipError, match="cert.pem.*certificate and its key"):
        encryption(address)


def test_a_key_wants_a_certificate() -> None:
    with pytest.raises(UsageError, match="no certificate"):
        parse_address("0.0.0.0?key=key.pem")
    with pytest.raises(UsageError, match="--web has no 'secret'"):
        parse_address("0.0.0.0?secret=1")
    assert encryption(parse_address("0.0.0.0")) is None

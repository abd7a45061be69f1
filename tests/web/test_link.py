"""The address of the page as a code for a camera."""

import sys
from pathlib import Path

import pytest
from support.talking import Talking

from edge_lip.web import link

URL = "http://192.168.1.5:8080/speak?token=abcdefghijklmnopqrstuv"


def test_the_code_holds_the_address(tmp_path: Path) -> None:
    segno = pytest.importorskip("segno", reason="segno is not installed")
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "code.png"
    segno.make_qr(URL).save(path, scale=8)
    assert cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(path)))[0] == URL
    drawn = link.as_blocks(URL)
    assert drawn is not None and max(map(len, drawn.splitlines())) <= 60
    svg = link.as_svg(URL)
    assert svg is not None and b"<svg" in svg and URL.encode() not in svg


def test_without_segno_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert link.as_blocks(URL) is link.as_svg(URL) is None


@pytest.mark.parametrize(
    ("address", "screen", "drawn"),
    [("0.0.0.0:0", True, True), ("0.0.0.0:0", False, False), ("127.0.0.1:0", True, False)],
)
def test_it_is_drawn_where_somebody_can_see_it_and_follow_it(
    address: str,
    screen: bool,
    drawn: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("segno", reason="segno is not installed")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: screen)
    with Talking(address=address) as talk:
        talk.page.announce()
        told = capsys.readouterr().err
    assert f"whoever speaks by it opens {talk.url}\n" in told
    assert ("█" in told) is drawn

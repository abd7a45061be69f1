"""The address of a page as a QR code, where the package segno is installed."""

from io import BytesIO, StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segno import QRCode


def as_blocks(url: str) -> str | None:
    """For a terminal, lines of half blocks; None without segno."""
    code = _code(url)
    if code is None:
        return None
    code.terminal(drawn := StringIO(), compact=True)
    return drawn.getvalue()


def as_svg(url: str) -> bytes | None:
    """A picture, black on white; None without segno."""
    code = _code(url)
    if code is None:
        return None
    code.save(drawn := BytesIO(), kind="svg", scale=8, light="#fff")
    return drawn.getvalue()


def _code(url: str) -> "QRCode | None":
    try:
        import segno
    except ImportError:
        return None
    return segno.make_qr(url)

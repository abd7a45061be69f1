"""An installed browser, for tests of pages."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Nothing but the page is to be fetched; as root there is no sandbox."""
NOTE_ERRORS = """
window.complaints = [];
const complain = (event) => complaints.push(event.message || event.blockedURI || event.target.src);
addEventListener("error", complain, true);
addEventListener("securitypolicyviolation", complain);
"""
"""Run before the page's own script."""


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """The installed browser; none is downloaded."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium (apt install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser(chromium: "Browser") -> Iterator["Page"]:
    """A window of a desktop, which notes what its pages complain of."""
    with chromium.new_page(viewport={"width": 1280, "height": 900}) as window:
        window.add_init_script(NOTE_ERRORS)
        yield window


@pytest.fixture
def phone(chromium: "Browser") -> Iterator["Page"]:
    """A phone's, with its touch screen and its own idea of a page's width."""
    size: ViewportSize = {"width": 360, "height": 700}
    with chromium.new_page(viewport=size, is_mobile=True, has_touch=True) as window:
        window.add_init_script(NOTE_ERRORS)
        yield window

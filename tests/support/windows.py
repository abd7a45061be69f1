"""What tests do with a browser's window."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 20.0
"""Seconds for anything to happen."""


def wait_for(window: "Page", script: str, patience: float = PATIENCE) -> None:
    """Return when the expression is true. Playwright's own way makes a function of it on the page,
    which the page's policy forbids."""
    deadline = time.monotonic() + patience
    while not window.evaluate(script):
        assert time.monotonic() < deadline, f"never true: {script}"
        window.wait_for_timeout(50)

"""Write docs/pictures/speak-*.png: the page to speak by on a phone, a tablet, and in the dark.

    python -m scripts.make_speak_pictures [TEXT] [--seed N]

Nobody real is in them: `edge-lip run` reads a rendered talker, and an installed Chromium shows its
page.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge_lip.system.files import replacing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SAID, SEED = "bin blue at f two now", 2
PHRASES = ("I need water", "Please open the window", "Thank you")
COLOURS = 64
"""Of a picture: there are few on the page."""
PATIENCE = 60_000.0
"""Milliseconds for anything to happen."""


def main() -> None:
    """Make them."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser("python -m scripts.make_speak_pictures")
    parser.add_argument("text", nargs="*", default=SAID.split())
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    source = f"talker:{' '.join(options.text)}?seed={options.seed}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        phone = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5}
        tablet = {"viewport": {"width": 1080, "height": 720}}
        dark = {"viewport": {"width": 820, "height": 720}, "color_scheme": "dark"}
        take(browser, source, "phone", phone, lambda page: None)
        take(browser, source, "tablet", tablet, phrases)
        take(browser, source, "dark", dark, change)
        browser.close()


def take(
    browser: "Browser",
    source: str,
    name: str,
    how: dict[str, Any],
    then: "Callable[[Page], None]",
) -> None:
    """One picture of a question that waits, when `then` has been done on the page."""
    call = [sys.executable, "-m", "edge_lip", "run", "talker", "--source", source]
    call += ["--confirm", "ask", "--web", "127.0.0.1:0"]
    with subprocess.Popen(
        call, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr is not None
        lines = iter(run.stderr.readline, "")
        url = next(found[0] for line in lines if (found := re.search(r"http://\S+/speak\S*", line)))
        page = browser.new_page(**how)
        page.goto(url)
        page.locator("#yes:not([aria-disabled])").wait_for(timeout=PATIENCE)
        then(page)
        page.evaluate("document.activeElement.blur()")
        with replacing(FOLDER / f"speak-{name}.png") as temporary:
            page.screenshot(path=temporary)
            Image.open(temporary).convert("RGB").quantize(COLOURS).save(temporary, optimize=True)
        page.locator("#no").click()
        run.wait(PATIENCE)
        page.close()


def phrases(page: "Page") -> None:
    """Phrases of one's own, one of which was said."""
    for phrase in PHRASES:
        page.locator("#written").fill(phrase)
        page.locator("#keep").click()
    page.get_by_role("button", name=PHRASES[0]).click()
    page.locator("#said li").wait_for()


def change(page: "Page") -> None:
    """What else the first unsure word could be."""
    page.locator("#words .unsure").first.click()


if __name__ == "__main__":
    main()

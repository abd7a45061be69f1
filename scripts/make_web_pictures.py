"""Write docs/pictures/speak-*.png, the page to speak by on a phone, a tablet, and in the dark; and
web.png, the engineer's page.

    python -m scripts.make_web_pictures [TEXT] [--seed N]

Nobody real is in them: `edge-lip run` and `edge-lip demo` read rendered talkers, and an installed
Chromium shows their pages. TEXT and the seed are of the page to speak by.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge_lip.confirmation.confirmation import GLANCE
from edge_lip.system.files import replacing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SAID, SEED = "bin blue at f two now", 2
PHRASES = ("I need water", "Please open the window", "Thank you")
COLOURS = 64
"""Of a picture: there are few on the page, but for a face."""
SENTENCES = 6
"""So many are read on the engineer's page."""
PATIENCE = 60_000.0
"""Milliseconds for anything to happen."""


def main() -> None:
    """Make them."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser("python -m scripts.make_web_pictures")
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
        engineer(browser)
        browser.close()


def take(
    browser: "Browser",
    source: str,
    name: str,
    how: dict[str, Any],
    then: "Callable[[Page], None]",
) -> None:
    """One picture of a question that waits, when `then` has been done on the page."""
    call = ["run", "talker", "--source", source, "--confirm", "ask"]
    with shown(browser, r"http://\S+/speak\S*", call, how) as page:
        page.locator("#yes:not([aria-disabled])").wait_for(timeout=PATIENCE)
        page.wait_for_timeout(1000 * GLANCE)
        then(page)
        page.evaluate("document.activeElement.blur()")
        page.locator("#done").wait_for(state="hidden")
        save(page, f"speak-{name}", COLOURS)


def engineer(browser: "Browser") -> None:
    """The engineer's page when some sentences have been read."""
    how = {"viewport": {"width": 1280, "height": 900}}
    with shown(browser, r"http://\S+/(?= )", ["demo", "--seed", "0"], how) as page:
        page.locator("#history li").nth(SENTENCES - 1).wait_for(timeout=SENTENCES * PATIENCE)
        save(page, "web")


@contextmanager
def shown(browser: "Browser", url: str, call: list[str], how: dict[str, Any]) -> "Iterator[Page]":
    """The page whose address is like `url`, while edge-lip runs."""
    call = [sys.executable, "-m", "edge_lip", *call, "--web", "127.0.0.1:0"]
    with subprocess.Popen(
        call, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr is not None
        lines = iter(run.stderr.readline, "")
        page = browser.new_page(**how)
        page.goto(next(found[0] for line in lines if (found := re.search(url, line))))
        try:
            yield page
        finally:
            page.close()
            run.kill()


def save(page: "Page", name: str, colours: int | None = None) -> None:
    """Write what is seen now, with so many colours; all of them where None."""
    with replacing(FOLDER / f"{name}.png") as temporary:
        page.screenshot(path=temporary)
        picture = Image.open(temporary).convert("RGB")
        (picture.quantize(colours) if colours else picture).save(temporary, optimize=True)


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

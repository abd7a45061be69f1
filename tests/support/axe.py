"""axe-core, which looks for what keeps people out of a page; from npm, kept from run to run."""

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

VERSION = "4.14.1"
PATIENCE = 120.0
RUN = """
axe.run(document, {
  resultTypes: ["violations"],
  rules: {"target-size": {enabled: true}},
}).then(({violations}) =>
  violations.map(({id, impact, nodes}) => `${id} (${impact}): ${nodes.map((n) => n.html).join()}`))
"""
"""All of its rules; those for the best practices, too."""


def axe_source(folder: Path) -> str:
    """The script; skips the test where npm can't get it."""
    script = folder / f"axe-{VERSION}.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("needs axe-core, by npm: sudo apt install npm")
        call = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", str(folder)]
        try:
            done = subprocess.run(call, capture_output=True, timeout=PATIENCE, text=True)
        except subprocess.TimeoutExpired:
            pytest.skip("npm can't get axe-core: no answer")
        if done.returncode:
            pytest.skip(f"npm can't get axe-core: {done.stderr.strip()[-200:]}")
        with tarfile.open(folder / f"axe-core-{VERSION}.tgz") as package:
            inside = package.extractfile("package/axe.min.js")
            assert inside is not None
            script.write_bytes(inside.read())
    return script.read_text(encoding="utf-8")


def violations(window: "Page", source: str) -> list[str]:
    """What is wrong with the page as it is now."""
    if not window.evaluate("'axe' in window"):
        window.evaluate(source)
    found: list[str] = window.evaluate(RUN)
    return found

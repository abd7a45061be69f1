"""The documentation as a whole: the site builds, links lead somewhere, pages are up to date."""

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from edge_lip.model.manifest import Flatbuffer, Manifest, Quantization, Stack, Window
from edge_lip.text.decoding import Decoding
from scripts import make_commands

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
OUTSIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "edge_lip/models/README.md")
LINK = re.compile(r"(?:\]\(|src=\")([^)\s\"]+)")
ELSEWHERE = ("https://", "http://", "#")


def test_the_site_builds_with_every_link_and_page_without_a_network(tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="the site's builder is not installed")
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    shutil.copytree(DOCS, tmp_path / "docs")
    offline = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=tmp_path,
        env=offline,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    for page in DOCS.glob("*.md"):
        assert (tmp_path / "site" / page.with_suffix(".html").name).is_file()


def test_every_page_is_in_the_sites_contents() -> None:
    listed = re.findall(r"[\w-]+\.md", (REPOSITORY / "mkdocs.yml").read_text())
    assert sorted(listed) == sorted(page.name for page in DOCS.glob("*.md"))


@pytest.mark.parametrize("name", OUTSIDE)
def test_links_of_what_is_not_in_the_site_lead_somewhere(name: str) -> None:
    page = REPOSITORY / name
    for link in LINK.findall(page.read_text()):
        if link.startswith(ELSEWHERE):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """What the headings of `page` are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_command_reference_is_what_the_command_line_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", make_commands.WIDE)
    assert make_commands.PAGE.read_text() == make_commands.render(), "make docs"


@pytest.mark.parametrize("kind", [Manifest, Stack, Window, Decoding, Quantization, Flatbuffer])
def test_every_field_of_a_manifest_is_described(kind: type) -> None:
    page = (DOCS / "model-format.md").read_text()
    for entry in fields(kind):
        assert f"`{entry.name}`" in page, entry.name

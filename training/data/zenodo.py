"""What files a record of Zenodo has: their sizes, their MD5, where each is."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from edge_lip.errors import FetchError
from edge_lip.system.fetch import Remote, get

MOST = 1 << 22
"""Bytes of a record's description; that of GRID has some thousands."""


def files_of(url: str) -> dict[str, Remote]:
    """The files of the record that the REST API describes at `url`, by name.

    Entries without a name or a size are passed over. Raises `FetchError` where the record can't be
    reached or what is there is no description of one.
    """
    content, kind = get(url, MOST)
    try:
        files = [_remote(url, entry) for entry in _entries(json.loads(content))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        what = "a web page" if kind == "text/html" else "something else"
        raise FetchError(f"{url}: answers with {what} in place of a list of files") from None
    return {file.name: file for file in files if file}


def _entries(record: Any) -> Iterator[dict[str, Any]]:
    """The descriptions of files in a record: `files` is a list, or a table that has one."""
    files = record["files"]
    if isinstance(files, dict):
        files = files.get("entries", [])
    yield from files.values() if isinstance(files, dict) else files


def _remote(url: str, entry: dict[str, Any]) -> Remote | None:
    name, size = entry.get("key"), entry.get("size")
    if not isinstance(name, str) or not isinstance(size, int) or size <= 0:
        return None
    kind, _, digits = str(entry.get("checksum", "")).rpartition(":")
    link = (entry.get("links") or {}).get("self")
    where = urljoin(url, link) if isinstance(link, str) else f"{url}/files/{quote(name)}/content"
    return Remote(name, where, size, digits.lower() if kind in ("", "md5") else "")

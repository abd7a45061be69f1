"""The settings file: TOML, one table for each verb that takes its options from there."""

import os
from collections.abc import Iterable
from typing import Any

from .errors import UsageError
from .paths import config_file


def read_config(verb: str) -> dict[str, Any]:
    """The settings of `verb` as the file has them; none where there is no file.

    Raises `UsageError` where the file can't be read, is no TOML, or holds other than such tables.
    """
    path = config_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if os.environ.get("EDGE_LIP_CONFIG"):
            raise UsageError(
                f"EDGE_LIP_CONFIG names {path}, which is not there: try edge-lip config --init"
            ) from error
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read the settings in {path}: {error}") from error
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}") from error
    for key in tables:
        if key != verb:
            raise UsageError(f"{path}: {key} is no table of settings: they stand below [{verb}]")
    settings = tables.get(verb, {})
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: {verb} is to be a table: [{verb}]")
    return settings


def unknown(key: str, known: Iterable[str]) -> UsageError:
    """What to raise for a setting that is none of `known`: it names the nearest."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(key, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    return UsageError(f"{config_file()}: there is no setting '{key}'; {hint}")

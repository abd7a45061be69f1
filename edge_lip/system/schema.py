"""Tables, as TOML and JSON have them, become dataclasses, strictly; `--set` changes single values.

A key too many or too few and a value of another type are errors: a setting that is silently ignored
(a crop, a frame rate) costs accuracy that nobody would look for there.
"""

import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

from ..errors import EdgeLipError

T = TypeVar("T")


class _SchemaError(Exception):
    """What is wrong with a table, and where in it."""


def build(kind: type[T], table: Any, where: str, error: type[EdgeLipError]) -> T:
    """The dataclass `kind` that the mapping `table` spells.

    Fields are of `bool`, `int`, `float` (whole numbers are numbers, too), `str` or `Any`, a tuple
    `tuple[…, ...]` or a `Mapping[str, …]` of these, another such dataclass, or one of these or
    None. Keys that have a default may be missing.

    Raises `error` for an unknown key, a missing one and a value of another type: one line that
    begins with `where`, names section and key, and says what may stand there and what does.
    """
    if not isinstance(table, Mapping):
        raise error(f"{where} must be a table, not {table!r}")
    try:
        return _build(kind, table, "")
    except _SchemaError as wrong:
        raise error(f"{where}: {wrong}") from None


def with_settings(
    kind: Any, table: Mapping[str, Any], settings: Iterable[str], error: type[EdgeLipError]
) -> dict[str, Any]:
    """A copy of `table`, which spells some of the dataclass `kind`, with single values replaced or
    added: `fps=30`, `crop.span=1.1`, `data.speakers=["s1"]`.

    What stands behind the `=` is TOML, or else taken as a string; `build` looks at it. Raises
    `error`, in one line that names the setting, where it is none or `kind` has no such key.
    """
    changed = deepcopy(dict(table))
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise error(f"{setting!r} is no setting: give KEY=VALUE or SECTION.KEY=VALUE")
        try:
            _put(kind, changed, key.strip().split("."), _parse(text.strip()))
        except _SchemaError as wrong:
            raise error(f"{setting!r}: {wrong}") from None
    return changed


def _put(kind: Any, table: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set what is at `path` in `table`: names of sections, then of a key."""
    name, *rest = path
    hints = typing.get_type_hints(kind)
    if not rest:
        _check_known(name, hints)
        table[name] = value
        return
    sections = {key: _some(hint) for key, hint in hints.items() if is_dataclass(_some(hint))}
    if name not in sections:
        known = f"; there are: {', '.join(sections)}" if sections else ""
        raise _SchemaError(f"there is no section {name!r}{known}")
    inner = table.setdefault(name, {})
    if not isinstance(inner, dict):
        raise _SchemaError(f"{name} must be a table [{name}], not {inner!r}")
    _put(sections[name], inner, rest, value)


def _parse(text: str) -> Any:
    import tomllib  # not where a device only opens a model

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _build(kind: Any, table: Mapping[str, Any], section: str) -> Any:
    """`section`: "[fit]: ", or nothing at the top."""
    hints = typing.get_type_hints(kind)
    for key in table:
        _check_known(key, hints, section)
    for entry in fields(kind):
        optional = entry.default is not MISSING or entry.default_factory is not MISSING
        if not optional and entry.name not in table:
            raise _SchemaError(f"{section}{entry.name} is missing")
    return kind(**{key: _convert(hints[key], value, section, key) for key, value in table.items()})


def _check_known(key: str, known: Mapping[str, Any], section: str = "") -> None:
    if key not in known:
        raise _SchemaError(f"{section}unknown key {key!r}; there are: {', '.join(known)}")


def _some(hint: Any) -> Any:
    """`X` of `X | None`, the only kind of union here; others as they are."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is types.UnionType else hint


def _convert(hint: Any, value: Any, section: str, name: str) -> Any:
    """`value` as the annotation `hint` has it; `section` and `name` say where it stands."""

    def expect(right: bool, what: str) -> None:
        if not right:
            raise _SchemaError(f"{section}{name} must be {what}, not {value!r}")

    if (some := _some(hint)) is not hint:
        return None if value is None else _convert(some, value, section, name)
    if is_dataclass(hint):
        expect(isinstance(value, dict), f"a table [{name}]")
        return _build(hint, value, f"{section}[{name}]: ")
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        expect(isinstance(value, list | tuple), "a list")
        return tuple(
            _convert(arguments[0], entry, section, f"{name} entry {number}")
            for number, entry in enumerate(value, 1)
        )
    if origin is Mapping:
        expect(isinstance(value, dict), "a table")
        return {
            key: _convert(arguments[1], entry, section, f"{name}[{key!r}]")
            for key, entry in value.items()
        }
    if hint is Any:
        return value
    if hint is float and type(value) is int:
        with suppress(OverflowError):  # too large for one: it is refused below
            value = float(value)
    expect(type(value) is hint, hint.__name__)
    return value

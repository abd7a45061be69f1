"""Verbs whose options may also be set in the environment and in the settings file."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..errors import UsageError
from ..system.paths import config_file
from ..system.textfile import read_toml

ORIGINS = {
    ParameterSource.COMMANDLINE: "flag",
    ParameterSource.ENVIRONMENT: "environment",
    ParameterSource.DEFAULT_MAP: "file",
    ParameterSource.DEFAULT: "default",
}
"""What has the last word, strongest first."""


@dataclass(frozen=True)
class Setting:
    """One option in effect."""

    name: str
    """As it is called in the settings file, and after `--`."""
    value: Any
    """None where nothing is set and whoever uses it decides."""
    origin: str
    """One of `ORIGINS`."""
    variable: str
    """The environment variable that sets it."""


class Configured(click.Command):
    """A command whose options are, where no flag says otherwise, those of `EDGE_LIP_VERB_OPTION` in
    the environment or of the verb's table in the settings file."""

    def __init__(self, *arguments: Any, rivals: Sequence[str] = (), **more: Any) -> None:
        """`rivals`: options that exclude each other. One that comes from further up in `ORIGINS`
        puts aside the others: --source does away with the camera of the settings file."""
        super().__init__(*arguments, **more)
        self._rivals = rivals
        for option in self.options():
            option.envvar = f"EDGE_LIP_{self.name}_{key_of(option)}".upper().replace("-", "_")

    def options(self) -> Iterator[click.Option]:
        """Those that can be set."""
        return (option for option in self.params if isinstance(option, click.Option))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; help and completion are the same whatever is in a file."""
        if not ctx.resilient_parsing and not set(args) & set(ctx.help_option_names):
            ctx.default_map = self._from_file(ctx)
        rest = super().parse_args(ctx, args)
        self._settle(ctx)
        return rest

    def in_effect(self) -> list[Setting]:
        """Every option with what a call without flags takes, and why.

        Raises `UsageError`, or click's, for what can't be set so.
        """
        context = self.make_context(self.name, [])
        found = []
        for option in self.options():
            assert option.name is not None
            origin = context.get_parameter_source(option.name) or ParameterSource.DEFAULT
            value = context.params[option.name]
            found.append(Setting(key_of(option), value, ORIGINS[origin], str(option.envvar)))
        return found

    def _from_file(self, ctx: click.Context) -> dict[str, Any]:
        """The settings of the file by parameter; they can be what they are meant to."""

        assert self.name is not None
        options = {key_of(option): option for option in self.options()}
        values = {}
        for key, given in read_config(self.name).items():
            if key not in options:
                raise unknown(key, options)
            option = options[key]
            value = _as_typed(option, given, config_file())
            try:
                option.type_cast_value(ctx, value)
            except (click.BadParameter, TypeError, ValueError) as error:
                told = error.message if isinstance(error, click.BadParameter) else f"not {given!r}"
                raise UsageError(f"{config_file()}: {key}: {told}") from error
            values[str(option.name)] = value
        return values

    def _settle(self, ctx: click.Context) -> None:
        order = list(ORIGINS)
        rank = {
            name: order.index(ctx.get_parameter_source(name) or ParameterSource.DEFAULT)
            for name in self._rivals
            if ctx.params.get(name) is not None
        }
        for name, place in rank.items():
            if place > min(rank.values()):
                ctx.params[name] = None
                ctx.set_parameter_source(name, ParameterSource.DEFAULT)


def key_of(option: click.Option) -> str:
    """What an option is called in the settings file: as after its two dashes."""
    return next(name for name in option.opts if name.startswith("--")).removeprefix("--")


def _as_typed(option: click.Option, value: Any, file: Path) -> Any:
    """A value of the file as click takes it. Paths are relative to its folder, and an option
    that needs no value may be true or false."""
    if isinstance(value, bool) and not option.is_flag:
        if not isinstance(option.flag_value, str):
            return str(value).lower()  # which its type then refuses
        return option.flag_value if value else None
    if isinstance(value, int) and isinstance(option.type, click.Choice):
        return str(value)
    # A word is no path: models that come with edge-lip have names.
    if isinstance(value, str) and isinstance(option.type, click.Path) and Path(value).suffix:
        value = str(file.parent / Path(value).expanduser())
    if option.multiple and not isinstance(value, list):
        return [value]
    if not option.multiple and isinstance(value, list | dict):
        raise UsageError(f"{file}: {key_of(option)} takes one value")
    return value


def read_config(verb: str) -> dict[str, Any]:
    """The settings of `verb` as the file has them; none where there is no file.

    Raises `UsageError` where the file can't be read, is no TOML, or holds other than such tables.
    """
    path = config_file()
    if not path.exists():
        if os.environ.get("EDGE_LIP_CONFIG"):
            raise UsageError(
                f"EDGE_LIP_CONFIG names {path}, which is not there: try edge-lip config --init"
            )
        return {}
    tables = read_toml(path, UsageError)
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

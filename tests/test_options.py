"""What the command line offers is what there is."""

from collections.abc import Collection

import click
import pytest

from edge_lip.cli import run as run_module
from edge_lip.mouth.trackers import TRACKERS
from edge_lip.reading.triggers import TRIGGERS
from edge_lip.sinks import OUTPUTS
from edge_lip.sources import SOURCES, STDIN, URL
from edge_lip.text.decoders import DECODERS


def option(name: str) -> click.Option:
    (found,) = (one for one in run_module.run.params if one.name == name)
    assert isinstance(found, click.Option)
    return found


@pytest.mark.parametrize(("name", "table"), [("tracker", TRACKERS), ("decoder", DECODERS)])
def test_choices_are_the_names_of_the_table(name: str, table: Collection[str]) -> None:
    chosen = option(name).type
    assert isinstance(chosen, click.Choice) and list(chosen.choices) == list(table)


@pytest.mark.parametrize(
    ("name", "specs"),
    [
        ("source", [entry.spec for entry in (*SOURCES.values(), STDIN, URL)]),
        ("to", [entry.spec for entry in OUTPUTS.values()]),
        ("trigger", [entry.spec for entry in TRIGGERS.values()]),
    ],
)
def test_the_help_has_every_spec_of_the_table(name: str, specs: list[str]) -> None:
    told = option(name).help
    assert told is not None
    assert all(f"({spec})" in told for spec in specs)

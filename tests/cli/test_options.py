"""What the command line offers is what there is."""

from collections.abc import Collection

import click
import pytest

from converter.commands.convert import convert
from converter.export.modes import ALL, CHOICES
from converter.export.quantize import PLANS
from converter.targets import TARGETS
from edge_lip.cli.run import run
from edge_lip.mouth.trackers import TRACKERS
from edge_lip.reading.triggers import TRIGGERS
from edge_lip.sinks import OUTPUTS
from edge_lip.sources import SOURCES, STDIN, URL
from edge_lip.text.decoders import DECODERS


def option(verb: click.Command, name: str) -> click.Option:
    (found,) = (one for one in verb.params if one.name == name)
    assert isinstance(found, click.Option)
    return found


@pytest.mark.parametrize(
    ("verb", "name", "table"),
    [
        (run, "tracker", TRACKERS),
        (run, "decoder", DECODERS),
        (convert, "target", TARGETS),
        (convert, "quantize", CHOICES),
    ],
)
def test_choices_are_the_names_of_the_table(
    verb: click.Command, name: str, table: Collection[str]
) -> None:
    chosen = option(verb, name).type
    assert isinstance(chosen, click.Choice) and list(chosen.choices) == list(table)


def test_a_file_can_be_stored_in_every_way_that_is_offered() -> None:
    assert (*PLANS, ALL) == CHOICES


@pytest.mark.parametrize(
    ("name", "specs"),
    [
        ("source", [entry.spec for entry in (*SOURCES.values(), STDIN, URL)]),
        ("to", [entry.spec for entry in OUTPUTS.values()]),
        ("trigger", [entry.spec for entry in TRIGGERS.values()]),
    ],
)
def test_the_help_has_every_spec_of_the_table(name: str, specs: list[str]) -> None:
    told = option(run, name).help
    assert told is not None
    assert all(f"({spec})" in told for spec in specs)

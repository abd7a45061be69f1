"""Tables of names: each entry is there, and what it needs can be installed."""

import configparser
from pathlib import Path

import pytest

from edge_lip.cli.main import VERBS
from edge_lip.confirmation.answers import ANSWERS
from edge_lip.errors import UsageError
from edge_lip.mouth.trackers import TRACKERS
from edge_lip.reading.triggers import TRIGGERS
from edge_lip.registry import Entry, explain, find
from edge_lip.sinks import OUTPUTS
from edge_lip.sources import SOURCES, STDIN, URL
from edge_lip.text.decoders import DECODERS
from edge_lip.text.tasks import TASKS
from training.data.datasets import DATASETS
from training.recipes.parts import ENCODERS, TEMPORAL

TABLES = (VERBS, TRACKERS, DECODERS, TRIGGERS, SOURCES, OUTPUTS, ANSWERS, {"-": STDIN, "rtsp": URL})
ENTRIES = [pytest.param(entry, id=entry.target) for table in TABLES for entry in table.values()]


@pytest.mark.parametrize("name", DATASETS)
def test_every_reader_of_a_dataset_is_there(name: str) -> None:
    assert callable(DATASETS[name].load())


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_is_there_and_says_what_it_is(entry: Entry) -> None:
    assert callable(entry.load())
    assert entry.summary


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_extra_can_be_installed(entry: Entry) -> None:
    setup = configparser.ConfigParser()
    setup.read(Path(__file__).parents[1] / "setup.cfg")
    assert not entry.extra or entry.extra in setup["options.extras_require"]


def test_an_unknown_name_is_told_in_a_line_with_those_there_are() -> None:
    table = {"one": Entry("a:b", "the first"), "two": Entry("c:d", "the second", "train")}
    assert find(table, "two", "no number is called").install == "pip install 'edge-lip[train]'"
    with pytest.raises(UsageError, match="^no number is called 'six'; there are: one, two$"):
        find(table, "six", "no number is called")
    assert explain(table) == "one: the first; two: the second"


def test_every_decoder_is_for_one_task() -> None:
    assert sorted(DECODERS) == sorted(name for task in TASKS.values() for name in task.decoders)


def test_every_part_of_a_network_is_there() -> None:
    assert all(callable(part.load()) for part in (*ENCODERS.values(), *TEMPORAL.values()))

"""What the command line offers is what there is."""

from edge_lip.cli.options import DECODERS, TRACKERS


def test_names_are_those_of_the_registries() -> None:
    from edge_lip.mouth.trackers import TRACKERS as THERE
    from edge_lip.text.decoding import DECODERS as MADE

    assert set(TRACKERS) == set(THERE)
    assert set(DECODERS) == set(MADE)

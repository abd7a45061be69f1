"""Outputs have all the time that a busy machine needs, where a test is not about time."""

import pytest

PATIENCE = 60.0
"""Seconds after which a test that waits has failed."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_lip.sinks.queued.FLUSH", PATIENCE)

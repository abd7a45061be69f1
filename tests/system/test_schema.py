"""Tables become dataclasses or an error in one line, and `--set` changes single values of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge_lip.errors import EdgeLipError, ModelError, UsageError
from edge_lip.system.schema import build, with_settings


@dataclass(frozen=True)
class Lens:
    zoom: float
    name: str = "plain"


@dataclass(frozen=True)
class Camera:
    lens: Lens
    width: int
    spare: Lens | None = None
    rate: int | None = None
    live: bool = False
    modes: tuple[str, ...] = ()
    slots: tuple[tuple[int, ...], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)


LEAST: dict[str, Any] = {"lens": {"zoom": 2}, "width": 640}


def test_a_table_becomes_a_dataclass() -> None:
    assert build(Camera, LEAST, "camera", UsageError) == Camera(Lens(2.0), 640)
    said = {
        "lens": {"zoom": 1.5, "name": "wide"},
        "width": 320,
        "spare": {"zoom": 3},
        "rate": 25,
        "live": True,
        "modes": ["day", "night"],
        "slots": [[1, 2], (3,), []],
        "versions": {"numpy": "2"},
        "notes": {"any": [1, {"thing": None}]},
    }
    made = build(Camera, said, "camera", UsageError)
    assert (made.lens, made.spare, made.rate) == (Lens(1.5, "wide"), Lens(3.0), 25)
    assert isinstance(made.lens.zoom, float) and isinstance(made.spare, Lens)
    assert (made.modes, made.slots) == (("day", "night"), ((1, 2), (3,), ()))
    assert (made.versions, made.notes) == (said["versions"], said["notes"])
    assert build(Camera, LEAST | {"spare": None}, "camera", UsageError).spare is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"wide": 1}, "unknown key 'wide'; there are: lens, width, spare, rate, live, modes, "),
        ({"a\nb": 1}, r"unknown key 'a\nb'"),
        ({"lens": {}}, "[lens]: zoom is missing"),
        ({"lens": {"zoom": 1, "tele": 2}}, "[lens]: unknown key 'tele'; there are: zoom, name"),
        ({"lens": {"zoom": "far"}}, "[lens]: zoom must be float, not 'far'"),
        ({"lens": {"zoom": True}}, "[lens]: zoom must be float, not True"),
        ({"lens": {"zoom": 10**400}}, "[lens]: zoom must be float, not 1000"),
        ({"lens": 3}, "lens must be a table [lens], not 3"),
        ({"lens": None}, "lens must be a table [lens], not None"),
        ({"spare": []}, "spare must be a table [spare], not []"),
        ({"spare": {"zoom": None}}, "[spare]: zoom must be float, not None"),
        ({"width": 3.0}, "width must be int, not 3.0"),
        ({"width": True}, "width must be int, not True"),
        ({"rate": "fast"}, "rate must be int, not 'fast'"),
        ({"live": 1}, "live must be bool, not 1"),
        ({"modes": "day"}, "modes must be a list, not 'day'"),
        ({"modes": ["day", 2]}, "modes entry 2 must be str, not 2"),
        ({"slots": [[1], 2]}, "slots entry 2 must be a list, not 2"),
        ({"slots": [[1], [2, "x"]]}, "slots entry 2 entry 2 must be int, not 'x'"),
        ({"versions": ["2"]}, "versions must be a table, not ['2']"),
        ({"versions": {"num\npy": 2}}, r"versions['num\npy'] must be str, not 2"),
    ],
)
def test_a_mistake_is_one_line_that_says_where_and_what(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ModelError) as caught:
        build(Camera, LEAST | change, "the camera", ModelError)
    assert str(caught.value).startswith(f"the camera: {says}")
    assert "\n" not in str(caught.value)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match="^camera.toml: lens is missing$"):
        build(Camera, {}, "camera.toml", UsageError)
    with pytest.raises(UsageError, match=r"^camera.toml must be a table, not \[\]$"):
        build(Camera, [], "camera.toml", UsageError)


def test_settings_are_toml_or_else_text() -> None:
    before = {"lens": {"zoom": 2}, "width": 640}
    settings = ["width = 320", "lens.name=a b", "spare.zoom=3", 'modes=["day"]', "lens.zoom=.5"]
    changed = with_settings(Camera, before, [*settings, "lens.zoom=4"], UsageError)
    assert changed == {
        "lens": {"zoom": 4, "name": "a b"},
        "width": 320,
        "spare": {"zoom": 3},
        "modes": ["day"],
    }
    assert before == LEAST, "what is given stays as it was"
    assert with_settings(Camera, before, [], UsageError) == before
    assert with_settings(Lens, {}, ["name="], UsageError) == {"name": ""}


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("width", "'width' is no setting: give KEY=VALUE or SECTION.KEY=VALUE"),
        ("wide=3", "'wide=3': unknown key 'wide'; there are: lens, width, "),
        ("=3", "'=3': unknown key ''"),
        ("lens.tele=3", "'lens.tele=3': unknown key 'tele'; there are: zoom, name"),
        ("lenses.zoom=3", "'lenses.zoom=3': there is no section 'lenses'; there are: lens, spare"),
        ("width.zoom=3", "'width.zoom=3': there is no section 'width'; there are: lens, spare"),
        ("lens.zoom.x=3", "'lens.zoom.x=3': there is no section 'zoom'"),
        ("spare.zoom=3", "'spare.zoom=3': spare must be a table [spare], not 7"),
    ],
)
def test_a_setting_that_is_none_is_named(setting: str, says: str) -> None:
    with pytest.raises(EdgeLipError) as caught:
        with_settings(Camera, LEAST | {"spare": 7}, [setting], UsageError)
    assert str(caught.value).startswith(says)
    assert isinstance(caught.value, UsageError) and "\n" not in str(caught.value)

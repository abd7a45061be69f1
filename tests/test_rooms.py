"""The plan of the house: which rooms there are, and which of them may import which.

docs/architecture.md is these tables in words. Imports inside functions and those for type checkers
count like any others.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGES = ("edge_lip", "training", "converter")
HALL = {
    "edge_lip": {"__init__", "__main__", "errors", "events", "registry"},
    "training": {"__init__"},
    "converter": {"__init__"},
}
"""Modules that are in no room: of `edge_lip`, what its users see."""

DEVICE = {
    "errors": "",
    "registry": "errors",
    "system": "errors registry",
    "runtime": "errors system",
    "text": "errors registry",
    "talker": "errors system",
    "events": "text",
    "sources": "errors system talker",
    "mouth": "errors registry system runtime sources",
    "model": "errors system runtime text mouth",
    "frontend": "errors mouth model",
    "phrases": "errors system text model",
    "reading": "errors registry events system text sources mouth model frontend phrases",
    "recording": "errors system sources mouth reading",
    "measuring": "errors system runtime sources mouth model reading recording",
    "sinks": "errors events system",
    "confirmation": "errors events system text mouth reading sinks",
    "web": "errors events system runtime sources mouth reading recording confirmation",
    "demo": "errors events system model mouth reading sinks sources",
    "appliance": "errors system runtime model mouth reading sinks sources confirmation web",
    "cli": "errors registry system text events sources mouth model phrases reading"
    " recording measuring sinks confirmation web demo appliance",
    "__init__": "errors events model reading sources",
    "__main__": "cli",
}
"""Of each room of `edge_lip`, the rooms it may import: all of them stand before it."""

TRAINING = {
    "jobs": "",
    "recipes": "",
    "data": "jobs recipes",
    "networks": "jobs recipes",
    "samples": "jobs recipes data networks",
    "reports": "",
    "tasks": "jobs recipes samples reports",
    "trained": "",
    "evaluation": "jobs recipes data reports trained",
    "fitting": "jobs recipes data networks samples reports tasks trained evaluation",
    "commands": "jobs recipes data tasks evaluation fitting",
}
"""The same of `training`, which may import whatever is in `edge_lip`, and never `converter`."""

CONVERTER = {
    "external": "",
    "export": "",
    "calibration": "",
    "targets": "export",
    "verification": "external export",
    "conversion": "external export calibration targets verification",
    "commands": "external export targets verification conversion",
}
"""The same of `converter`, which may import whatever is in the other two."""

ALLOWED = {
    f"{package}.{room}": {f"{package}.{other}" for other in others.split()}
    for package, table in zip(PACKAGES, (DEVICE, TRAINING, CONVERTER), strict=True)
    for room, others in table.items()
}
ABOVE = {"edge_lip": set(), "training": {"edge_lip"}, "converter": {"edge_lip", "training"}}
"""Packages that a package may import beside itself."""


def room_of(module: str) -> str:
    """`edge_lip.mouth` of `edge_lip.mouth.pose`; `edge_lip.__init__` of `edge_lip` itself."""
    package, *rest = module.split(".")
    return f"{package}.{rest[0] if rest else '__init__'}"


def exists(module: str) -> bool:
    path = REPOSITORY / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def imported(path: Path) -> list[tuple[int, str]]:
    """Line and module of each import of the project's own packages in a file."""
    package = path.relative_to(REPOSITORY).parent.parts
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                found.append((node.lineno, inner if exists(inner) else module))
    return [(line, name) for line, name in found if name.partition(".")[0] in PACKAGES]


def arrows() -> dict[str, dict[str, list[str]]]:
    """For each room, the rooms it imports, with the places where it does."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            inside = path.relative_to(REPOSITORY).with_suffix("").parts
            room = room_of(".".join(inside[:2]))
            for line, module in imported(path):
                if module == "edge_lip":  # its version, which is in no room
                    continue
                if room_of(module) != room:
                    found[room][room_of(module)].append(f"{'/'.join(inside)}.py:{line}")
    return found


def test_every_arrow_is_in_the_table() -> None:
    wrong = []
    for room, others in arrows().items():
        package = room.partition(".")[0]
        for other, places in others.items():
            above = other.partition(".")[0] in ABOVE[package]
            if not above and other not in ALLOWED[room]:
                wrong.append(f"{places[0]}: {room} may not import {other}")
    assert not wrong, "\n".join(wrong)


def test_every_arrow_of_the_table_is_there() -> None:
    there = arrows()
    idle = [f"{room} -> {other}" for room in ALLOWED for other in ALLOWED[room] - set(there[room])]
    assert not idle, f"imported by nobody: {', '.join(sorted(idle))}"


@pytest.mark.parametrize("table", [DEVICE, TRAINING, CONVERTER], ids=PACKAGES)
def test_arrows_go_one_way(table: dict[str, str]) -> None:
    known: set[str] = set()
    for room, others in table.items():
        assert set(others.split()) <= known, f"{room} imports a room that comes after it"
        known.add(room)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_loose(package: str) -> None:
    assert {path.stem for path in (REPOSITORY / package).glob("*.py")} == HALL[package]


def test_the_page_tells_of_every_room() -> None:
    page = (REPOSITORY / "docs" / "architecture.md").read_text()
    told = set(
        re.findall(r"^\| `((?:edge_lip|training|converter)/\w+)/?(?:\.py)?`", page, re.MULTILINE)
    )
    rooms = {room.replace(".", "/") for room in ALLOWED if not room.endswith("__")}
    assert told - {"edge_lip/models"} == rooms


OTHERS = {"support", "machines", "docs", "benchmarks", "faults"}
"""Folders of tests that are no room's: helpers, scripts run by hand, what spans several rooms."""


def test_tests_follow_the_rooms() -> None:
    strange = set()
    for path in (REPOSITORY / "tests").rglob("test_*.py"):
        folders = path.relative_to(REPOSITORY / "tests").parent.parts
        if not folders or folders[0] in OTHERS:  # of the whole house
            continue
        package = folders[0] if folders[0] in PACKAGES[1:] else "edge_lip"
        room = folders[1:2] if package in folders else folders[:1]
        if ".".join((package, *room)) not in ALLOWED:
            strange.add("/".join(folders))
    assert not strange, f"no room is called so: {', '.join(sorted(strange))}"


def test_nothing_reaches_another_folder_through_the_path() -> None:
    here = Path(__file__)
    files = [path for path in (REPOSITORY / "tests").rglob("*.py") if path != here]
    assert not [path for path in files if "sys.path" in path.read_text()]

"""Everything the pages tell people to type is run, or says why it is not.

A block before which stands `<!-- not run: WHY -->` is not run; its calls of edge-lip have to be
ones that the command line takes. The others run in the order of their page, all in one folder with
the files that readers are supposed to have. What a console block says is printed has to be, word by
word, where `...` stands for anything; `<!-- output not compared: WHY -->` excuses it.
"""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.blocks import FENCE, RUNNABLE, Block, blocks_of
from support.calls import check_call
from support.stand_ins import film, provide

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]
BLOCKS = [block for page in PAGES for block in blocks_of(page)]
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SECONDS = 60.0


def name(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


@pytest.fixture(scope="session")
def folders(face_models: object, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """A folder to run in for each page, filled."""
    clip = film(tmp_path_factory.mktemp("film") / "clip.mp4")
    return {page: provide(tmp_path_factory.mktemp(page.stem), clip) for page in PAGES}


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.remark != "not run"], ids=name)
def test_it_runs(block: Block, folders: dict[Path, Path]) -> None:
    folder = folders[block.page]
    if block.language == "python":
        run([sys.executable, "-c", block.text], folder)
        return
    for typed, expected in block.calls:
        printed = run(["bash", "-euo", "pipefail", "-c", typed], folder)
        if expected and not block.remark:
            same = doctest.OutputChecker().check_output(expected, printed, LOOSELY)
            assert same, f"$ {typed}{printed}instead of\n{expected}"


def run(command: list[str], folder: Path) -> str:
    """What a command prints in `folder`, where `edge-lip` and `python` are those of the tests."""
    environment = {key: value for key, value in os.environ.items() if key != "DATASET_PATH"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{command[-1]}\nends with {done.returncode}:\n{done.stdout}"
    return done.stdout


@pytest.mark.parametrize("block", [b for b in BLOCKS if b.remark == "not run"], ids=name)
def test_what_is_not_run_is_at_least_a_call(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATASET_PATH", "somewhere")
    if block.language == "python":
        compile(block.text, name(block), "exec")
        return
    for typed, _ in block.calls:
        for line in typed.replace("\\\n", " ").splitlines():
            if line.strip().startswith("edge-lip "):
                check_call(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_to_type_hides_from_the_tests(page: Path) -> None:
    text = page.read_text()
    assert text.count("\n```") % 2 == 0
    unfenced = FENCE.sub("", text).splitlines()
    unnamed = [
        line for name, content in FENCE.findall(text) if not name for line in content.split("\n")
    ]
    typed = [line for line in unfenced if line.startswith(("    edge-lip ", "    pip "))]
    typed += [line for line in unnamed if line.startswith(("edge-lip ", "pip ", "$ "))]
    assert not typed, f"in a fence of {', '.join(RUNNABLE)}, please: {typed}"

"""`python -m benchmarks`: lists what there is, runs it, and says what is wrong in one line."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import benchmarks
from benchmarks.__main__ import BENCHMARKS, main
from edge_lip.errors import DataError


def test_it_lists_them_without_importing_any() -> None:
    code = "import sys; from benchmarks.__main__ import main; main([]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *listed, modules = done.stdout.splitlines()
    assert [line.split()[0] for line in listed[2:]] == list(BENCHMARKS)
    assert not {"numpy", "cv2", "tensorflow"} & set(modules.split())


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_tells_how_it_is_called(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m benchmarks {name} ")


def test_whatever_has_a_main_is_in_the_table() -> None:
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names if name[0] != "_"]
    have = {module.__name__.partition(".")[2] for module in modules if hasattr(module, "main")}
    assert have <= set(BENCHMARKS)  # of the others, each is called above


def test_an_unknown_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "no benchmark is called 'nothing'; python -m benchmarks lists them"
    ]


def test_what_a_user_can_mend_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_clips(arguments: object) -> None:
        raise DataError("there are no clips")

    monkeypatch.setattr("benchmarks.startup.main", no_clips)
    assert main(["startup", "clip.mp4"]) == DataError.exit_code
    assert capsys.readouterr().err == "python -m benchmarks startup: there are no clips\n"

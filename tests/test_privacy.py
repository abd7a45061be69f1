"""What a run asks of the kernel: no connection, and no file to write to.

Recorded by strace, which sees every system call of the process and of its threads, whatever
library makes it.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge_lip.sources.specs import open_source

PATIENCE = 300.0
TEXT = "bin blue at f two now"
TALKER = f"talker:{TEXT}"
RUN = [sys.executable, "-m", "edge_lip", "run", "--source"]
CHANGES = (
    "?creat,?mkdir,?mkdirat,?mknod,?mknodat,?rename,?renameat,?renameat2,?rmdir,?unlink,"
    "?unlinkat,?link,?linkat,?symlink,?symlinkat,?truncate,?ftruncate,?fallocate,?chmod,"
    "?fchmod,?fchmodat,?chown,?lchown,?fchown,?fchownat,?setxattr,?lsetxattr,?fsetxattr,"
    "?utime,?utimes,?utimensat,?futimesat,?mount,?pivot_root"
)
"""System calls by which files come to be, change or go, as far as this machine has them."""
WAITS = {"socket", "socketpair", "setsockopt", "bind", "listen", "getsockname", "accept4"}
WAITS |= {"accept", "shutdown"}
"""System calls of whoever waits to be called."""
WRITES = re.compile(r"\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b")

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is for Linux"),
    pytest.mark.usefixtures("face_models"),
]


@pytest.fixture(scope="module")
def strace() -> str:
    program = shutil.which("strace")
    if program is None:
        pytest.skip("needs strace: sudo apt install strace")
    try:
        subprocess.run([program, "true"], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"processes can't be traced here: {error.stderr.decode().strip()}")
    return program


def read(call: list[str], stdin: bytes | None = None) -> str:
    """What a process prints that ends well."""
    done = subprocess.run(call, input=stdin, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def calls(strace: str, call: list[str], trace: Path, stdin: bytes | None = None) -> list[str]:
    """What `call` asks of the network and of files, one system call a line."""
    # What Python has compiled it keeps beside the code, once; installing a package does so already.
    read(call, stdin)
    wanted = f"trace=%network,open,openat,openat2,{CHANGES}"
    traced = [strace, "-f", "-qq", "-y", "-s", "200", "-e", wanted, "-o", str(trace)]
    read([*traced, *call], stdin)
    return trace.read_text().splitlines()


def conspicuous(traced: list[str]) -> list[str]:
    """Those that are not the opening of a file to read it, or of what forgets all."""
    found = []
    for line in traced:
        name = re.match(r"\d+ +(?:<\.\.\. )?(\w+)", line)
        if name is None or line.endswith("+++") or "--- SIG" in line:
            continue
        if name[1].startswith("open") and (not WRITES.search(line) or '"/dev/null"' in line):
            continue
        found.append(line)
    return found


def live() -> tuple[str, bytes]:
    """A camera on standard input: its spec, and what it gives."""
    frames = [frame.image for frame in open_source(TALKER)]
    height, width = frames[0].shape[:2]
    return f"raw:-?size={width}x{height}&live=1", np.stack(frames).tobytes()


def test_the_trace_sees_what_must_not_be(strace: str, tmp_path: Path) -> None:
    code = (
        "import os, socket, sys, threading\n"
        "def work():\n"
        "    socket.socket(socket.AF_INET).close()\n"
        "    open(sys.argv[1], 'w').close()\n"
        "    os.rename(sys.argv[1], sys.argv[1] + '2')\n"
        "thread = threading.Thread(target=work); thread.start(); thread.join()\n"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "file")]
    seen = conspicuous(calls(strace, call, tmp_path / "trace"))
    assert [re.sub(r".*?(\w+)\(.*", r"\1", line) for line in seen][-3:] == [
        "socket",
        "openat",
        "rename",
    ]


def test_a_recorded_source_leaves_no_trace(strace: str, tmp_path: Path) -> None:
    assert conspicuous(calls(strace, [*RUN, TALKER], tmp_path / "trace")) == []


def test_a_live_source_leaves_no_trace(strace: str, tmp_path: Path) -> None:
    spec, film = live()
    assert conspicuous(calls(strace, [*RUN, spec], tmp_path / "trace", film)) == []


def test_a_clip_of_somebody_leaves_no_trace(strace: str, tmp_path: Path, grid: Path) -> None:
    clip = str(grid / "s1" / "bbaf2n.mp4")
    assert conspicuous(calls(strace, [*RUN, clip], tmp_path / "trace")) == []


def test_a_page_waits_for_browsers_and_calls_nobody(strace: str, tmp_path: Path) -> None:
    spec, film = live()
    own = tmp_path / "own.txt"
    page = ["--web", "127.0.0.1:0", "--confirm", "ask", "--own-phrases", str(own)]
    seen = conspicuous(calls(strace, [*RUN, spec, *page], tmp_path / "trace", film))
    # The kernel may be asked, and a thread be woken; sent to somebody is what has an address.
    outside = [line for line in seen if "NETLINK" not in line and ", NULL, 0)" not in line]
    names = {re.sub(r"\d+ +(?:<\.\.\. )?(\w+).*", r"\1", line) for line in outside}
    assert {"bind", "listen"} <= names <= WAITS
    assert not own.exists()


def test_without_a_network_the_same_is_read() -> None:
    alone = ["unshare", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("no process can be without a network here, root's may mostly")
    call = [*RUN, TALKER, "talker"]
    assert read([*alone, *call]) == read(call) == f"{TEXT}\n"

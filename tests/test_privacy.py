"""What a run asks of the kernel: no connection, and no file to write to.

Recorded by strace, which sees every system call of the process and of its threads, whatever
library makes it.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from websockets.sync.client import connect

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


def converse(process: subprocess.Popen[str], *wishes: dict[str, str]) -> None:
    """Be the page of a person: do `wishes`, and say that what is read is right."""
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    found = next(found for line in lines if (found := re.search(r"http://(\S+)/speak", line)))
    with connect(f"ws://{found[1]}/speak/messages") as page:
        for text in page:
            asked = json.loads(text).get("asked")
            if asked is not None:
                for wish in wishes:
                    page.send(json.dumps(wish))
                page.send(json.dumps({"do": "yes", "number": asked["number"]}))
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("kept", [False, True])
def test_of_what_is_said_by_the_page_nothing_is_kept_but_what_somebody_keeps(
    kept: bool, strace: str, tmp_path: Path
) -> None:
    own, trace = tmp_path / "own" / "phrases.txt", tmp_path / "trace"
    own.parent.mkdir()
    wanted = f"trace=%network,open,openat,openat2,{CHANGES}"
    call = [strace, "-f", "-qq", "-y", "-s", "200", "-e", wanted, "-o", str(trace)]
    call += [*RUN, TALKER, "talker", "--web", "127.0.0.1:0", "--confirm", "ask"]
    call += ["--own-phrases", str(own)]
    say, keep = {"do": "say", "text": "I need water"}, {"do": "add", "text": "Thank you"}
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        converse(run, say, *([keep] if kept else []))
        assert run.stdout is not None and run.stdout.read() == f"{TEXT}\n"
    outside = [
        line for line in conspicuous(trace.read_text().splitlines()) if "NETLINK" not in line
    ]
    answers = WAITS | {"recvfrom", "sendto", "getpeername"}
    files = [
        line for line in outside if re.sub(r"\d+ +(?:<\.\.\. )?(\w+).*", r"\1", line) not in answers
    ]
    assert all(str(own.parent) in line for line in files)
    # What has an address is sent to somebody who has not called.
    assert not any("sendto(" in line and "sa_family" in line for line in outside)
    assert bool(files) is kept
    assert (own.read_text() if own.exists() else "") == ("Thank you\n" if kept else "")


def test_without_a_network_the_same_is_read() -> None:
    alone = ["unshare", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("no process can be without a network here, root's may mostly")
    call = [*RUN, TALKER, "talker"]
    assert read([*alone, *call]) == read(call) == f"{TEXT}\n"

"""A disk without room, and one that can't be written to."""

import json
from collections.abc import Iterator

from machines.guest.bench import RUN, Bench, Figure, equal, is_true
from machines.guest.service import READY, Service, installed

SAID = "/var/tmp/full/said.jsonl"


def full(bench: Bench) -> Iterator[Figure]:
    """A file system of its own is filled, and emptied again."""
    host = bench.host
    host.call(
        "mkdir -p /var/tmp/full && sudo mount -t tmpfs -o size=64k,mode=1777 tmpfs /var/tmp/full"
    )
    # A page of 4096 bytes has room for what is behind it: so much that one event fits, not two.
    host.call(f'printf \'{{"kind": "before", "x": "%02500d"}}\\n\' 0 > {SAID}')
    try:
        with bench.reading(f"{RUN} --to jsonl:{SAID}") as program:
            first = len(program.said)
            before, _, _ = bench.text(program, "bin")
            yield equal("a text", before, bench.clips["bin"].text)
            host.call("dd if=/dev/zero of=/var/tmp/full/filler bs=1k 2> /dev/null", check=False)
            for clip in ("set", "lay", "set"):
                text, _, _ = bench.text(program, clip)
                yield equal("full: a text all the same", text, bench.clips[clip].text)
            said = [line for line in program.said[first:] if not line.event]
            told = [line for line in said if "o space left" in line.text]
            yield Figure("full: told, times", str(len(told)), len(told) == 1, "1")
            host.call("rm /var/tmp/full/filler")
            after, _, _ = bench.text(program, "bin")
        lines = host.call(f"cat {SAID}").splitlines()
        whole = [line for line in lines if line.startswith("{") and line.endswith("}")]
        yield equal("whole lines", str(len(whole)), str(len(lines)))
        events = [json.loads(line) for line in whole]
        finals = [event["text"] for event in events if event["kind"] == "final"]
        kept = f"{finals[0]}, {finals[-1]}" if finals else "none"
        yield equal("the texts before and after are kept", kept, f"{before}, {after}")
    finally:
        host.call("sudo umount /var/tmp/full", check=False)


def read_only(bench: Bench) -> Iterator[Figure]:
    with installed(bench) as service:
        # A file system that is mounted so can't be made so while it is in use.
        bench.power.reboot("ro", "systemd.mask=systemd-remount-fs.service")
        try:
            yield from _reads(bench, service)
        finally:
            bench.power.reboot()


def _reads(bench: Bench, service: Service) -> Iterator[Figure]:
    failed = bench.host.call("touch ~/x && rm ~/x", check=False)
    yield is_true("nothing can be written", "Read-only file system" in failed)
    state = f"{service.systemctl} is-active -q edge-lip"
    bench.host.call(f"for k in $(seq {READY * 5:.0f}); do {state} && exit; sleep 0.2; done; exit 1")
    yield equal("the service", service.show("ActiveState"), "active")
    with service.journal() as journal:
        text = service.text(bench, journal, "bin")
        yield equal("a text", text, bench.clips["bin"].text)

"""The machine is started again: as it should be, and by a power cut."""

from collections.abc import Iterator

from machines.guest.bench import Bench, Figure, equal, is_true, seconds
from machines.guest.service import Service, installed

BOOTED = 90.0
"""Seconds from the kernel's start to a service that reads."""
PHRASES = "mine.phrases"
SAID = "said.jsonl"
KEPT = ".config/kept/config.toml"


def reboot(bench: Bench) -> Iterator[Figure]:
    for of_user in (False, True):
        with installed(bench, of_user=of_user) as service:
            bench.power.reboot()
            for figure in _reads_again(bench, service):
                what = f"{'of a user' if of_user else 'of the system'}: {figure.what}"
                yield Figure(what, figure.value, figure.good, figure.wanted)


def power_cut(bench: Bench) -> Iterator[Figure]:
    host, command = bench.host, bench.host.command
    with installed(bench, f'to = ["jsonl:{SAID}"]') as service:
        bench.emulated.tell("play", "bin")
        host.call(f"until grep -q bin .config/edge-lip/{SAID}; do sleep 0.2; done")
        # Each says that it has kept something; the power goes as soon as the second has.
        taught = f"{command} teach {PHRASES} add hello --source edge-lip-test/clips/set"
        said = host.call(f"EDGE_LIP_CONFIG=$HOME/{KEPT} {command} config --init && {taught}")
        yield is_true("settings and phrases said to be kept", "hello" in said)
        bench.power.cut()
        bench.power.boot()
        found = host.call(f"cat {KEPT}", check=False)
        yield is_true("the settings are there, whole", "[run]" in found)
        listed = host.call(f"{command} teach {PHRASES} list", check=False)
        yield is_true("the phrases are there", "hello" in listed, listed.strip()[-80:])
        lines = host.call(f"cat .config/edge-lip/{SAID}", check=False).count("\n")
        yield Figure("texts in the file of --to, of 1", str(lines))
        kernel = host.call("sudo journalctl -b -k -o cat --no-pager")
        yield is_true("the disk was recovered", "recovery complete" in kernel)
        yield from _reads_again(bench, service)
    host.call(f"rm -rf {KEPT} {PHRASES} .config/edge-lip/{SAID}")


def _reads_again(bench: Bench, service: Service) -> Iterator[Figure]:
    """By itself, from the kernel's start on."""
    state = f"{service.systemctl} is-active -q edge-lip"
    bench.host.call(f"for k in $(seq 300); do {state} && exit; sleep 0.2; done; exit 1")
    yield seconds("kernel to reading", service.at("ActiveEnter"), BOOTED)
    yield seconds("of which its own", service.at("ActiveEnter") - service.at("ExecMainStart"), 20)
    yield equal("restarts", service.show("NRestarts"), "0")
    if service.show("StandardOutput") == "journal":
        with service.journal() as journal:
            text = service.text(bench, journal, "lay")
            yield equal("a text then", text, bench.clips["lay"].text)

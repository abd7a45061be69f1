"""`edge-lip service`: `edge-lip run` at every start, started again when it fails (systemd)."""

import getpass
import os
from typing import TYPE_CHECKING

import click

from ..errors import EdgeLipError, UsageError
from . import options

if TYPE_CHECKING:
    from pathlib import Path

    from ..appliance.service.manager import Manager
    from ..system.needs import Needs

ACTIONS = ("install", "status", "logs", "remove", "mdns")


@click.command(
    epilog=options.examples(
        "edge-lip service install",
        "edge-lip service install --print",
        "edge-lip service logs --follow",
        "edge-lip service remove",
        "edge-lip service mdns | sudo tee /etc/avahi/services/edge-lip.service",
        then="It reads what the settings file says: edge-lip config. What is said is in the "
        "journal, unless it goes elsewhere by --to. All about the unit: docs/appliance.md.",
    )
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.option(
    "--user/--system",
    default=True,
    show_default=True,
    help="A service of yours, or one of the machine, which can be walled in tighter.",
)
@click.option("--print", "only_print", is_flag=True, help="With install: the unit, and no more.")
@click.option("--follow", is_flag=True, help="With logs: and what comes, until Ctrl-C.")
@click.pass_context
def service(
    context: click.Context, action: str, user: bool, only_print: bool, follow: bool
) -> None:
    """Read lips at every start of this machine: install the service, see how it does, see what it
    says, or remove it; mdns prints the file by which Avahi tells the network where the page is.
    Nothing needs a network."""
    from ..appliance.service.manager import of_system, of_user
    from ..appliance.service.unit import NAME, unit

    for flag, belongs, given in (("print", "install", only_print), ("follow", "logs", follow)):
        if given and action != belongs:
            raise UsageError(f"--{flag} goes with {belongs}, not with {action}")
    manager = of_user() if user else of_system()
    fine = True
    if action == "install":
        from ..system.paths import config_file

        text = unit(
            _needs(config_file().parent), config_file(), None if user else getpass.getuser()
        )
        if only_print:
            click.echo(text, nl=False)
        else:
            _install(manager, text, user)
    elif action == "mdns":
        from ..appliance.service.mdns import announcement
        from .run import run

        web = next(one.value for one in run.in_effect() if one.name == "web")
        click.echo(announcement(web), nl=False)
    elif action == "status":
        fine = manager.call("status", "--no-pager", NAME)
    elif action == "logs":
        fine = manager.log("--follow" if follow else "--no-pager", "--lines=100")
    else:
        _remove(manager)
    if not fine:
        context.exit(1)


def _needs(folder: "Path") -> "Needs":
    """What the settings that the service will see call for."""
    from ..appliance.service.needs import needs_of
    from .run import run

    settings = run.in_effect()
    for one in settings:
        if one.origin == "environment":
            raise UsageError(
                f"{one.variable} is set here, and will not be for the service: unset it, and set "
                f"{one.name} in the settings file"
            )
    return needs_of({one.name: one.value for one in settings}, folder)


def _install(manager: "Manager", text: str, user: bool) -> None:
    from ..appliance.service.manager import require
    from ..appliance.service.unit import NAME

    require("systemctl")
    if not user and (os.geteuid() != 0 or "SUDO_USER" in os.environ):
        raise UsageError(
            f"as yourself, please: edge-lip service install --system --print | sudo tee "
            f"{manager.unit} && sudo systemctl daemon-reload && sudo systemctl enable --now {NAME}"
        )
    written = "written" if manager.write(text) else "unchanged"
    click.echo(f"{text}\n{written}: {manager.unit}")
    if not (manager.call("daemon-reload") and manager.call("enable", NAME)):
        raise EdgeLipError("systemd did not take the service: what it said is above")
    if not manager.call("restart", NAME):  # which waits for the first frame
        raise EdgeLipError("it is installed, and does not read yet: edge-lip service logs, doctor")
    click.echo("it reads")
    if user:
        click.echo(f"before anybody logs in, too: sudo loginctl enable-linger {getpass.getuser()}")


def _remove(manager: "Manager") -> None:
    from ..appliance.service.unit import NAME

    if not manager.unit.exists():
        click.echo(f"not there: {manager.unit}")
        return
    manager.call("disable", "--now", NAME)
    try:
        manager.unit.unlink(missing_ok=True)
    except OSError as error:
        raise EdgeLipError(f"can't remove {manager.unit}: {error.strerror}") from error
    manager.call("daemon-reload")
    click.echo(f"removed: {manager.unit}")

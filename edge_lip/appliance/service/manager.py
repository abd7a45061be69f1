"""systemd's two managers, of the system and of a user, and the unit in them."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from ...errors import EdgeLipError
from ...system.files import replacing
from .unit import NAME

BOOTED = Path("/run/systemd/system")
"""Is there where systemd runs (sd_booted(3))."""
SYSTEM_UNITS = Path("/etc/systemd/system")


@dataclass(frozen=True)
class Manager:
    """One of the two."""

    folder: Path
    """Where its units lie that are no package's."""
    flags: tuple[str, ...]
    """Behind `systemctl`."""
    journal: str
    """Option of `journalctl` that takes the unit. A user's is asked for in all journals: a journal
    in memory, as on Raspberry Pi OS, has none for each user."""

    @property
    def unit(self) -> Path:
        """The unit's file, there or not."""
        return self.folder / NAME

    def write(self, text: str) -> bool:
        """Make `text` the unit; tell whether that changed anything. Raises `EdgeLipError`."""
        try:
            if self.unit.read_text("utf-8") == text:
                return False
        except OSError:
            pass
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EdgeLipError(f"can't make {self.folder}: {error.strerror}") from error
        with replacing(self.unit) as temporary:
            temporary.write_text(text, "utf-8")
        return True

    def call(self, *words: str) -> bool:
        """Run systemctl with `words`, its output where ours goes; tell whether it succeeded.

        Raises `EdgeLipError` where systemd does not run.
        """
        require("systemctl")
        return subprocess.run(["systemctl", *self.flags, *words]).returncode == 0

    def log(self, *words: str) -> bool:
        """Run journalctl for the unit with `words`, as `call` does."""
        require("journalctl")
        return subprocess.run(["journalctl", f"{self.journal}={NAME}", *words]).returncode == 0


def of_user() -> Manager:
    """The one that a user's services belong to."""
    return Manager(user_config_path("systemd") / "user", ("--user",), "--user-unit")


def of_system() -> Manager:
    """The one that begins with the machine."""
    return Manager(SYSTEM_UNITS, (), "--unit")


def require(program: str) -> None:
    """Raise `EdgeLipError` unless systemd runs here and has `program`."""
    if shutil.which(program) is None or not BOOTED.is_dir():
        raise EdgeLipError(
            "systemd does not run here, so there are no services: start edge-lip run by what "
            "starts programs on this machine (edge-lip service install --print shows the unit)"
        )

"""Where edge-lip keeps what it fetched or computed for the user."""

import os
from pathlib import Path

from platformdirs import user_data_path


def data_folder() -> Path:
    """The folder of everything fetched: `EDGE_LIP_HOME`, or the platform's user data folder."""
    home = os.environ.get("EDGE_LIP_HOME")
    return Path(home).expanduser() if home else user_data_path("edge-lip", appauthor=False)

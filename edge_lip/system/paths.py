"""Where edge-lip keeps what it fetched for the user, and finds what the user set."""

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path


def data_folder() -> Path:
    """The folder of everything fetched: `EDGE_LIP_HOME`, or the platform's user data folder."""
    home = os.environ.get("EDGE_LIP_HOME")
    return Path(home).expanduser() if home else user_data_path("edge-lip", appauthor=False)


def config_file() -> Path:
    """The settings file, there or not: `EDGE_LIP_CONFIG`, or `config.toml` in the platform's user
    config folder."""
    named = os.environ.get("EDGE_LIP_CONFIG")
    if named:
        return Path(named).expanduser().absolute()
    return user_config_path("edge-lip", appauthor=False) / "config.toml"

"""Everything a conversion can start from, as Keras 3 networks with a manifest.

A model of this project carries its manifest; to anyone else's belongs a `Description`.
"""

from .description import Description, describe
from .files import check_file, load, load_any, load_described
from .made_up import made_up
from .stacks import read_stacks
from .trained import CALIBRATION, MANIFEST, STEPS, Trained, Whole

__all__ = [
    "CALIBRATION",
    "MANIFEST",
    "STEPS",
    "Description",
    "Trained",
    "Whole",
    "check_file",
    "describe",
    "load",
    "load_any",
    "load_described",
    "made_up",
    "read_stacks",
]

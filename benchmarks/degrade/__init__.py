"""Clips made worse in one respect, by a known amount: what a reader is tried on."""

from .factors import FACTORS, Factor
from .shot import Shot

__all__ = ["FACTORS", "Factor", "Shot"]

"""Labels: one word or phrase of a fixed list for a whole clip."""

from .task import make_label

__all__ = ["make_label"]

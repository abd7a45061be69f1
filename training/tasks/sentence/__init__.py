"""Sentences: characters in order by CTC, and a second head that names the word of each frame."""

from .task import make_sentence

__all__ = ["make_sentence"]

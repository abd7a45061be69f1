"""Reads lips offline on small devices: video in, text out."""

__version__ = "0.1.0"

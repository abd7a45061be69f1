"""Taught phrases on people whom nothing was trained on (see `command`)."""

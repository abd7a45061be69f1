"""Labelled clips read the way a device does, and pages about it."""

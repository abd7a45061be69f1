"""Labelled takes of one's own phrases, recorded one after the other in front of a camera."""

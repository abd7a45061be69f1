"""Phrases that somebody has taught: what is kept of a take, the file, and the nearest of them."""

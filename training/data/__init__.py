"""Labelled video: clips, datasets, splits, the cache of mouth crops."""

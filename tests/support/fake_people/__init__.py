"""People who do not exist: faces rendered from a seed, whose mouths say words."""

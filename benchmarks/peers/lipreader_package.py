"""The package lipreader: words by how wide and how high the darkest patch of a face is."""

from .peer import Taught

PEER = Taught(paper="Fakhari, lipreader 0.1.0 on the package index, 2026", module="lipreader_child")

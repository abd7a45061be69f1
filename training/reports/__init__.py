"""How well lips were read: figures, lines, pictures."""

"""Where many pieces of work are done at once, and who is told how far they are."""

"""A rendered talker says what a model can read, and it is shown what is read of it."""

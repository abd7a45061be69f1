"""The moment between reading and saying: a text waits for a yes before it goes to what acts."""

"""The command line: one short module per verb of a device; `main` is the table of all verbs."""

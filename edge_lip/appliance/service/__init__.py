"""`edge-lip run` at every start of a machine: a unit of systemd, as tight as its settings allow."""

"""Run by hand, or by `make`: other machines, fresh environments, whole paths."""

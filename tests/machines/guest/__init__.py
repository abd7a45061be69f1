"""A real kernel, camera driver and systemd in an emulated machine: see `__main__`."""

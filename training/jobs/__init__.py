"""Where many pieces of work are done at once: processes of this machine, or other machines."""

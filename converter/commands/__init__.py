"""The verb of the command line that converts."""

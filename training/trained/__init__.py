"""The file that a training leaves: written, read, checksummed, run in float."""

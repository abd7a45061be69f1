"""The reader: frames in, events out."""

"""The desktop side: from labelled video to a `model.h5`."""

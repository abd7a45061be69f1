"""The mouth in a stream of frames: one path for training and device."""

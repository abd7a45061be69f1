"""From cached crops to the samples that a network learns from."""

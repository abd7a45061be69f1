"""From a trained Keras model to one quantized TFLite file with a manifest, proven by running it."""

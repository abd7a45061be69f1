"""What runs networks: TFLite interpreters, an Edge TPU, and the machine they are on."""

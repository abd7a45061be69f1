"""From a trained model to a model file, or to one for each way."""

"""The model file: what it says of itself, its network, and the models that come with edge-lip."""

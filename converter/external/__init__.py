"""Models of others: their networks in Keras 3, and what has to be said about them."""

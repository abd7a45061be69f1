"""The network: encoders, and what runs both halves."""

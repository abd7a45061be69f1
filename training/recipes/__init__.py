"""Training configurations, as data (TOML)."""

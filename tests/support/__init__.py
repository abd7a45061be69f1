"""What several tests need: stand-ins for people, cameras, models, brokers."""

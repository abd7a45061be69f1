"""What makes data, pictures and pages; each is run as `python -m scripts.NAME`."""

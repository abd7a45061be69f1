"""What a file is made for."""

"""What is known of a written file because it was run and compared."""

"""The page on which a browser shows what the reader sees and reads."""

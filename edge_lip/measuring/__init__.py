"""What `edge-lip benchmark` measures, a file for each part, and how it is told."""

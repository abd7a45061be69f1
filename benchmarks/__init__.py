"""What is measured, and by what: `python -m benchmarks` lists it."""

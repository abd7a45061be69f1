"""What a network sees in practice, to quantize and to compare by."""

"""From mouth crops to what a network's encoder takes: time grid, pixels, stacks."""

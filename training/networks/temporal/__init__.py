"""What reads features in time, before a head (see `training.recipes.parts`)."""

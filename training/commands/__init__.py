"""The verbs of the command line that train and evaluate."""

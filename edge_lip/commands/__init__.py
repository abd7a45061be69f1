"""One short module per verb of the command line; `edge_lip.cli` is the table of them."""

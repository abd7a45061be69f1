"""`python -m edge_lip` is `edge-lip`."""

import sys

from edge_lip.cli import main

sys.exit(main())

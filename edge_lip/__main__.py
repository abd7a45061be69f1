"""`python -m edge_lip` is `edge-lip`."""

import sys

from edge_lip.cli.main import main

sys.exit(main())

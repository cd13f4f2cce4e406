"""`python -m trailcheck` is the command `trailcheck`."""

import sys

from trailcheck.cli import main

sys.exit(main())

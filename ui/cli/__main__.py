"""`python -m ui.cli` is `shencha`."""

from __future__ import annotations

import sys

from ui.cli.boundary import main

if __name__ == "__main__":
    sys.exit(main())

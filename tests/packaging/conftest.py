"""Makes the modules in `packaging` importable, which are not in an installed package."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGING = Path(__file__).parent.parent.parent / "packaging"

# At the end of the path, so that the modules of `packaging` hide no others.
sys.path.append(str(PACKAGING))

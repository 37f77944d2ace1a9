"""Makes the modules in the folder `packaging` importable, because they are in no installed package."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGING = Path(__file__).parent.parent.parent / "packaging"

# At the end of the path, so that the modules of `packaging` hide no others.
sys.path.append(str(PACKAGING))

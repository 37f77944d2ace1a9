"""The build's modules, which lie beside its scripts and are no package that is installed."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGING = Path(__file__).parent.parent.parent / "packaging"

# Behind all others: a folder named `packaging` in the project's root must hide nothing.
sys.path.append(str(PACKAGING))

"""What the frozen program begins with: `pinbridge`, and the window for a file that was dropped on it."""

from __future__ import annotations

import sys
from pathlib import Path

from app.__main__ import main

_BENCH_FILES = {".pinbridge", ".toml"}

if __name__ == "__main__":
    # A desktop hands over the bare path of what was dropped on the program's icon.
    if len(sys.argv) == 2 and Path(sys.argv[1]).suffix.lower() in _BENCH_FILES:
        sys.argv.insert(1, "gui")
    main()

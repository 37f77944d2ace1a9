"""Entry point of the frozen program: `pinbridge`, or the window for a bench file dropped on its icon."""

from __future__ import annotations

import sys
from pathlib import Path

from app.__main__ import main

_BENCH_FILES = {".pinbridge", ".toml"}

if __name__ == "__main__":
    # The desktop passes only the path of a file that is dropped on the program's icon.
    if len(sys.argv) == 2 and Path(sys.argv[1]).suffix.lower() in _BENCH_FILES:
        sys.argv.insert(1, "gui")
    main()

"""The entry point of the frozen program.

It runs the command line of `pinbridge`. If the user drops a bench file on the program's icon, it opens the
window with this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from app.__main__ import main

_BENCH_FILES = {".pinbridge", ".toml"}

if __name__ == "__main__":
    # If a file is dropped on the program's icon, the desktop passes its path as the only argument.
    if len(sys.argv) == 2 and Path(sys.argv[1]).suffix.lower() in _BENCH_FILES:
        sys.argv.insert(1, "gui")
    main()

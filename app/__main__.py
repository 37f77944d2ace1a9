"""`python -m app` is `pinbridge`, and the console script comes in here too.

Invariant: Ctrl+C while the program is still being loaded ends it without a word.
"""

from __future__ import annotations

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line, which takes some tenths of a second, and hand over to it."""
    # What runs in the background may be told to ignore it, and goes on doing so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from app import cli

    cli.main()


if __name__ == "__main__":
    main()

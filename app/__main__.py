"""The entry point of `pinbridge` and of `python -m app`.

Invariant: Ctrl+C while the program is still loading ends it without a traceback.
"""

from __future__ import annotations

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line, which takes some tenths of a second, and run it."""
    # A shell starts a background job with SIGINT ignored; that is left as it is.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from app import cli

    cli.main()


if __name__ == "__main__":
    main()

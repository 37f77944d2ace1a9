"""The entry point of `pinbridge` and of `python -m app`.

Invariant: Ctrl+C while the program is still loading ends it without a traceback.
"""

from __future__ import annotations

import signal
from typing import NoReturn

from app.program import loading


def main() -> NoReturn:
    """Import the command-line interface, and run it. The import takes some tenths of a second."""
    # The default action ends the program without a traceback. In a background job of a shell, SIGINT is
    # ignored; it stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    with loading.quickly():
        from app import cli

    cli.main()


if __name__ == "__main__":
    main()

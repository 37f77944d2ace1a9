"""The command line: parses, calls, prints.

Invariants: scripts read standard output, people read standard error; a usage or bench file error is one line
and exit status 2, without a traceback.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import NoReturn

import click

from app import __version__
from app.commands import bridge, cloud, doctor, journal, lines, readings, rejected, sessions, token
from app.commands.output import say
from app.config.errors import one_line
from app.errors import PinbridgeError
from app.program import crashes
from app.security import standard_error

_OUTPUT_ERRORS = (errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EIO)


def main() -> NoReturn:
    """The console script: never returns, exits with the interface's status."""
    standard_error.guard()
    crashes.install()
    if sys.stdin is None:
        # Closed, as by a service: whoever reads from it finds nothing.
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            # Loading is over, see `app.__main__`: from here on Ctrl+C lets every command tidy up.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        say(f"pinbridge: {one_line(error.format_message())}")
        sys.exit(2)
    except PinbridgeError as error:
        say(one_line(f"pinbridge: {error}"))
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(1)
    except OSError as error:
        if error.filename:
            # Such as a folder that may not be looked into: what is in there cannot even be asked for.
            say(one_line(f"pinbridge: {os.fsdecode(error.filename)}: {error.strerror}: name another place"))
            sys.exit(2)
        if error.errno == errno.ENOENT:
            say("pinbridge: the folder that this was started in is gone: change to another one")
            sys.exit(2)
        if error.errno not in _OUTPUT_ERRORS:
            raise
        # What is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            # Whoever read the output has seen enough.
            sys.exit(0)
        say(f"pinbridge: the output cannot be written: {error.strerror}: let it go to another place")
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


@click.group(invoke_without_command=True)
@click.version_option(__version__, prog_name="pinbridge")
@click.pass_context
def cli(context: click.Context) -> int:
    """Reads lines such as v1=100 from boards, plots them, and forwards each to Blynk. Opens the window."""
    return bridge.open_window(None) if context.invoked_subcommand is None else 0


for _command in (
    bridge.gui,
    bridge.demo_command,
    bridge.run_command,
    lines.check,
    lines.ports,
    sessions.record,
    sessions.replay,
    rejected.rejected_command,
    cloud.cloud,
    doctor.doctor,
    journal.export_command,
    journal.delete_command,
    readings.pending,
    readings.refused,
    readings.resend,
    readings.discard,
    token.token,
):
    cli.add_command(_command)

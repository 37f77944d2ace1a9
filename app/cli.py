"""The command line: parses the arguments, runs the command, and prints errors.

Invariants: standard output is for scripts, standard error for people. An error in the command line or the
bench file prints one line, without a traceback, and gives exit status 2. If the subcommand of a command is
missing, the command's help is printed instead of an error; the exit status is 2 too.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import NoReturn

import click

from app import __version__
from app.commands import bridge, streams
from app.commands.output import say
from app.commands.translated import Group, Option, chosen_language
from app.config.errors import one_line
from app.errors import PinbridgeError
from app.messages import languages
from app.messages.languages import text, text_of
from app.program import crashes, loading
from app.security import standard_error

_OUTPUT_ERRORS = (errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EIO)


def main() -> NoReturn:
    """Run the command line and exit with the status of its command."""
    streams.prepare()
    standard_error.guard()
    crashes.install()
    languages.choose(chosen_language(sys.argv[1:]))
    if sys.stdin is None:
        # A service may start the program with standard input closed. Commands then read an empty input.
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            # Loading is over (see `app.__main__`): from here on, a command can clean up after Ctrl+C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        _fail(error.format_message())
    except PinbridgeError as error:
        _fail(text_of(error.message))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(1)
    except UnicodeEncodeError as error:
        if error.encoding != sys.getfilesystemencoding() or error.encoding == "utf-8":
            raise
        # A name in a bench file need not be one that the file names of this locale can have.
        _fail(text("file_name_not_in_locale", path=str(error.object), encoding=error.encoding))
    except OSError as error:
        if error.filename:
            # For example, in a folder that the user may not search, even `Path.exists` raises an error.
            _fail(text("place_unusable", path=os.fsdecode(error.filename), words=error.strerror or ""))
        if error.errno == errno.ENOENT:
            _fail(text("current_folder_gone"))
        if error.errno not in _OUTPUT_ERRORS:
            raise
        # Otherwise Python would fail once more when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            # The program that reads the output has closed it, as `head` does.
            sys.exit(0)
        _fail(text("output_not_written", words=error.strerror or ""))
    sys.exit(status if isinstance(status, int) else 0)


def _fail(why: str) -> NoReturn:
    say(one_line(f"pinbridge: {why}"))
    sys.exit(2)


class _Commands(Group):
    """All commands. Those that start no bench are imported only when one of them is needed, or their names.

    So the window opens sooner.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None if there is none."""
        if cmd_name not in self.commands:
            self._import_others()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        self._import_others()
        return super().list_commands(ctx)

    def _import_others(self) -> None:
        with loading.quickly():
            from app.commands import cloud, doctor, journal, lines, readings, rejected, sessions, token
        for command in (
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
            self.add_command(command)


@click.group(cls=_Commands, help="help_pinbridge", invoke_without_command=True)
@click.version_option(
    __version__,
    prog_name="pinbridge",
    message="%(prog)s, version %(version)s",
    cls=Option,
    help="help_version",
)
@click.pass_context
def cli(context: click.Context) -> int:
    """Open the window if the command line names no command, and return the exit status."""
    return bridge.open_window(None) if context.invoked_subcommand is None else 0


for _command in (bridge.gui, bridge.demo_command, bridge.run_command):
    cli.add_command(_command)

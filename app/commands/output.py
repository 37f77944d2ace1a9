"""The output of commands: JSON for scripts on standard output, text for people on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click
import msgspec

from app.bench.status import BenchStatus, ledger
from app.commands.running.run import in_words


def as_json_text(value: object) -> str:
    """`value` as one line of JSON."""
    return msgspec.json.encode(value).decode()


def say(text: str) -> None:
    """Print progress, a warning or an error. A closed standard error is ignored: the bridge goes on."""
    with suppress(OSError):
        click.echo(text, err=True)


def print_ledger(status: BenchStatus, *, as_json: bool) -> None:
    """Print the ledger at the end of a run, for scripts or for people."""
    for line in [as_json_text(ledger(status))] if as_json else in_words(status):
        click.echo(line)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with the amount done and the total; None if standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    # Imported here because the import takes a tenth of a second: only a bar that is shown needs it.
    from rich.console import Console
    from rich.progress import Progress

    # The bar must leave standard output alone: the exported data may go there.
    bar = Progress(console=Console(stderr=True), redirect_stdout=False, redirect_stderr=False)
    with bar as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

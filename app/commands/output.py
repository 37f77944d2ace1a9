"""What a command says: JSON for scripts on standard output, words for people on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click
import msgspec

from app.bench.status import BenchStatus, ledger
from app.commands.run import in_words


def as_json_text(value: object) -> str:
    """`value` as one line of JSON."""
    return msgspec.json.encode(value).decode()


def say(text: str) -> None:
    """Tell the person: progress, warnings, errors. A bridge goes on where nobody can be told any more."""
    with suppress(OSError):
        click.echo(text, err=True)


def print_ledger(status: BenchStatus, *, as_json: bool) -> None:
    """The ledger at the end of a run, for a script or for a person."""
    for line in [as_json_text(ledger(status))] if as_json else in_words(status):
        click.echo(line)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell how much is done, of how much; None where no person looks."""
    if not sys.stderr.isatty():
        yield None
        return
    # Here, for it takes a tenth of a second that only who sees a bar should spend.
    from rich.console import Console
    from rich.progress import Progress

    # Standard output is for the data, and none of the bar's business.
    bar = Progress(console=Console(stderr=True), redirect_stdout=False, redirect_stderr=False)
    with bar as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

"""The output of commands: results on standard output; progress, summaries and errors on standard error."""

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
    """Print progress, a summary, a warning or an error to standard error.

    Does nothing if standard error is closed, because the program must go on.
    """
    with suppress(OSError):
        click.echo(text, err=True)


def print_ledger(status: BenchStatus, *, as_json: bool) -> None:
    """Print the ledger of a bench that has stopped: as JSON for scripts, or as text for people."""
    for line in [as_json_text(ledger(status))] if as_json else in_words(status):
        click.echo(line)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar with the label `label` in a `with` block.

    Yields a function that takes the amount done and the total amount. If standard error is not a terminal,
    nothing is shown and None is yielded.
    """
    if not sys.stderr.isatty():
        yield None
        return
    # Imported only for a bar that is shown, because the import takes a tenth of a second.
    from rich.console import Console
    from rich.progress import Progress

    # The bar must leave standard output alone: the exported data may go there.
    bar = Progress(console=Console(stderr=True), redirect_stdout=False, redirect_stderr=False)
    with bar as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

"""The output of commands: results on standard output; progress, summaries and errors on standard error.

Invariant: a command prints only through these functions. So nothing that a board, a file or a server has sent
can control the terminal: all text for people goes through `visible`, and JSON escapes what is not printable.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

import click
import msgspec

from app.bench.status import BenchStatus, ledger
from app.commands.running.run import in_words
from app.messages.languages import text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.security.standard_error import RedactedStream


def as_json_text(value: object) -> str:
    """`value` as one line of JSON, in which every unprintable character is escaped."""
    import json  # only here, so that the window opens sooner

    try:
        encoded = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        # A lone surrogate, as in the name of a file that is not valid UTF-8.
        encoded = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
    if encoded.isprintable():
        return encoded
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in encoded)


def show(text: str) -> None:
    """Print a result for people, of one or more lines, to standard output."""
    click.echo(visible(text, lines=True))


def show_json(value: object) -> None:
    """Print a result for scripts to standard output, as one line of JSON."""
    click.echo(as_json_text(value))


def say(text: str) -> None:
    """Print progress, a summary, a warning or an error to standard error.

    Does nothing if standard error is closed, because the program must go on.
    """
    with suppress(OSError):
        click.echo(visible(text, lines=True), err=True)


def ask_hidden(question: Message) -> str:
    """Ask the user for a text that is not shown while it is typed."""
    # The question goes to the terminal itself, past standard error.
    return str(click.prompt(visible(text_of(question)), hide_input=True, err=True))


def print_ledger(status: BenchStatus, *, as_json: bool) -> None:
    """Print the ledger of a bench that has stopped: as JSON for scripts, or as text for people."""
    if as_json:
        show_json(ledger(status))
        return
    for line in in_words(status):
        show(line)


def stream_of_data(stream: TextIO) -> TextIO:
    """The stream for data that go to standard output: `stream` itself, unless it is a terminal.

    A file or another program gets the data as they are. On a terminal, a person reads them.
    """
    return cast(TextIO, RedactedStream(stream)) if stream.isatty() else stream


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar with the label `label` in a `with` block.

    Yields a function that takes the amount done and the total amount. If standard error is not a terminal,
    nothing is shown and None is yielded.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    # Imported only for a bar that is shown, because the import takes a tenth of a second.
    from rich.console import Console
    from rich.progress import Progress

    # The bar moves the cursor, and shows no text from elsewhere.
    stream = cast(TextIO, sys.stderr.for_drawing) if isinstance(sys.stderr, RedactedStream) else sys.stderr
    # The bar must leave standard output alone: the exported data may go there.
    bar = Progress(console=Console(file=stream), redirect_stdout=False, redirect_stderr=False)
    with bar as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

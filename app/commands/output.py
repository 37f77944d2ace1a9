"""What a command says: JSON for scripts on standard output, words for people on standard error."""

from __future__ import annotations

import click
import msgspec


def as_json_text(value: object) -> str:
    """`value` as one line of JSON."""
    return msgspec.json.encode(value).decode()


def say(text: str) -> None:
    """Tell the person: progress, warnings, errors."""
    click.echo(text, err=True)

"""The default of each option. A changed or new default must be entered in this table."""

from __future__ import annotations

from collections.abc import Iterator

import click

from app.cli import cli
from tests.commands.table import commands_of

DEFAULTS = {
    "check FILE": "-",  # standard input
    "cloud --listen": "127.0.0.1:8080",
    "doctor --listen": 4.0,
    "export --decimal": ".",
    "export --layout": "long",
    "export --separator": ",",
    "export --time": "utc",
    "replay --speed": 1.0,
}
"""All other options have no default, or are off."""


def defaults() -> Iterator[tuple[str, object]]:
    for path, command in commands_of(cli):
        context = click.Context(command)
        for parameter in command.params:
            name = max(parameter.opts, key=len)
            is_option = isinstance(parameter, click.Option)
            value = parameter.get_default(context)
            if isinstance(value, str | float | int) and value is not False:
                yield f"{path} {name if is_option else name.upper()}", value


def test_options_that_are_left_out_have_their_defaults() -> None:
    assert dict(defaults()) == DEFAULTS

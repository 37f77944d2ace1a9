"""Every option and argument of every command has a row in the table of options."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from app import __version__
from app.cli import cli
from tests.commands import (
    test_bridge,
    test_cloud,
    test_doctor,
    test_journal,
    test_lines,
    test_readings,
    test_sessions,
    test_token,
)
from tests.commands.table import commands_of, options_of

TABLES = (test_bridge, test_doctor, test_journal, test_lines, test_readings, test_sessions, test_token)
COMMANDS = dict(commands_of(cli))


def test_every_option_has_a_row_and_every_row_an_option() -> None:
    """Except `--language`, which `test_language` tests with every command."""
    rows = [option.partition(" of ")[0] for module in TABLES for option in module.ROWS]
    options = [option for option in options_of(cli) if option.rpartition(" ")[2] != "--language"]
    assert sorted({*rows, *test_cloud.BY_HAND, "--version"}) == sorted(options)


def test_the_version_is_printed() -> None:
    told = CliRunner().invoke(cli, ["--version"])
    assert (told.exit_code, told.stdout) == (0, f"pinbridge, version {__version__}\n")


@pytest.mark.parametrize("path", COMMANDS)
def test_help_shows_the_purpose_and_all_options(path: str) -> None:
    command = COMMANDS[path]
    told = CliRunner().invoke(cli, [*path.split(), "--help"])
    assert told.exit_code == 0
    assert command.help
    assert command.help.split()[0] in told.stdout
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
            assert f"{max(parameter.opts, key=len)} " in told.stdout.replace("\n", " \n")

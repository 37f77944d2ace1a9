"""Commands, options and arguments whose help is in the user's language, and the option that chooses it.

Invariants: `help` is a code of the catalogue. It is translated when the help is shown, because commands are
defined before a language is chosen. Every command has `--language`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from app.messages import languages
from app.messages.languages import text

FILE = click.Path(path_type=Path, readable=False)
"""Any path. click does not check it: our own errors are in the user's language and name the fix."""
_METAVARS = {
    "text": "metavar_text",
    "integer": "metavar_integer",
    "float": "metavar_number",
    "float range": "metavar_number",
    "path": "metavar_path",
}
"""By the name of click's type; choices are shown as they are typed."""
_ARGUMENTS = {"bench_file": "metavar_bench_file", "file": "metavar_file", "name": "metavar_name"}
_USAGE = {
    "[OPTIONS]": "usage_options",
    "COMMAND [ARGS]...": "usage_command",
    "[COMMAND] [ARGS]...": "usage_command_or_none",
}
"""What click writes after the command in the line of usage."""
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class _Help:
    """The attribute `help`: it is set to a code, and read as the sentence in the chosen language."""

    def __get__(self, owner: object, _kind: type) -> str | None:
        code = vars(owner)["help"]
        return text(code) if code else None

    def __set__(self, owner: object, code: str | None) -> None:
        vars(owner)["help"] = code


class _Metavar:
    """The attribute `metavar`: the word for an option's value in its help, in the chosen language."""

    def __get__(self, owner: object, _kind: type) -> str | None:
        code = vars(owner)["metavar"]
        return text(code) if code else None

    def __set__(self, owner: object, code: str | None) -> None:
        vars(owner)["metavar"] = code


class Option(click.Option):
    """An option whose help is a code, and so is the word for its value."""

    help = _Help()
    metavar = _Metavar()

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.metavar = _METAVARS.get(self.type.name)


class Argument(click.Argument):
    """An argument whose name in help and errors is a word of the catalogue."""

    def make_metavar(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The word for the argument's value, in brackets if it may be left out."""
        word = text(_ARGUMENTS[self.name or ""])
        return word if self.required else f"[{word}]"


# The option only checks its value: `chosen_language` has read it before click parsed the command line.
LANGUAGE = Option(
    ["--language"], type=click.Choice(languages.offered()), expose_value=False, help="help_language"
)


class Command(click.Command):
    """A command whose help is a code, with the option `--language`."""

    help = _Help()

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.append(LANGUAGE)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The parts of the line of usage, in the chosen language."""
        pieces = super().collect_usage_pieces(ctx)
        return [text(_USAGE[piece]) if piece in _USAGE else piece for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`. click makes it only once, so its text is set again in the chosen language."""
        option = super().get_help_option(ctx)
        if option:
            option.help = text("help_help")
        return option


class Group(Command, click.Group):
    """A command with subcommands."""

    command_class = Command


def option(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """As `click.option`, with a code for `help`."""
    return click.option(*names, cls=Option, **settings)


def argument(name: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """As `click.argument`; its word is in `_ARGUMENTS`."""
    return click.argument(name, cls=Argument, **settings)


def chosen_language(arguments: Sequence[str]) -> str:
    """The language that the last `--language` of a command line names; empty if that is not offered.

    It is found without click, so that errors of click's parser are in that language too.
    """
    chosen = ""
    for argument, following in itertools.pairwise([*arguments, ""]):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == "--language":
            chosen = value if equals else following
    return chosen if chosen in languages.offered() else ""

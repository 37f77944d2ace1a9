"""Commands, options and arguments with help in the user's language, and the option `--language`.

Invariants: `help` is the code of a message in `app.messages`. It is translated when the help is shown,
because commands are defined before a language is chosen. Every command has `--language`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from app.messages import languages
from app.messages.languages import text
from app.messages.visible import visible

FILE = click.Path(path_type=Path, readable=False)
"""The type of a path that click does not check, because our own errors are translated and name the fix."""
_METAVARS = {
    "text": "metavar_text",
    "integer": "metavar_integer",
    "float": "metavar_number",
    "float range": "metavar_number",
    "path": "metavar_path",
}
"""Maps the name of a click type to the code of the word that stands for a value in the help.

Choices have no such word, because the help lists them.
"""
_ARGUMENTS = {"bench_file": "metavar_bench_file", "file": "metavar_file", "name": "metavar_name"}
"""Maps the name of an argument to the code of the word that stands for it in help and errors."""
_USAGE = {
    "[OPTIONS]": "usage_options",
    "COMMAND [ARGS]...": "usage_command",
    "[COMMAND] [ARGS]...": "usage_command_or_none",
}
"""Maps the texts that click writes after the command's name in a usage line to message codes."""
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


class _Translated:
    """The descriptor of an attribute with a text that the user sees.

    The attribute is assigned a message code; when read, it is the text in the chosen language.
    """

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: object, _kind: type) -> str | None:
        code = vars(owner)[self._name]
        return text(code) if code else None

    def __set__(self, owner: object, code: str | None) -> None:
        vars(owner)[self._name] = code


class Option(click.Option):
    """A `click.Option` whose `help` and `metavar` are message codes."""

    help = _Translated()
    metavar = _Translated()

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.metavar = _METAVARS.get(self.type.name)


class Argument(click.Argument):
    """A `click.Argument` whose name in help and errors is in the user's language."""

    def make_metavar(self, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The word for the argument, in brackets if the argument may be left out."""
        word = text(_ARGUMENTS[self.name or ""])
        return word if self.required else f"[{word}]"


# This option only checks its value: `chosen_language` reads the value before click parses the command line.
LANGUAGE = Option(
    ["--language"], type=click.Choice(languages.offered()), expose_value=False, help="help_language"
)


class Command(click.Command):
    """A `click.Command` with the option `--language`. Its `help` is a message code."""

    help = _Translated()

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.append(LANGUAGE)

    def get_help(self, ctx: click.Context) -> str:
        """The help text. It begins with the name of the file with which the program was started."""
        return visible(super().get_help(ctx), lines=True)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The parts of the usage line, in the chosen language."""
        pieces = super().collect_usage_pieces(ctx)
        return [text(_USAGE[piece]) if piece in _USAGE else piece for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option `--help`. click creates it only once, so its text is set again for each language."""
        option = super().get_help_option(ctx)
        if option:
            option.help = text("help_help")
        return option


class Group(Command, click.Group):
    """A command with subcommands."""

    command_class = Command


def option(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """Like `click.option`, but `help` is the code of a translated text, not the text itself."""
    return click.option(*names, cls=Option, **settings)


def argument(name: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """Like `click.argument`, but `name` is shown as a word in the user's language (see `_ARGUMENTS`)."""
    return click.argument(name, cls=Argument, **settings)


def chosen_language(arguments: Sequence[str]) -> str:
    """The language code in the last `--language` option of a command line.

    Empty if there is no such option, or if that language is not offered. The option is read before click
    parses the command line, so that click's errors are in this language too.
    """
    chosen = ""
    for word, following in itertools.pairwise([*arguments, ""]):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name == "--language":
            chosen = value if equals else following
    return chosen if chosen in languages.offered() else ""

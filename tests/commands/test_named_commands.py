"""Every command that the program or a page tells the user to type exists, with its options."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli import cli

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("ui/**/*.py")])
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("[a-z]*/**/README.md"))]
NAMED = re.compile(r"\bpinbridge ((?!pinbridge )[a-z][^\n]*?)(?=\bpinbridge |[\n`#]|$)")


def texts_of(path: Path) -> Iterator[str]:
    """The text of a page, or all strings of a module."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def told(path: Path) -> list[str]:
    """The command lines that the file names, each without the word `pinbridge`."""
    return [found for text in texts_of(path) for found in NAMED.findall(text)]


def unknown(words: str) -> list[str]:
    """The unknown command in the command line `words`, or else the options that its command does not have."""
    command: click.Command = cli
    names = [word.strip(".,:;()'\"") for word in words.split()]
    while names and isinstance(command, click.Group):
        if names[0] not in command.commands:
            return names[:1]
        command = command.commands[names.pop(0)]
    options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return [name for name in names if name.startswith("--") and name not in options]


def test_every_command_and_option_that_is_named_exists() -> None:
    named = [(str(path.relative_to(ROOT)), words) for path in (*SOURCES, *PAGES) for words in told(path)]
    assert {"resend", "export", "token", "run"} <= {words.split()[0] for _, words in named}
    assert [(path, words) for path, words in named if unknown(words)] == []


def test_a_name_that_does_not_exist_is_found() -> None:
    assert unknown("resend bench.toml --held") == []
    assert unknown("resend bench.toml --hold.") == ["--hold"]
    assert unknown("token put NAME") == ["put"]

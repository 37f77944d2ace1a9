"""The catalogue has each text of click that users can see, and no text that click does not have."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir

from app import cli
from app.messages.english.click import TEXTS
from tests.commands.table import commands_of
from tests.commands.test_cli import Main, main  # noqa: F401 - a fixture

MISTAKES = (
    "nothing",
    "tokn set",
    "token",
    "token set",
    "export --output -",
    "run --nothing",
    "run --prt COM1",
    "run --for",
    "run --for soon",
    "run --for -1",
    "run --batch=true",
    "run --forward never",
    "ports --language tlh",
    "ports all",
    "check /nowhere/lines.txt",
    "export --journal . --output .",
    "run .",
)
REPLACED = {"Show this message and exit."}
"""Texts that click looks up, but that the program replaces with its own."""


def extracted() -> Iterator[str | tuple[str, ...]]:
    """All translatable texts of the installed click."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for _, _, text, _, _ in extract_from_dir(Path(click.__file__).parent, keywords=keywords):
        yield text
    # click looks this up through a variable, which cannot be extracted.
    yield "required"


def test_click_says_every_text_of_the_catalogue() -> None:
    assert {*TEXTS} - {*extracted()} == set()


def test_the_catalogue_has_what_users_can_meet(
    main: Main,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met: set[str | tuple[str, str]] = set()

    def one(_domain: str, text: str) -> str:
        met.add(text)
        return text

    def several(_domain: str, text: str, many: str, count: int) -> str:
        met.add((text, many))
        return text if count == 1 else many

    monkeypatch.setattr(gettext, "dgettext", one)
    monkeypatch.setattr(gettext, "dngettext", several)
    for path, _ in commands_of(cli.cli):
        assert main(*path.split(), "--help")[0] == 0
    for mistake in MISTAKES:
        assert main(*mistake.split())[0] in (2, 1), mistake
    assert met - REPLACED == {*TEXTS}

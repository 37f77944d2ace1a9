"""A made-up language for tests: its texts are the English ones, enclosed in « and »."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.commands import translated
from app.messages import languages
from app.messages.catalogue import CATALOGUE
from app.messages.english.click import TEXTS

CODE = "eo"
"""The code of Esperanto, because Babel must know the code of a language."""
PLAIN = ("decimal_sign", "group_sign", "verbatim")
"""Entries of the catalogue that are not enclosed, because they contain no words."""


def marked(text: str) -> str:
    return f"«{text}»"


def offer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program offer the made-up language, with its catalogue written to `folder`."""
    catalogue = Catalog(locale=CODE)
    for entry in CATALOGUE.values():
        mark = str if entry.code in PLAIN else marked
        if entry.plural:
            texts = (entry.text, entry.plural)
            catalogue.add(texts, tuple(map(mark, texts)), context=entry.code)
        else:
            catalogue.add(entry.text, mark(entry.text), context=entry.code)
    for text in TEXTS:
        catalogue.add(text, marked(text) if isinstance(text, str) else tuple(map(marked, text)))
    path = folder / CODE / "LC_MESSAGES" / f"{languages.DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(languages, "FOLDER", folder)
    monkeypatch.setattr(translated.LANGUAGE, "type", click.Choice(languages.offered()))

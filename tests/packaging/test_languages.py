"""The translations are complete, well-formed and up to date, and the tool updates them without loss."""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

import languages
from app.messages.languages import offered

PATHS = languages.catalogues()
IDS = [path.parent.parent.name for path in PATHS]


def fields(text: str) -> Counter[str]:
    """How often each `{parameter}` with its format occurs in a sentence."""
    parsed = string.Formatter().parse(text)
    return Counter(f"{name}:{spec}" for _, name, spec, _ in parsed if name is not None)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Pairs of an English text and its translation, one for each plural form; form 0 is the singular."""
    if isinstance(message.string, tuple):
        return [(message.id[bool(form)], text) for form, text in enumerate(message.string)]
    return [(str(message.id), str(message.string or ""))]


def ending(text: str) -> str:
    return "".join(re.findall(r"^\s*|[.:?…]?\s*$", text))


def sentences(path: Path) -> list[Message]:
    return [message for message in languages.read(path) if message.id]


def test_every_language_that_is_offered_has_a_catalogue() -> None:
    assert ["en", *IDS] == offered()


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_every_sentence_is_translated_with_the_same_parameters(path: Path) -> None:
    found = {message.context or message.id: message for message in sentences(path)}
    assert set(found) == {message.context or message.id for message in languages.extracted() if message.id}
    wrong = [
        (code, english, translated)
        for code, message in found.items()
        for english, translated in pairs(message)
        if message.fuzzy or not translated or fields(english) != fields(translated)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_a_translation_ends_as_its_sentence_does(path: Path) -> None:
    """The last punctuation mark is the same, and so is white space at both ends."""
    signs = ("decimal_sign", "group_sign")
    wrong = [
        (english, translated)
        for message in sentences(path)
        if message.context not in signs
        for english, translated in pairs(message)
        if ending(english) != ending(translated)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", PATHS, ids=IDS)
def test_the_catalogue_is_updated_and_compiled(path: Path) -> None:
    """If this fails, run `.venv/bin/python packaging/languages.py`."""
    catalogue = languages.read(path)
    assert path.with_suffix(".mo").read_bytes() == languages.as_mo(catalogue)
    assert path.read_bytes() == languages.as_po(languages.updated(catalogue))


def test_a_translation_is_kept_and_marked_as_fuzzy_when_its_english_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def english(*entries: tuple[str, str | tuple[str, str]]) -> Catalog:
        catalogue = Catalog()
        for code, text in entries:
            catalogue.add(text, context=code)
        return catalogue

    before = english(("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"), ("f", ("fly", "flies")))
    translations: list[str | tuple[str, ...]] = ["A", "B", "C", "D", ("F", "Fs")]
    for message, text in zip([message for message in before if message.id], translations, strict=True):
        message.string = text
    now = english(("a", "one"), ("b", "2"), ("d", ("four", "fours")), ("e", "five"), ("f", ("fox", "foxes")))
    monkeypatch.setattr(languages, "extracted", lambda: now)
    catalogue = languages.updated(before)
    found = [(message.context, message.string or "", message.fuzzy) for message in catalogue if message.id]
    assert found == [
        ("a", "A", False),
        ("b", "B", True),
        ("d", ("D", ""), True),
        ("e", "", False),
        ("f", ("F", "Fs"), True),
    ]
    assert not catalogue.obsolete


def test_a_new_language_begins_with_every_sentence_untranslated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "english").mkdir()
    text = '# Translators: a greeting\nsentence("hello", "Hello {name}")\n'
    (tmp_path / "english" / "greetings.py").write_text(text)
    monkeypatch.setattr(languages, "MESSAGES", tmp_path)
    assert languages.main(["fr"]) == 0
    assert languages.main([]) == 0
    (path,) = languages.catalogues()
    (message,) = sentences(path)
    assert (path, message.context, message.id, message.string) == (
        languages.path_of("fr"),
        "hello",
        "Hello {name}",
        "",
    )
    assert message.auto_comments == ["Translators: a greeting"]
    assert path.with_suffix(".mo").is_file()
    assert capsys.readouterr().out.count("1 of 1 sentences to translate") == 2

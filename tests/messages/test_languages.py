"""Which language the program chooses, and whether all texts are then in that language."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Iterator

import pytest

from app.messages import languages
from app.messages.catalogue import CATALOGUE
from app.messages.entry import plural
from app.messages.languages import choose, chosen, current, name_of, of_system, offered, text, text_of
from app.messages.message import Message

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def _english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    yield
    choose("en")


def test_english_and_german_are_offered() -> None:
    assert offered() == ["en", "de"]


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de"}, "de"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT@euro"}, "de"),
        ({"LANG": "de-CH"}, "de"),
        ({"LANG": "den_XX"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:en"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:en:de"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr"}, "en"),
    ],
)
def test_the_system_s_language_is_found(
    environment: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert of_system() == code


def test_windows_reports_its_language_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(languages, "_windows_language", lambda: 0x0407)
    assert of_system() == "de"
    monkeypatch.setattr(languages, "_windows_language", lambda: 0xFFFF)
    assert of_system() == "en"
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert of_system() == "en"


def test_sentences_are_in_the_language_that_was_chosen() -> None:
    message = Message("list_or", first="v1", last="v2")
    assert (text_of(message), text("duration_days", number="2")) == ("v1 or v2", "2 days")
    choose("de")
    assert (text_of(message), text("duration_days", number="2")) == ("v1 oder v2", "2 d")
    assert (str(message), current().code, current().number(1234.5, ",.1f")) == ("v1 or v2", "de", "1.234,5")
    choose("en")
    assert (text_of(message), current().code) == ("v1 or v2", "en")


def test_no_choice_is_the_system_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    choose("")
    assert current().code == "de"


def test_the_system_s_language_is_not_reported_as_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    choose("en")
    assert chosen() == "en"
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    choose("")
    assert (chosen(), current().code) == ("", "de")


@pytest.mark.parametrize("variable", ["LANGUAGE", "LANG"])
def test_a_choice_does_not_change_the_system_s_language(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "de")
    for code in ("en", "de", "en"):
        choose(code)
        assert of_system() == "de"
    choose("")
    assert current().code == "de"


def test_every_language_has_a_name_of_its_own() -> None:
    assert [name_of(code) for code in offered()] == ["English", "Deutsch"]
    assert current().code == "en"


def test_click_s_texts_are_in_the_language_that_was_chosen() -> None:
    choose("de")
    assert (gettext.gettext("Usage:"), gettext.gettext("not one of click's")) == (
        "Aufruf:",
        "not one of click's",
    )
    assert os.environ["LANGUAGE"] == "de"
    choose("en")
    assert gettext.gettext("Usage:") == "Usage:"


def test_a_sentence_without_a_translation_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    choose("de")
    unknown = plural("no_translation", "{count} line", "{count} lines")
    monkeypatch.setitem(CATALOGUE, "no_translation", unknown)
    assert (text("no_translation", count=1), text("no_translation", count=2)) == ("1 line", "2 lines")

"""Finds the user's language, chooses a language, and makes sentences in the chosen one.

Invariants: one language is in use at a time, for the window and the command line alike; a sentence without a
translation is shown in English; a language without a compiled catalogue is not offered.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from app.messages.entry import Entry
from app.messages.message import ENGLISH, Language, Message, Param

DOMAIN = "pinbridge"
FOLDER = Path(__file__).with_name("locale")
"""Contains a folder for each language except English, in the layout that gettext needs."""

_current = ENGLISH
_chosen = ""
_ours, _users = "", ""
"""Two values of the environment variable LANGUAGE: the one that `choose` has set, and the user's own."""


def text(code: str, /, **params: Param) -> str:
    """The sentence for a code and its parameters, in the chosen language."""
    return _current.text(Message(code, **params))


def text_of(message: Message) -> str:
    """The sentence for a message, in the chosen language."""
    return _current.text(message)


def current() -> Language:
    """The chosen language."""
    return _current


def chosen() -> str:
    """The language code that was last given to `choose`; empty stands for the system's language."""
    return _chosen


def name_of(code: str) -> str:
    """The name of a language in that language, such as `Deutsch` for `de`."""
    return _language(code).text(Message("language_name"))


def offered() -> list[str]:
    """The codes of all available languages, English first."""
    return ["en", *sorted(path.name for path in FOLDER.glob("*") if _catalogue(path.name).is_file())]


def choose(code: str) -> None:
    """Choose a language by its code: one of `offered`, or empty for the system's language.

    The texts of the library `click` change too, because `click` translates them with `gettext`.
    """
    global _current, _chosen, _ours, _users
    _chosen = code
    code = code or of_system()
    _current = _language(code)
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)
    _users = _language_variable()
    os.environ["LANGUAGE"] = _ours = code


def of_system() -> str:
    """The code of the system's language: the first of the user's languages that the program offers.

    Returns `en` if the program offers none of the user's languages.
    """
    known = offered()
    for name in _names_of_system():
        # `de_AT.UTF-8@euro` and `de-AT` become `de`.
        code = re.split("[_.@-]", name)[0]
        if code in known:
            return code
    return "en"


def _names_of_system() -> list[str]:
    """The names of the user's languages, the preferred one first.

    They come from the environment variables that gettext reads. On Windows, if none of these is set, the
    display language is used.
    """
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    for value in (_language_variable(), *variables):
        if value:
            return value.split(":")
    if sys.platform == "win32":
        return [locale.windows_locale.get(_windows_language(), "")]
    return []


def _language_variable() -> str:
    """The user's own value of the environment variable LANGUAGE, even if `choose` has replaced it."""
    value = os.environ.get("LANGUAGE", "")
    return _users if value == _ours else value


def _windows_language() -> int:
    """The identifier (LANGID) of the display language of Windows."""
    import ctypes

    kernel: Any = vars(ctypes)["windll"].kernel32
    return int(kernel.GetUserDefaultUILanguage())


def _language(code: str) -> Language:
    if code == "en":
        return ENGLISH
    found = _translations(_catalogue(code))

    def translate(entry: Entry, count: int) -> str:
        if entry.plural:
            return found.npgettext(entry.code, entry.text, entry.plural, count)
        return found.pgettext(entry.code, entry.text)

    return Language(code, translate)


@cache
def _translations(catalogue: Path) -> gettext.GNUTranslations:
    with catalogue.open("rb") as file:
        return gettext.GNUTranslations(file)


def _catalogue(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo"

"""The user's language: how it is found and chosen, and the sentences in it.

Invariants: there is one language at a time, for the window and the command line alike; what has no
translation is shown in English; a language without a file is not offered.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
import sys
from pathlib import Path
from typing import Any

from app.messages.entry import Entry
from app.messages.message import ENGLISH, Language, Message, Param

DOMAIN = "pinbridge"
FOLDER = Path(__file__).with_name("locale")
"""A folder for each language but English, laid out as gettext wants it."""

_current = ENGLISH
_chosen = ""
_ours, _users = "", ""
"""What `choose` has set LANGUAGE to, and what the user had set it to."""


def text(code: str, /, **params: Param) -> str:
    """The sentence for a code and its parameters, in the language that is chosen."""
    return _current.text(Message(code, **params))


def text_of(message: Message) -> str:
    """The sentence for a message, in the language that is chosen."""
    return _current.text(message)


def current() -> Language:
    """The language that is chosen."""
    return _current


def chosen() -> str:
    """The code that `choose` was given last; empty for the system's language."""
    return _chosen


def name_of(code: str) -> str:
    """A language's own name for itself."""
    return _language(code).text(Message("language_name"))


def offered() -> list[str]:
    """The codes of the languages that there are, English first."""
    return ["en", *sorted(path.name for path in FOLDER.glob("*") if _catalogue(path.name).is_file())]


def choose(code: str) -> None:
    """Choose a language by its code, one of `offered`; empty for the system's.

    What click says of itself goes through `gettext`, and follows.
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
    """The code of the language that the system is set to, if it is offered; else English."""
    known = offered()
    for name in _names_of_system():
        # `de_AT.UTF-8@euro` and `de-AT` are German.
        code = re.split("[_.@-]", name)[0]
        if code in known:
            return code
    return "en"


def _names_of_system() -> list[str]:
    """The user's languages, the preferred one first.

    As gettext finds them; on Windows, the language of its own windows.
    """
    variables = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    for value in (_language_variable(), *variables):
        if value:
            return value.split(":")
    if sys.platform == "win32":
        return [locale.windows_locale.get(_windows_language(), "")]
    return []


def _language_variable() -> str:
    """What the user has set LANGUAGE to, whatever `choose` has made of it since."""
    value = os.environ.get("LANGUAGE", "")
    return _users if value == _ours else value


def _windows_language() -> int:
    """The number that Windows gives the language of its own windows."""
    import ctypes

    kernel: Any = vars(ctypes)["windll"].kernel32
    return int(kernel.GetUserDefaultUILanguage())


def _language(code: str) -> Language:
    if code == "en":
        return ENGLISH
    with _catalogue(code).open("rb") as file:
        found = gettext.GNUTranslations(file)

    def translate(entry: Entry, count: int) -> str:
        if entry.plural:
            return found.npgettext(entry.code, entry.text, entry.plural, count)
        return found.pgettext(entry.code, entry.text)

    return Language(code, translate)


def _catalogue(code: str) -> Path:
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo"

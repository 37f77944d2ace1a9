"""In each language, a sentence with a number beside a noun has a form for one and a form for many."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.messages import languages
from app.messages.catalogue import CATALOGUE
from app.messages.entry import Entry
from ui import wording

NOUNS = {
    "en": (
        r"lines|readings|values|messages|points|events|datastreams|devices|boards|bytes|requests|calls|days"
        r"|characters|letters|names|tables|levels|times|rows|files|ports|recordings|runs|faults|pins|streams"
    ),
    "de": (
        r"Zeilen|Messwerte|Werte|Nachrichten|Punkte|Ereignisse|Datenströme|Geräte|Boards|Anfragen|Tage"
        r"|Buchstaben|Namen|Tabellen|Ebenen|Störungen|Dateien|Ports|Aufzeichnungen|Läufe|Pins"
    ),
}
NO_NUMBERS = r"(?:port|path|key|words|device|name|bench)\}"
"""Parameters that are never numbers."""
ONE = {
    "en": re.compile(r"\{(\w+)(?::[^}]*)?\} (?:\w+ )?(?:are|were|have|wait)\b"),
    "de": re.compile(r"\{(\w+)(?::[^}]*)?\} (?:\w+ )?(?:sind|waren|haben|werden)\b"),
}
ALWAYS_MANY = {
    "duration_days": "a duration is given in days from two days on",
    "port_went_away_often": "three times within a minute",
    "connection_went_away_often": "three times within a minute",
    "fault_of_each": "every second call, or fewer",
    "recorded": "the bytes of a recording, which has a header",
    "file_too_large": "a constant",
    "toml_nested_too_deep": "a constant",
    "toml_too_many_entries": "constants",
    "toml_word_too_long": "a constant",
    "cloud_device_name_invalid": "a constant",
    "trial_rejected": "for one line there is a sentence of its own",
    "suggest_int": "suggested from five values on",
    "suggest_double": "suggested from five values on",
    "suggest_location": "suggested from five values on",
    "suggest_string": "suggested from five values on",
    "suggest_range": "suggested from twenty values on",
    "estimate_free_plan_exceeded": "more than the plan has",
    "estimate_organisation_exceeded": "more than the limit, which is at least 1",
    "estimate_points_exceeded": "more than the limit, which is at least 1",
    "boards_fail": "for one board there is a text of its own",
    "analysis_mean": "for one reading there is a sentence of its own",
    "analysis_cut": "a constant",
    "hint_too_long": "a constant",
    "hint_too_many_datastreams": "a constant",
    "hint_value_too_long": "a constant",
    "hint_event_too_long": "a constant",
}
"""Sentences whose number is never 1, each with the reason."""


def number_before_noun(code: str) -> re.Pattern[str]:
    return re.compile(rf"\{{(?!{NO_NUMBERS})(\w+)(?::[^}}]*)?\}} (?!seiner )(?:\w+ )?(?:{NOUNS[code]})\b")


def texts(code: str) -> Iterator[tuple[Entry, str, str]]:
    """Each entry with its texts for 1 and for many in a language; they are equal without a plural."""
    chosen = languages._language(code)
    for entry in CATALOGUE.values():
        yield entry, chosen._translate(entry, 1), chosen._translate(entry, 2)


@pytest.mark.parametrize("code", languages.offered())
def test_a_number_beside_a_noun_has_a_form_for_one(code: str) -> None:
    pattern = number_before_noun(code)
    wrong = {
        entry.code: one
        for entry, one, _ in texts(code)
        if (found := pattern.search(one)) and found[1] != "limit" and entry.code not in ALWAYS_MANY
    }
    assert wrong == {}


@pytest.mark.parametrize("code", languages.offered())
def test_the_form_for_one_has_no_verb_for_many_after_its_number(code: str) -> None:
    wrong = {
        entry.code: one
        for entry, one, many in texts(code)
        if entry.plural and one != many and (found := ONE[code].search(one)) and found[1] == "count"
    }
    assert wrong == {}


def test_every_exception_is_still_needed() -> None:
    patterns = [number_before_noun(code) for code in languages.offered()]
    needed = set()
    for code, pattern in zip(languages.offered(), patterns, strict=True):
        needed |= {entry.code for entry, one, _ in texts(code) if pattern.search(one)}
    assert set(ALWAYS_MANY) <= needed


def test_every_language_has_its_nouns() -> None:
    assert set(NOUNS) == set(ONE) == set(languages.offered())


@pytest.mark.parametrize(
    ("shown", "text"), [(1.0, "1 line/s"), (0.5, "0.5 lines/s"), (0.0, "0 lines/s"), (1.2, "1.2 lines/s")]
)
def test_one_line_a_second_is_one_line(shown: float, text: str) -> None:
    for code in ("status_lines", "label_lines_rate"):
        assert languages.text(code, count=wording.plural_of(shown), rate=wording.rate(shown)) == text

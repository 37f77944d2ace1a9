"""The codes and parameters of the sentences in the English catalogue."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest

from app.messages import catalogue
from app.messages.catalogue import CATALOGUE
from app.messages.entry import Entry

SPECS = re.compile(r",?(\.\d)?[fg]?|and|or|duration|date|minute|time")
"""What may follow a parameter's name: nothing, a number's format, or one of `Language`'s own."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def test_a_code_has_one_sentence() -> None:
    codes = Counter(entry.code for part in catalogue.MODULES for entry in part.ENTRIES)
    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if not CODE.fullmatch(code)] == []


def is_well_formed(entry: Entry) -> bool:
    names: list[set[str]] = []
    for text in filter(None, (entry.text, entry.plural)):
        for _, name, spec, conversion in string.Formatter().parse(text):
            if name is not None and (
                conversion or not NAME.fullmatch(name) or not SPECS.fullmatch(str(spec))
            ):
                return False
        names.append({name for _, name, _, _ in string.Formatter().parse(text) if name})
    return names[0] - {"count"} <= names[-1]


def test_the_parameters_of_each_sentence_are_well_formed() -> None:
    assert [code for code, entry in CATALOGUE.items() if not is_well_formed(entry)] == []


@pytest.mark.parametrize(
    ("text", "plural"),
    [
        ("{A}", ""),
        ("{a.b}", ""),
        ("{}", ""),
        ("{a!r}", ""),
        ("{a:x}", ""),
        ("{a:>9}", ""),
        ("{a}", "{count}"),
    ],
)
def test_a_parameter_that_is_not_well_formed_is_found(text: str, plural: str) -> None:
    assert not is_well_formed(Entry("code", text, plural))

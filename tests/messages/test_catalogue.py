"""The catalogue of English sentences: codes and parameters."""

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
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def test_a_code_has_one_sentence() -> None:
    codes = Counter(entry.code for part in catalogue.MODULES for entry in part.ENTRIES)
    assert [code for code, count in codes.items() if count > 1] == []
    assert [code for code in codes if not CODE.fullmatch(code)] == []


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_a_sentence_s_parameters_are_well_formed(entry: Entry) -> None:
    names: list[set[str]] = []
    for text in filter(None, (entry.text, entry.plural)):
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", str(name)) for _, name, _, _ in fields)
        assert all(SPECS.fullmatch(str(spec)) for _, _, spec, _ in fields)
        assert not any(conversion for *_, conversion in fields)
        names.append({str(name) for _, name, _, _ in fields} - {"count"})
    assert names[0] <= names[-1]

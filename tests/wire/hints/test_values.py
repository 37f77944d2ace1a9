"""A hint for a value shows the number that the sketch printed, or none if it is not certain which one."""

from __future__ import annotations

import pytest

from app.wire.readings import Grammar, Kind
from tests.wire.hints.sentences import KEPT, LINES


@pytest.mark.parametrize("value", ["10³", "10²m", "5⁻³", "2⅓", "20万"])
def test_an_exponent_or_a_fraction_is_no_unit(value: str) -> None:
    verdict = Grammar().judge(f"v1={value}".encode())
    assert (verdict.kind, str(verdict.hint)) == (Kind.ACCEPTED, KEPT)


@pytest.mark.parametrize("value", ["1_20", "1_20_30", "[1,2]", "(23,5)", "{1,2}"])
def test_signs_that_may_separate_numbers_are_not_taken_out_of_one(value: str) -> None:
    verdict = Grammar().judge(f"v1={value}".encode())
    assert (verdict.kind, str(verdict.hint)) == (Kind.ACCEPTED, KEPT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10m²", "the unit is not part of the value: write only v1=10"),
        ("1_000", "write v1=1000 without separators between the groups of digits"),
        ('"23,5"', "write v1=23.5 without quotation marks and brackets"),
        ("[5]", "write v1=5 without quotation marks and brackets"),
        ("[1.5,2.5]", f"{LINES}v1=1.5"),
    ],
)
def test_a_number_that_is_certain_is_shown(value: str, expected: str) -> None:
    assert str(Grammar().judge(f"v1={value}".encode()).hint) == expected

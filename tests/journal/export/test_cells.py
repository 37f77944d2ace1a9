"""The text of cells: what a spreadsheet takes for a number, a date or a text."""

from __future__ import annotations

import pytest

from app.journal.export import cells
from app.wire.datastreams import Value

AT_US = 1_780_000_000_123_456


def test_times_of_scripts_are_utc_with_microseconds() -> None:
    assert cells.iso_time(AT_US) == "2026-05-28T20:26:40.123456Z"


@pytest.mark.parametrize(
    ("at_us", "decimal", "text"),
    [
        (AT_US, ".", "2026-05-28 20:26:40.123"),
        (AT_US, ",", "2026-05-28 20:26:40,123"),
        # The microseconds are cut off, so that no time is in the next second.
        (999_999, ".", "1970-01-01 00:00:00.999"),
        (-1, ",", "1969-12-31 23:59:59,999"),
        (-60_000_000_000_000_000, ".", "0068-09-03 13:20:00.000"),
    ],
)
def test_a_spreadsheet_reads_milliseconds_behind_its_decimal_sign(
    at_us: int, decimal: str, text: str
) -> None:
    assert cells.spreadsheet_time(at_us, decimal) == text


@pytest.mark.parametrize(
    ("elapsed_us", "decimal", "text"),
    [
        (0, ".", "0.000000"),
        (1, ".", "0.000001"),
        (61_500_000, ",", "61,500000"),
        (-1, ".", "-0.000001"),
        (-2_000_001, ".", "-2.000001"),
        # A float of so many seconds has no more microseconds.
        (9_007_199_254_740_993, ".", "9007199254.740993"),
    ],
)
def test_seconds_are_exact(elapsed_us: int, decimal: str, text: str) -> None:
    assert cells.seconds(elapsed_us, decimal) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (2.5, "2,5"),
        (-1e6, "-1000000"),
        (1e-07, "1e-7"),
        ((13.4, 52.5), "13.4, 52.5"),
        ((13.0, 52.0), "13, 52"),
        ("1.5; or so", "1.5; or so"),
        ("=1+1", "'=1+1"),
    ],
)
def test_only_numbers_have_the_decimal_sign(value: Value | None, text: str) -> None:
    assert cells.of_value(value, ",") == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_would_be_run_is_made_harmless(start: str) -> None:
    assert cells.harmless(f"{start}1") == f"'{start}1"
    assert cells.harmless(f"1{start}") == f"1{start}"

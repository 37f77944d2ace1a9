"""The lines that were sent, which the up and down keys bring back."""

from __future__ import annotations

from ui.console.sending.sent_lines import SentLines


def test_up_goes_back_and_down_returns_to_what_was_being_typed() -> None:
    lines = SentLines()
    for line in ("one", "two", "two", "", "three"):
        lines.add(line)
    assert [lines.earlier("half a l") for _ in range(4)] == ["three", "two", "one", "one"]
    assert [lines.later("one") for _ in range(3)] == ["two", "three", "half a l"]
    assert lines.later("half a line") == "half a line"


def test_with_nothing_sent_the_field_stays_as_it_is() -> None:
    lines = SentLines()
    assert lines.earlier("typed") == "typed"
    assert lines.later("typed") == "typed"


def test_after_sending_up_begins_at_the_newest_line_and_memory_is_bounded() -> None:
    lines = SentLines()
    for number in range(500):
        lines.add(str(number))
    assert lines.earlier("") == "499"
    lines.add("500")
    assert [lines.earlier("") for _ in range(200)][-1] == "401"

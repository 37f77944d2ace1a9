"""The search for the baud rate: which rate it takes, how long it listens, and what it keeps."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from app.boards.rates.search import LISTEN_S, SETTLE_S, SILENCE_S, USUAL_RATES, BaudSearch
from app.boards.status import SearchState
from app.wire.datastreams import Datastream, DatastreamType
from app.wire.readings import Grammar
from tests import uart

received = functools.cache(uart.received)
TEXT = b"v0=12.25\r\nv1=-3\r\n# a comment\r\nv2=calm\r\n"


def search(present: int, heard: Callable[[int], bytes], grammar: Grammar | None = None) -> BaudSearch:
    """A search that is over: it hears `heard(rate)` four times a second at each rate."""
    found = BaudSearch(present, grammar or Grammar())
    found.begin(0.0)
    for quarter in range(4000):
        now_s = quarter / 4
        if chunk := heard(found.baud_rate):
            found.heard(now_s, chunk, round(now_s * 1e6))
        found.look(now_s)
        if found.is_over:
            return found
    raise AssertionError("the search does not end")


@pytest.mark.parametrize("sent_at", [9600, 57600, 74880, 250000, 1000000])
def test_the_rate_that_the_board_sends_at_is_found(sent_at: int) -> None:
    present = 9600 if sent_at != 9600 else 115200
    found = search(present, lambda rate: received(TEXT, sent_at, rate))
    assert (found.status.state, found.baud_rate) == (SearchState.FOUND, sent_at)


def test_a_present_rate_that_works_is_kept_without_trying_another() -> None:
    found = search(57600, lambda rate: received(TEXT, 57600, rate))
    assert (found.baud_rate, found.status.number) == (57600, 1)


def test_a_rate_that_is_not_usual_is_not_found_and_the_present_one_is_used_again() -> None:
    found = search(31250, lambda rate: received(TEXT, 333_333, rate))
    assert (found.status.state, found.baud_rate, found.found) == (SearchState.NOT_FOUND, 31250, [])
    assert found.status.number == found.status.total == len(USUAL_RATES) + 1


def test_readable_text_without_a_valid_line_is_better_than_nothing() -> None:
    found = search(9600, lambda rate: received(b"Temp: 21.4 C\r\n", 38400, rate))
    assert (found.status.state, found.baud_rate) == (SearchState.FOUND, 38400)


def test_valid_lines_are_better_than_readable_text_at_an_earlier_rate() -> None:
    heard = {9600: b"Temp: 21.4 C\r\n", 57600: b"v1=3\n"}
    found = search(115200, lambda rate: heard.get(rate, b"\xff\x80\xf8"))
    assert found.baud_rate == 57600


def test_unreadable_bytes_are_not_taken_for_lines_because_a_line_is_among_them() -> None:
    noise = bytes(range(128, 250))
    found = search(9600, lambda rate: noise + b"\nv1=1\nv1=2\n" + noise if rate == 115200 else b"")
    assert found.status.state is SearchState.NOT_FOUND


def test_a_few_letters_or_bytes_without_a_line_end_are_no_text() -> None:
    assert search(9600, lambda _: b"").status.state is SearchState.NOT_FOUND
    heard = iter([b"a:\n"])
    assert search(9600, lambda _: next(heard, b"")).status.state is SearchState.NOT_FOUND
    assert search(9600, lambda _: b"abcdefgh").status.state is SearchState.NOT_FOUND


def test_the_lines_are_judged_by_the_grammar_of_the_device() -> None:
    grammar = Grammar([Datastream(virtual_pin=1, type=DatastreamType.INT)])
    heard = {9600: b"v1=high\n" * 3, 115200: b"v1=1\n" * 3}
    assert search(57600, lambda rate: heard.get(rate, b""), grammar).baud_rate == 115200


def test_one_line_within_the_time_is_enough() -> None:
    found = BaudSearch(9600, Grammar())
    found.begin(10.0)
    found.heard(11.0, b"v1=1\n", 7)
    found.look(11.0 + LISTEN_S - 0.01)
    assert not found.is_over
    found.look(11.0 + LISTEN_S)
    assert (found.status.state, found.found) == (SearchState.FOUND, [(b"v1=1\n", 7)])


def test_a_silent_rate_is_left_after_a_while() -> None:
    found = BaudSearch(9600, Grammar())
    assert not found.has_begun
    assert (found.baud_rate, found.status.number) == (9600, 0)
    found.begin(10.0)
    assert found.has_begun
    found.look(10.0 + SILENCE_S - 0.01)
    assert found.baud_rate == 9600
    found.look(10.0 + SILENCE_S)
    assert (found.baud_rate, found.status.number) == (115200, 2)


def test_bytes_from_before_the_rate_was_set_do_not_count() -> None:
    found = BaudSearch(9600, Grammar())
    found.begin(0.0)
    found.heard(0.0, b"v1=1\n", 0)
    found.refused(1.0)
    found.heard(1.0 + SETTLE_S / 2, b"v1=2\nv1=3\n", 1)
    found.look(1.2)
    assert not found.is_over
    found.heard(1.2, b"v1=4\nv1=5\n", 2)
    found.look(1.2)
    assert found.found == [(b"v1=4\nv1=5\n", 2)]


def test_a_cancelled_search_uses_the_rate_before() -> None:
    found = BaudSearch(31250, Grammar())
    found.begin(0.0)
    found.look(SILENCE_S)
    assert found.baud_rate == 9600
    found.cancel()
    assert (found.status.state, found.baud_rate, found.found) == (SearchState.CANCELLED, 31250, [])
    found.look(100.0)
    assert found.status.state is SearchState.CANCELLED


def test_the_end_of_a_search_cannot_be_cancelled() -> None:
    found = search(9600, lambda rate: received(TEXT, 57600, rate))
    found.cancel()
    assert found.baud_rate == 57600

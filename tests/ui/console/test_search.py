"""Finding a text in the listed rows."""

from __future__ import annotations

import pytest

from tests.ui.console.rows import log_of, news
from ui.console import log as module
from ui.console.filtering import Filter, Listing
from ui.console.log import Log, RowKind
from ui.console.search import Search


def search_in(log: Log) -> tuple[Search, Listing]:
    listing = Listing(log)
    listing.extend()
    return Search(log, listing), listing


def test_hits_are_found_in_both_directions_and_round_the_ends() -> None:
    search, _ = search_in(log_of("v1=1", "Error: x", "v1=2", "error: y", "v1=3"))
    assert (search.after(0), search.before(0)) == (None, None)
    search.look_for("ERROR")
    assert list(search.hits) == [1, 3]
    assert [search.after(number) for number in (-1, 0, 1, 2, 3, 4)] == [1, 1, 3, 3, 1, 1]
    assert [search.before(number) for number in (0, 1, 2, 3, 4)] == [3, 3, 1, 1, 3]
    assert [search.ordinal(number) for number in range(6)] == [0, 1, 0, 2, 0, 0]
    search.look_for("error", match_case=True)
    assert list(search.hits) == [3]
    search.look_for("")
    assert list(search.hits) == []


def test_new_rows_are_searched_and_those_that_left_are_no_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 2)
    monkeypatch.setattr(module, "_SPARE_ROWS", 0)
    log = log_of("a 1", "b 1")
    search, listing = search_in(log)
    search.look_for("1")
    search.extend()
    log.add([news(3, "c 1", "d 2", "e 1")])
    listing.extend()
    search.extend()
    assert list(search.hits) == [0, 1, 2, 4]
    log.shrink()
    listing.drop()
    search.drop()
    assert list(search.hits) == [4]
    log.clear()
    listing.drop()
    search.drop()
    assert list(search.hits) == []


def test_only_listed_rows_are_searched() -> None:
    search, listing = search_in(log_of("v1=1", "oops 1"))
    search.look_for("1")
    listing.set_filter(Filter(kinds=frozenset({RowKind.REJECTED})))
    search.begin_again()
    assert list(search.hits) == [1]


def test_places_in_a_line() -> None:
    search, _ = search_in(log_of("x"))
    assert search.places("anything") == []
    search.look_for("an")
    assert search.places("Banana AN") == [(1, 3), (3, 5), (7, 9)]
    assert search.places("İan") == []  # In lower case, this letter is two.
    search.look_for("AN", match_case=True)
    assert search.places("banana AN") == [(7, 9)]

"""The filter of the console: by board, verdict, datastream and text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.console.rows import BOARD, lines, log_of, news, sent
from ui.console import log as module
from ui.console.filtering import Filter, Listing, targets
from ui.console.log import Log, News, RowKind

REJECTED = frozenset({RowKind.REJECTED})


def shown(log: Log, wanted: Filter) -> list[str]:
    listing = Listing(log)
    listing.set_filter(wanted)
    assert len(listing) == len(listing.numbers)
    return [log.text(number) for number in listing.numbers]


def log_of_all_kinds() -> Log:
    log = log_of("v1=1", "oops", "# Hi", "v1.label=Soil", "v10=5")
    log.add([News(BOARD, lines(9, "v2=1"), [sent(1, 5, "v1=7")]), news(1, "v1=9", device="cellar")])
    return log


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (Filter(), ["v1=1", "oops", "# Hi", "v1.label=Soil", "v10=5", "v1=7", "", "v2=1", "v1=9"]),
        (Filter("cellar"), ["v1=9"]),
        (Filter(BOARD, REJECTED), ["oops"]),
        (Filter(BOARD, frozenset({RowKind.SENT, RowKind.NOT_TAKEN})), ["v1=7"]),
        (Filter(BOARD, target="v1"), ["v1=1", "v1.label=Soil"]),
        (Filter(target="v1", kinds=frozenset({RowKind.COMMENT})), []),
        (Filter(BOARD, needle="HI"), ["# Hi"]),
        (Filter(BOARD, needle="hi", match_case=True), []),
        (Filter(BOARD, needle="Hi", match_case=True), ["# Hi"]),
    ],
)
def test_rows_that_pass(wanted: Filter, texts: list[str]) -> None:
    # The sent line comes before the gap, the gap before the line that follows it.
    found = shown(log_of_all_kinds(), wanted)
    assert sorted(found) == sorted(texts)
    assert wanted.is_narrow is (wanted not in (Filter(), Filter("cellar")))
    assert wanted.only_rejected is (wanted.kinds == REJECTED)


def test_new_rows_are_listed_and_those_that_left_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    monkeypatch.setattr(module, "_SPARE_ROWS", 0)
    log = log_of("v1=1", "oops", "v1=2")
    every, bad = Listing(log), Listing(log)
    assert every.extend() == 3
    bad.set_filter(Filter(kinds=REJECTED))
    assert (list(bad.numbers), every.extend(), every.place(1), every.place(9)) == ([1], 0, 1, 3)
    log.add([news(4, "v1=3", "v1=4", "oops")])
    assert (every.extend(), bad.extend()) == (3, 1)
    log.shrink()
    assert (every.leaving(), bad.leaving()) == (3, 0)
    every.drop()
    bad.drop()
    assert (list(every.numbers), list(bad.numbers)) == ([3, 4, 5], [1, 5])
    # Another list finds the rejected row that has outlived the others, if its text passes.
    assert shown(log, Filter(kinds=REJECTED)) == ["oops", "oops"]
    assert shown(log, Filter(kinds=REJECTED, needle="x")) == []
    assert shown(log, Filter(needle="oops")) == ["oops"]


def test_lines_that_are_left_out_are_those_of_the_listed_boards() -> None:
    log = log_of("v1=1", first=4)
    log.add([news(8, "v1=1", device="cellar")])
    listing = Listing(log)
    assert listing.missing() == 10
    listing.set_filter(Filter("cellar"))
    assert listing.missing() == 7


def test_the_datastreams_of_a_board() -> None:
    log = log_of_all_kinds()
    assert targets(log, BOARD) == ["v1", "v2", "v10"]
    assert targets(log, "cellar") == ["v1"]
    assert targets(log, "") == ["v1", "v2", "v10"]


TEXTS = st.lists(st.sampled_from(["v1=1", "oops", "# hi", "v2=3"]), min_size=1, max_size=5)
FILTERS = st.builds(
    Filter,
    st.sampled_from(["", BOARD, "cellar"]),
    st.sampled_from([frozenset(), REJECTED, frozenset({RowKind.ACCEPTED, RowKind.SENT})]),
    st.sampled_from(["", "v1"]),
    st.sampled_from(["", "1", "o"]),
)


@given(st.lists(st.tuples(TEXTS, st.integers(0, 1)), max_size=10), FILTERS, FILTERS, st.integers(0, 9))
def test_a_list_is_the_same_whether_it_grew_or_was_made_at_once(
    looks: list[tuple[list[str], int]], first: Filter, last: Filter, at: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_ROWS", 9)
        patch.setattr(module, "_SPARE_ROWS", 2)
        log, number = Log(), 1
        grown = Listing(log)
        grown.set_filter(first)
        for look, (texts, skipped) in enumerate(looks):
            number += skipped
            log.add([news(number, *texts, device=BOARD if look % 3 else "cellar")])
            number += len(texts)
            if look == at:
                grown.set_filter(last)
            grown.extend()
            log.shrink()
            grown.drop()
        fresh = Listing(log)
        fresh.set_filter(grown.filter)
        assert list(grown.numbers) == list(fresh.numbers)
        for number in range(log.first, log.end):
            row = log[number]
            passes = grown.filter.passes_tag(row.tag) and grown.filter.passes_text(row.text)
            assert (number in grown.numbers) is passes

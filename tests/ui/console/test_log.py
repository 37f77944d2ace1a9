"""The log keeps rows in order and in bounded memory, says what is left out, and keeps what was rejected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.readings import Kind
from tests.ui.console.rows import AT_US, BOARD, lines, log_of, news, sent, texts_of
from ui.console import log as module
from ui.console.log import Log, News, Row, RowKind, Tag


def test_rows_have_what_the_lines_had() -> None:
    log = log_of("v1=1", "oops\x07", "# hi", "", "v1.label=Soil")
    kinds = [log.tag(number).kind for number in range(5)]
    assert kinds == ["accepted", "rejected", "comment", "blank", "accepted"]
    assert [log.tag(number).target for number in range(5)] == ["v1", "", "", "", "v1.label"]
    first, second = log[0], log[1]
    assert (first.at_us, first.tag.device, first.text, log.text(1)) == (AT_US, BOARD, "v1=1", "oops\x07")
    assert (first.verdict.value if first.verdict else None) == 1
    assert second.verdict
    assert second.verdict.kind is Kind.REJECTED
    assert second.shown == "oops\ufffd"
    assert (second.missing, log.newest(BOARD), log.newest("other")) == (0, 5, 0)
    assert set(log.tags) == {log.tag(number) for number in range(5)}


def test_lines_that_were_left_out_are_counted_in_one_gap() -> None:
    log = log_of("v1=1", "v1=2", first=1)
    some = [*lines(5, "oops"), *lines(9, "oops"), *lines(20, "v1=3", "v1=4")]
    log.add([News(BOARD, some)])
    assert texts_of(log) == ["v1=1", "v1=2", "[15]", "oops", "oops", "v1=3", "v1=4"]
    assert log[2].tag == Tag(BOARD, RowKind.GAP)
    assert log[2].verdict is None
    assert log.missing(BOARD) == 15
    log.add([news(22, "v1=5")])
    assert texts_of(log)[-1] == "v1=5"
    # The gap is where the first line is missing.
    log.add([News(BOARD, [*lines(23, "v1=6"), *lines(30, "v1=7")])])
    assert texts_of(log)[-3:] == ["v1=6", "[6]", "v1=7"]
    assert (log.missing(BOARD), log.missing("other")) == (21, 0)
    assert texts_of(log_of("v1=1", first=4)) == ["[3]", "v1=1"]


def test_sent_lines_are_where_they_were_sent() -> None:
    log = Log()
    log.add([News(BOARD, (), [sent(1, 0, "hello")])])
    log.add([News(BOARD, lines(1, "v1=1", "v1=2"), [sent(2, 1, "led=1"), sent(3, 2, "x", was_taken=False)])])
    assert texts_of(log) == ["hello", "v1=1", "led=1", "v1=2", "x"]
    assert [log.tag(number).kind for number in (0, 2, 4)] == ["sent", "sent", "not_taken"]
    assert (log.newest_sent(BOARD), log.newest_sent("other"), log.newest(BOARD)) == (3, 0, 2)


def test_rows_of_several_boards_are_in_the_order_of_their_times() -> None:
    log = Log()
    early, late = news(1, "v1=1", at_us=5), news(1, "v2=1", device="cellar", at_us=3)
    log.add([early, late, News("attic", ())])
    assert [log.tag(number).device for number in range(2)] == ["cellar", BOARD]
    # What one board says stays in order, even if the clock was set back.
    log.add([news(2, "v1=2", at_us=2)])
    assert texts_of(log)[-1] == "v1=2"


def test_the_oldest_rows_leave_but_rejected_ones_outlive_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 4)
    monkeypatch.setattr(module, "_SPARE_ROWS", 2)
    monkeypatch.setattr(module, "MAX_REJECTED", 2)
    log = log_of("oops 1", "v1=1", "oops 2", "oops 3", "v1=2", "v1=3")
    log.shrink()
    assert log.first == 0  # A few more are let in.
    log.add([news(7, "oops 4", "v1=4")])
    log.shrink()
    assert texts_of(log) == ["v1=2", "v1=3", "oops 4", "v1=4"]
    assert (log.first, log.end, log.first_rejected, tuple(log.outliving)) == (4, 8, 2, (2, 3))
    assert (log[2].text, log.text(3), log.tag(3).kind) == ("oops 2", "oops 3", "rejected")
    with pytest.raises(KeyError):
        log[0]
    good = [tag.kind is RowKind.ACCEPTED for tag in log.tags]
    assert log.passing(0, good) == [4, 5, 7]
    assert log.passing(6, good) == [7]


def test_long_rows_leave_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10_000)
    log = log_of(*("# " + "x" * 1000 for _ in range(20)))
    before = log.bytes
    log.shrink()
    assert before > 20_000
    assert 0 < log.bytes <= 10_000 * 7 // 8
    assert log.end - log.first == 6
    log.add([news(21, "# " + "é" * 590)])
    assert log.bytes > 10_000
    log.shrink()
    assert log.end - log.first == 5
    monkeypatch.setattr(module, "MAX_BYTES", 1)
    log.shrink()
    assert log.end - log.first == 1  # The newest row stays.


def test_cleared_rows_do_not_come_back_and_a_restart_forgets_the_numbers() -> None:
    log = log_of("v1=1", "oops")
    log.add([News(BOARD, (), [sent(4, 2, "x")])])
    log.clear()
    assert (log.first, log.end, log.bytes, log.newest(BOARD), log.newest_sent(BOARD)) == (3, 3, 0, 2, 4)
    assert tuple(log.outliving) == ()
    log.add([news(3, "v1=2")])
    assert texts_of(log) == ["v1=2"]
    log.restart()
    assert (log.newest(BOARD), log.newest_sent(BOARD)) == (0, 0)


def test_a_device_that_comes_back_counts_from_1() -> None:
    log = log_of("v1=1", "v1=2")
    log.add([News("cellar", lines(1, "v9=4"), [sent(1, 1, "x")])])
    log.keep_only([BOARD])
    assert (log.newest(BOARD), log.newest("cellar"), log.newest_sent("cellar")) == (2, 0, 0)
    log.add([news(1, "v9=5", device="cellar")])
    assert texts_of(log) == ["v1=1", "v1=2", "v9=4", "x", "v9=5"]


def test_a_copy_stays_as_it_is() -> None:
    log = log_of("v1=1", "oops")
    other = log.copy()
    log.add([news(3, "v1=2")])
    log.clear()
    assert texts_of(other) == ["v1=1", "oops"]


LINES = st.sampled_from(["v1=1", "oops", "# hi", "v2=3", "x" * 300])


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(LINES, min_size=1, max_size=8)), max_size=12))
def test_every_line_is_in_a_row_or_counted_in_a_gap(looks: list[tuple[int, list[str]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_ROWS", 10)
        patch.setattr(module, "_SPARE_ROWS", 3)
        patch.setattr(module, "MAX_REJECTED", 1000)
        log, number, rejected, said = Log(), 1, 0, []
        for skipped, texts in looks:
            number += skipped
            log.add([news(number, *texts)])
            number += len(texts)
            said += [*([f"[{skipped}]"] if skipped else ()), *texts]
            rejected += sum(text[0] in "ox" for text in texts)
            log.shrink()
        assert log.end == len(said)
        assert texts_of(log) == said[log.first :]
        assert log.end - log.first <= 13
        outlived = len(log.outliving)
        rows = [log[number] for number in (*log.outliving, *range(log.first, log.end))]
        assert sum(row.tag.kind is RowKind.REJECTED for row in rows) == rejected >= outlived
        assert log.missing(BOARD) == sum(skipped for skipped, _ in looks)


def test_a_row_without_a_verdict() -> None:
    row = Row(0, Tag("a", RowKind.SENT), "x")
    assert (row.verdict, row.missing) == (None, 0)

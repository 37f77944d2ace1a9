"""The journal is read in a thread of its own: the newest request first, and nothing is kept of what is gone.

Times are those of a clock that stands still unless a test moves it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from app.history import past
from app.history.calculation import Key
from app.history.past import Past, Request, request
from app.journal.journal import JournalError
from app.journal.summaries.points import Points
from app.journal.summaries.view import View
from tests.waiting import PATIENCE_S, wait_until

KEY = ("board", "v1")


class Reader:
    """Reads views whose single point tells which request they answer; it waits while `gate` is closed."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[tuple[str, str, int, int, int]] = []
        self.answered: list[Key] = []
        self.errors: list[Exception] = []
        self.failure: Exception | None = None
        self.is_partial = False
        self.now_s = 0.0

    def read(self, device: str, target: str, from_us: int, to_us: int, columns: int) -> View:
        self.asked.append((device, target, from_us, to_us, columns))
        assert self.gate.wait(PATIENCE_S)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        points = Points(np.array([from_us]), np.array([float(len(self.asked))]))
        return View(points, to_us, (from_us, to_us), self.is_partial)

    def wait(self, count: int) -> None:
        wait_until(lambda: len(self.answered) >= count)


@contextmanager
def reading() -> Iterator[tuple[Past[View], Reader]]:
    reader = Reader()
    made = Past(reader.read, reader.answered.append, reader.errors.append, lambda: reader.now_s)
    try:
        yield made, reader
    finally:
        reader.gate.set()
        assert made.stop(PATIENCE_S)


def at(cell: int, key: Key = KEY, exponent: int = 0) -> Request:
    return Request(key, exponent, cell, cell)


def test_a_request_is_about_whole_cells_and_no_wider_columns() -> None:
    wanted = request(KEY, 1000.0, 1999.0, 0.7)
    assert (wanted.column_s, wanted.first, wanted.last) == (0.5, 2, 8)
    assert request(KEY, 1000.0, 1999.0, 1.0).column_s == 1.0
    assert wanted.period_us == (2 * 256_000_000, 9 * 256_000_000 - 1)
    assert (wanted.end_s, wanted.columns) == (9 * 256, 7 * 512)
    # A view that moves a little needs the same.
    assert request(KEY, 1010.0, 2009.0, 0.7) == wanted
    assert request(KEY, 1100.0, 2099.0, 0.7) != wanted
    # No period is too long for the journal.
    first, last = request(KEY, -1e300, 1e300, 1e290).period_us
    assert abs(first) < 1 << 1000 > abs(last)


def test_an_answer_is_kept_with_what_was_asked() -> None:
    with reading() as (made, reader):
        assert KEY not in made._extents
        made.ask(at(3), 0)
        reader.wait(1)
        (answer,) = made.answers(KEY, 0)
        assert answer.request == at(3)
        assert (answer.view.points.times_us / 1e6).tolist() == [3 * 512]
        assert answer.newest_s == pytest.approx(4 * 512)
        assert reader.asked == [("board", "v1", 3 * 512 * 10**6, 4 * 512 * 10**6 - 1, 512)]
        assert made.extent(KEY) == (3 * 512, 4 * 512 - 1e-6)
        assert KEY in made._extents
        assert made.answers(KEY, 1) == []
        assert made.answers(("board", "v2"), 0) == []


def test_the_newest_request_wins_and_is_answered_first() -> None:
    with reading() as (made, reader):
        reader.gate.clear()
        made.ask(at(0), 0)
        wait_until(lambda: len(reader.asked) == 1)
        assert made.is_asked(KEY)
        made.ask(at(0), 0)  # It is being read.
        made.ask(at(1), 0)
        made.ask(at(9, ("board", "v2")), 0)
        made.ask(at(2), 0)  # In place of cell 1.
        made.ask(at(2, exponent=3), 0)
        reader.gate.set()
        reader.wait(4)
        cells = [(asked[1], asked[2] // (512 * 10**6)) for asked in reader.asked]
        assert cells == [("v1", 0), ("v1", 16), ("v1", 2), ("v2", 9)]
        wait_until(lambda: not made.is_asked(KEY))
        assert len(made.answers(KEY, 0)) == 3


def test_only_the_newest_requests_and_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_REQUESTS", 2)
    monkeypatch.setattr(past, "_ANSWERS", 2)
    with reading() as (made, reader):
        reader.gate.clear()
        made.ask(at(0), 0)
        wait_until(lambda: len(reader.asked) == 1)
        for exponent in (1, 2, 3):
            made.ask(at(0, exponent=exponent), 0)
        reader.gate.set()
        reader.wait(3)
        assert [answer.request.exponent for answer in made.answers(KEY, 0)] == [3, 2]
        made.ask(at(0, exponent=3), 0)
        reader.wait(4)
        assert [answer.request.exponent for answer in made.answers(KEY, 0)] == [2, 3]


def test_what_is_forgotten_while_it_is_read_is_not_kept() -> None:
    with reading() as (made, reader):
        made.ask(at(0), 0)
        made.ask(at(0, ("other", "v1")), 0)
        reader.wait(2)
        reader.gate.clear()
        made.ask(at(1), 0)
        wait_until(lambda: len(reader.asked) == 3)
        made.ask(at(2), 0)
        made.forget(lambda key: key[0] == "board")
        reader.gate.set()
        made.ask(at(5, ("other", "v1")), 0)
        reader.wait(3)
        assert made.answers(KEY, 0) == []
        assert made.extent(KEY) is None
        assert len(made.answers(("other", "v1"), 0)) == 2
        assert len(reader.asked) == 4


ERRORS = [sqlite3.DatabaseError("broken"), JournalError("journal_not_found", path="j")]


@pytest.mark.parametrize("failure", ERRORS, ids=repr)
def test_after_an_error_the_plot_is_told_to_ask_again(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_AGAIN_S", 0.0)
    with reading() as (made, reader):
        reader.failure = failure
        made.ask(at(0), 0)
        reader.wait(1)
        assert reader.errors == [failure]
        assert KEY not in made._extents
        made.ask(at(0), 0)
        reader.wait(2)
        assert len(made.answers(KEY, 0)) == 1


def test_after_an_answer_that_lacks_readings_the_plot_is_told_to_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(past, "_AGAIN_S", 0.0)
    with reading() as (made, reader):
        reader.is_partial = True
        made.ask(at(0), 0)
        reader.wait(2)
        assert reader.answered == [KEY, KEY]
        (answer,) = made.answers(KEY, 0)
        assert answer.is_partial


def test_an_answer_may_be_asked_for_again_after_a_second() -> None:
    with reading() as (made, reader):
        made.ask(at(0), 0)
        reader.wait(1)
        (answer,) = made.answers(KEY, 0)
        reader.now_s = 0.99
        assert not made.may_be_asked_again(answer)
        reader.now_s = 1.0
        assert made.may_be_asked_again(answer)


def test_nothing_is_read_after_the_end() -> None:
    with reading() as (made, reader):
        reader.gate.clear()
        made.ask(at(0), 0)
        wait_until(lambda: len(reader.asked) == 1)
        made.ask(at(1), 0)
        assert not made.stop(0.0)
        reader.gate.set()
        assert made.stop(PATIENCE_S)
        made.ask(at(2), 0)
        assert len(reader.asked) == 1
    assert Past(reader.read, print, print).stop(0.0)


def test_what_is_known_is_not_read_again_if_that_is_enough() -> None:
    with reading() as (made, reader):
        made.ask(at(3), 0, unless_known=True)
        reader.wait(1)
        made.ask(at(4), 0, unless_known=True)
        made.ask(at(5), 0)
        reader.wait(2)
        assert [asked[2] for asked in reader.asked] == [at(3).period_us[0], at(5).period_us[0]]
        made.forget()
        made.ask(at(4), 0, unless_known=True)
        reader.wait(3)

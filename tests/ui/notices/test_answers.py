"""Which notice is first, and when a message leaves."""

from __future__ import annotations

import pytest

from app.messages.catalogue import CATALOGUE
from app.messages.message import Message, verbatim
from ui.notices import answers
from ui.notices.answers import FIRST_S, LEAVES_S, Answers
from ui.situation import Notice

BAD, WARN, GOOD = (
    Notice(tone, verbatim(f"of a board: {tone}"), device="uno") for tone in ("bad", "warn", "good")
)
BOARDS = [GOOD, WARN, BAD]


def said(tone: str, code: str = "verbatim") -> Notice:
    return Notice(tone, Message(code, text="said") if code == "verbatim" else Message(code))


def answer(words: str, device: str = "uno") -> Notice:
    return Notice("good", verbatim(words), device=device, answers=True)


def order(known: Answers, wanted: list[Notice], now_s: float) -> list[Notice]:
    return list(known.in_order(wanted, now_s).values())


def test_without_an_answer_the_gravest_is_first() -> None:
    assert order(Answers(), BOARDS, 0.0) == [BAD, WARN, GOOD]


@pytest.mark.parametrize(("tone", "place"), [("bad", 1), ("warn", 2), ("good", 3)])
def test_a_message_is_first_and_then_behind_what_is_as_grave(tone: str, place: int) -> None:
    known, message = Answers(), said(tone)
    known.show(message, 100.0)
    assert order(known, BOARDS, 100.0 + FIRST_S - 0.1)[0] is message
    assert order(known, BOARDS, 100.0 + FIRST_S)[place] is message


@pytest.mark.parametrize(
    ("message", "does_leave"),
    [
        (said("good"), True),
        (said("warn", "no_tray"), True),
        (said("bad", "line_not_sent"), True),
        (said("warn", "done_but_not_saved"), False),
        (said("bad"), False),
    ],
)
def test_what_nobody_needs_later_leaves_and_what_went_wrong_stays(message: Notice, does_leave: bool) -> None:
    known = Answers()
    known.show(message, 100.0)
    assert order(known, [], 100.0 + LEAVES_S - 0.1) == [message]
    assert order(known, [], 100.0 + LEAVES_S) == ([] if does_leave else [message])
    assert (known.message is None) is does_leave


def test_a_message_leaves_at_once_when_it_no_longer_holds() -> None:
    known, works = Answers(), [False]
    known.show(said("warn"), 0.0, lambda: not works[0])
    assert order(known, [], 1.0)
    works[0] = True
    assert order(known, [], 1.1) == []


def test_a_clock_that_is_set_back_keeps_no_message_for_longer() -> None:
    known, message = Answers(), said("good")
    known.show(message, 5000.0)
    assert order(known, [BAD], 100.0) == [BAD, message]
    assert order(known, [BAD], 100.0 + LEAVES_S - FIRST_S) == [BAD]


def test_an_answer_of_another_part_is_first_from_when_it_is_there() -> None:
    known, ended = Answers(), answer("the recording is in a file")
    for now_s, first in ((50.0, ended), (50.0 + FIRST_S - 0.1, ended), (50.0 + FIRST_S, BAD)):
        assert order(known, [*BOARDS, ended], now_s)[0] is first
    order(known, BOARDS, 70.0)
    assert order(known, [*BOARDS, ended], 80.0)[0] is ended


def test_the_newest_answer_is_first_and_a_message_before_what_it_came_with() -> None:
    known, older, newer, message = Answers(), answer("older"), answer("newer"), said("good")
    order(known, [older], 0.0)
    assert order(known, [older, newer, BAD], 1.0) == [newer, older, BAD]
    known.show(message, 1.0)
    assert order(known, [older, newer, BAD], 1.0) == [message, newer, older, BAD]


def test_times_go_on_in_another_window() -> None:
    known, other, ended, message = Answers(), Answers(), answer("ended"), said("good")
    known.show(message, 0.0)
    order(known, [ended], 0.0)
    other.show(message, 30.0)
    other.take_times(known)
    assert order(other, [ended, BAD], 30.0) == [BAD, ended, message]
    assert order(other, [ended, BAD], LEAVES_S) == [BAD, ended]


def test_one_notice_is_shown_of_each_subject_and_a_message_beside_them() -> None:
    known = Answers()
    known.show(said("good"), 0.0)
    twice = [Notice("warn", Message("ago", seconds=n), device="uno") for n in (7, 8)]
    assert order(known, [*twice, said("good")], 0.0) == [said("good"), twice[0], said("good")]


def test_what_leaves_is_in_the_catalogue() -> None:
    assert CATALOGUE.keys() >= answers._CHANGED_NOTHING

"""A changed grammar is tried on lines at hand before the change is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import Datastream, DatastreamType, OutOfRange, Reason
from app.wire.readings import Grammar, Kind
from app.wire.targets import MAX_TARGETS
from app.wire.trial import Trial, judge_again, try_lines

T = DatastreamType
VOLTS = Grammar([Datastream(virtual_pin=1, id=7, type=T.DOUBLE, min=0.0, max=5.0)])


def test_the_lines_that_would_be_rejected_are_counted() -> None:
    texts = [f"v1={number}" for number in range(488)] + ["v1=2.5"] * 12
    trial = try_lines(Grammar([Datastream(virtual_pin=1, type=T.INT)]), "v1", texts)
    assert (trial.lines, trial.rejected, trial.low, trial.high) == (500, 12, 0, 487)
    assert str(trial.message) == "12 of the last 500 lines would have been rejected."


def test_the_first_rejected_line_is_shown_with_its_verdict() -> None:
    trial = try_lines(VOLTS, "v1", ["v1=1", "v1=6", "v1=on", "v1=2.5"])
    assert trial.first == VOLTS.judge(b"v1=6")
    assert trial.first.reason is Reason.OUT_OF_RANGE
    assert (trial.lines, trial.rejected, trial.clamped, trial.low, trial.high) == (4, 2, 0, 1.0, 2.5)


def test_only_lines_for_the_target_count_under_either_name_of_its_datastream() -> None:
    texts = ["v1=1", "V1 = 2", "ds7=9", "v2=9", "v1.label=x", "# v1=9", "", "x=9", "v256=9", "event.v1=9"]
    for target in ("v1", "ds7"):
        trial = try_lines(VOLTS, target, texts)
        assert (trial.lines, trial.rejected, trial.low, trial.high) == (3, 1, 1.0, 2.0)
    assert try_lines(VOLTS, "v2", texts) == Trial(lines=1, low=9, high=9)
    assert try_lines(VOLTS, "v1.label", texts) == Trial(lines=1)
    assert try_lines(VOLTS, "event.v1", texts) == Trial(lines=1)
    assert try_lines(Grammar(), "v1", texts) == Trial(lines=2, low=1, high=2)
    assert try_lines(Grammar(), "v3", texts) == Trial()


def test_lines_that_were_rejected_before_are_tried_too() -> None:
    strict = Grammar([Datastream(virtual_pin=2)], reject_unknown=True)
    assert try_lines(strict, "v1", ["v1=1"]).rejected == 1
    assert try_lines(Grammar(), "v1", ["v1=nan", "v1=", "v1=1"]).rejected == 2


def test_the_range_of_the_values_has_scale_and_clamping() -> None:
    entry = Datastream(virtual_pin=1, scale=0.01, offset=1.0, max=5.0, out_of_range=OutOfRange.CLAMP)
    trial = try_lines(Grammar([entry]), "v1", ["v1=100", "v1=-50", "v1=700", "v1=on"])
    assert trial == Trial(lines=4, clamped=1, low=0.5, high=5.0)


def test_texts_and_locations_have_no_range() -> None:
    assert try_lines(Grammar(), "v1", ["v1=on", "v1=off"]) == Trial(lines=2)
    place = Grammar([Datastream(virtual_pin=1, type=T.LOCATION)])
    assert try_lines(place, "v1", ["v1=13.4,52.5"]) == Trial(lines=1)


def test_the_grammar_remembers_no_target() -> None:
    grammar = Grammar()
    for number in range(MAX_TARGETS + 1):
        assert try_lines(grammar, f"ds{number + 1}", [f"ds{number + 1}=1"]).rejected == 0
    assert grammar.judge(b"v1=1").kind is Kind.ACCEPTED


@pytest.mark.parametrize("line", ["v1=23\ufffd", "v1=\ufffd", "v\ufffd1=5"])
def test_a_byte_that_was_no_utf_8_is_rejected_again(line: str) -> None:
    assert judge_again(Grammar(), line).reason is Reason.BAD_ENCODING
    assert try_lines(Grammar(), "v1", [line]) == Trial()


def test_a_text_that_no_bytes_can_be_is_judged_too() -> None:
    assert judge_again(Grammar(), "v1=\ud800").value == "?"


@given(st.lists(st.text() | st.builds("v1={}".format, st.text())))
def test_any_texts_are_tried_without_an_exception(texts: list[str]) -> None:
    trial = try_lines(VOLTS, "v1", texts)
    assert 0 <= trial.rejected <= trial.lines <= len(texts)
    assert (trial.first is None) is (trial.rejected == 0)


@given(st.text(alphabet=st.characters(exclude_characters="\ufffd", exclude_categories=["Cs"])))
def test_a_line_is_judged_as_the_board_sent_it(text: str) -> None:
    assert judge_again(VOLTS, text) == VOLTS.verdict_on(text.encode())


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        (Trial(), "No lines are at hand to try it on."),
        (Trial(lines=1), "The only line at hand would have been accepted."),
        (Trial(lines=1, rejected=1), "The only line at hand would have been rejected."),
        (Trial(lines=500), "None of the last 500 lines would have been rejected."),
        (Trial(lines=1500, rejected=1), "1 of the last 1,500 lines would have been rejected."),
        (Trial(lines=2, rejected=2), "2 of the last 2 lines would have been rejected."),
    ],
)
def test_a_trial_is_said_in_a_sentence(trial: Trial, words: str) -> None:
    assert str(trial.message) == words

"""What the lines at hand say about an edited datastream."""

from __future__ import annotations

from ui.bench.model.advice import Advice, advise, datastream_of, take
from ui.bench.model.draft import Kind, Node

RAW = [f"v5={number}" for number in (12, 900, 400, 700, 1020, 30, 512, 300, 800, 100) * 3]


def entry(**values: object) -> Node:
    return Node(Kind.DATASTREAM, {"virtual_pin": 5, **values})


def test_the_live_value_is_the_newest_one_scaled_with_its_unit() -> None:
    said = advise(entry(scale=0.01, unit="V", type="double"), [*RAW, "v5=512", "v1=3", "# hi", "nonsense"])
    assert str(said.live) == "Now: the board says 512, the value is 5.12 V."
    assert (said.first, str(said.trial)) == ("", "None of the last 31 lines would have been rejected.")


def test_a_rejected_value_is_said_with_the_first_line_of_its_kind() -> None:
    said = advise(entry(max=800.0), RAW)
    assert str(said.live) == "Now: the board says 100, the value is 100."
    assert str(said.trial) == "6 of the last 30 lines would have been rejected."
    assert said.first == "v5=900"
    assert str(advise(entry(max=50.0), RAW).live) == "Now: the board says 100, which is rejected."


def test_an_id_and_its_pin_are_one_datastream() -> None:
    said = advise(entry(id=7), ["v5=1", "ds7=2"])
    assert str(said.live) == "Now: the board says 2, the value is 2."


def test_nothing_is_said_of_a_wrong_datastream_or_without_lines() -> None:
    assert advise(entry(max="x"), RAW) == Advice()
    assert datastream_of(entry(max="x")) is None
    said = advise(entry(), ["v1=2"])
    assert (said.live, str(said.trial)) == (None, "No lines are at hand to try it on.")


def test_a_suggestion_is_taken_with_all_its_keys() -> None:
    node = entry()
    while suggestions := advise(node, RAW).suggestions:
        take(node, suggestions[0])
    found = datastream_of(node)
    assert found
    assert found.type is not None
    assert found.high > found.low >= 0

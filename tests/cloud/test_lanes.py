"""Lanes and flows, each by itself: what goes next, what is asked for, and what is put back."""

from __future__ import annotations

from app.cloud.calls import batch
from app.cloud.lanes import Flight, Flow, Form, Lane, Want, runs_of
from app.cloud.pacing import Backoff
from app.cloud.supply import WINDOW
from app.wire.streams import Fate, Reading, Run


def reading(id_: int, stream: int = 1, seq: int | None = None) -> Reading:
    return Reading(id_, stream, seq or id_, "v2", float(id_), 0)


def lane_with(*flows: tuple[Form, list[int]], is_past: bool = False) -> Lane:
    lane = Lane(2, Backoff(lambda: 1.0), is_past)
    for number, (form, ids) in enumerate(flows, 1):
        flow = Flow(number, "v2", form, lane, WINDOW)
        flow.buffer.extend(reading(id_, number) for id_ in ids)
        lane.flows.append(flow)
    return lane


def test_runs_cover_neighbours_of_one_stream_alone() -> None:
    readings = [reading(1), reading(2), reading(4), reading(5, 2)]
    assert runs_of(readings, Fate.REFUSED, "no") == [
        Run(1, 1, 2, Fate.REFUSED, "no"),
        Run(1, 4, 4, Fate.REFUSED, "no"),
        Run(2, 5, 5, Fate.REFUSED, "no"),
    ]
    assert runs_of([], Fate.REFUSED) == []


def test_a_set_follows_the_order_of_arrival_over_streams() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.SET, [3, 4, 6]), (Form.ONE, [6]))
    taken = [(flow.stream, [r.id for r in part]) for flow, part in lane.take(5)]
    assert taken == [(1, [1, 2]), (2, [3, 4]), (1, [5])]


def test_what_is_put_back_stands_as_it_stood() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.SET, [3, 4, 6]))
    call = batch(())
    Flight(call, list(lane.take(6)), [lane], 0.0).put_back()
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[1, 2, 5], [3, 4, 6]]


def test_a_set_ends_before_a_property_and_where_the_next_is_not_known() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.ONE, [3]))
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]
    lane = lane_with((Form.SET, [1, 2]), (Form.SET, [3]))
    lane.flows[0].open_seq = 9
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]


def test_the_newest_stays_alone() -> None:
    lane = lane_with((Form.NEWEST, [1, 4]), (Form.NEWEST, [2]), (Form.ONE, [3]))
    assert lane.thin() == [Run(1, 1, 1, Fate.SUPERSEDED), Run(2, 2, 2, Fate.SUPERSEDED)]
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[4], [], [3]]


def test_a_past_ends_where_the_present_begins() -> None:
    lane = lane_with((Form.SET, []), is_past=True)
    flow = lane.flows[0]
    flow.open_seq = 3
    want = flow.want()
    assert want
    flow.fill(want, [reading(1), reading(2), reading(3)])
    assert [r.id for r in flow.buffer] == [1, 2]
    assert flow.want() is None


def test_an_answer_to_an_old_question_is_left() -> None:
    flow = lane_with((Form.ONE, [])).flows[0]
    flow.open_seq, flow.unread_seq = 9, 5
    flow.fill(Want(flow, 1, 9, 8), [reading(1)])
    assert not flow.buffer

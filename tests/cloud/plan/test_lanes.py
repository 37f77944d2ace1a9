"""Lanes and flows, tested without a plan: fetching readings, sending them in order, and requeueing them."""

from __future__ import annotations

import pytest

from app.cloud.blynk.calls import batch
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.lanes import Fetch, Flight, Flow, Lane, runs_of
from app.cloud.plan.prefetch import WINDOW
from app.cloud.plan.routing import Form
from app.wire.streams import Fate, Newest, Reading, Run


def reading(id_: int, stream: int = 1, seq: int | None = None) -> Reading:
    return Reading(id_, stream, seq or id_, "v2", float(id_), 0)


def lane_with(*flows: tuple[Form, list[int]], is_past: bool = False) -> Lane:
    lane = Lane(2, CircuitBreaker(lambda: 1.0), 10_000, is_past)
    for number, (form, ids) in enumerate(flows, 1):
        flow = Flow(number, "v2", form, lane, WINDOW)
        flow.buffer.extend(reading(id_, number) for id_ in ids)
        lane.flows.append(flow)
    return lane


def test_a_run_covers_only_neighbours_of_one_stream() -> None:
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


def test_requeued_readings_are_in_their_old_places() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.SET, [3, 4, 6]))
    call = batch(())
    Flight(call, list(lane.take(6)), [lane], 0.0).requeue()
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[1, 2, 5], [3, 4, 6]]


def test_a_set_ends_before_a_property_and_before_an_unknown_next_reading() -> None:
    lane = lane_with((Form.SET, [1, 2, 5]), (Form.ONE, [3]))
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]
    lane = lane_with((Form.SET, [1, 2]), (Form.SET, [3]))
    lane.flows[0].eligible_until = 9
    assert [[r.id for r in part] for _, part in lane.take(9)] == [[1, 2]]


def test_only_the_newest_reading_stays() -> None:
    lane = lane_with((Form.NEWEST, [1, 4]), (Form.NEWEST, [2]), (Form.ONE, [3]))
    assert lane.drop_superseded() == [Run(1, 1, 1, Fate.SUPERSEDED), Run(2, 2, 2, Fate.SUPERSEDED)]
    assert [[r.id for r in flow.buffer] for flow in lane.flows] == [[4], [], [3]]


@pytest.mark.parametrize(
    ("form", "waiting", "wanted"),
    [(Form.ONE, 4, None), (Form.ONE, 3, 9), (Form.SET, 4, None), (Form.NEWEST, 4, 8)],
)
def test_a_flow_fetches_more_when_a_quarter_is_left(form: Form, waiting: int, wanted: int | None) -> None:
    flow = lane_with((form, list(range(1, waiting + 1)))).flows[0]
    flow.window, flow.fetch_from, flow.eligible_until = 12, 5, 9
    fetch = flow.next_fetch()
    assert (fetch.limit if fetch else None) == wanted
    if fetch:
        assert (fetch.from_seq, fetch.until_seq, fetch.newest) == (5, 9, form is Form.NEWEST)


def test_flows_are_compared_by_identity() -> None:
    dropped, again = (flow for flow in lane_with((Form.ONE, []), (Form.ONE, [])).flows)
    again.stream = dropped.stream
    assert dropped not in [again]


def test_a_flow_with_nothing_eligible_fetches_nothing() -> None:
    assert lane_with((Form.ONE, [])).flows[0].next_fetch() is None


@pytest.mark.parametrize(
    ("given", "limit", "unread"),
    [
        ([], 4, 6),  # All seqs of the fetch are settled.
        ([3, 4], 4, 6),
        ([2, 3, 4, 5], 4, 6),
        ([2, 3], 2, 4),
        ([3, 6, 7], 4, 6),  # The journal has grown since the fetch was made.
        ([5, 6], 2, 6),
    ],
)
def test_fetched_seqs_are_not_fetched_again(given: list[int], limit: int, unread: int) -> None:
    for is_past in (False, True):
        flow = lane_with((Form.ONE, []), is_past=is_past).flows[0]
        flow.fetch_from, flow.eligible_until, flow.in_flight = 2, 6, frozenset({3})
        flow.fill(Fetch(flow, 2, 6, limit), [reading(id_) for id_ in given])
        assert flow.fetch_from == unread
        assert [r.id for r in flow.buffer] == [id_ for id_ in given if id_ != 3 and id_ < 6]


def test_a_reading_in_flight_is_not_superseded() -> None:
    flow = lane_with((Form.NEWEST, [])).flows[0]
    flow.in_flight = frozenset({1, 4, 9})
    fetch = Fetch(flow, 1, 12, 1)
    gone = fetch.superseded(Newest(None, [(1, 1), (3, 6), (8, 8)]))
    assert gone == [Run(1, first, last, Fate.SUPERSEDED) for first, last in ((3, 3), (5, 6), (8, 8))]
    flow.in_flight = frozenset({8, 3})
    gone = fetch.superseded(Newest(None, [(1, 10)]))
    assert gone == [Run(1, first, last, Fate.SUPERSEDED) for first, last in ((1, 2), (4, 7), (9, 10))]


def test_a_past_ends_where_the_present_begins() -> None:
    lane = lane_with((Form.SET, []), is_past=True)
    flow = lane.flows[0]
    flow.eligible_until = 3
    fetch = flow.next_fetch()
    assert fetch
    flow.fill(fetch, [reading(1), reading(2), reading(3)])
    assert [r.id for r in flow.buffer] == [1, 2]
    assert flow.next_fetch() is None


def test_readings_for_an_outdated_fetch_are_ignored() -> None:
    flow = lane_with((Form.ONE, [])).flows[0]
    flow.eligible_until, flow.fetch_from = 9, 5
    flow.fill(Fetch(flow, 1, 9, 8), [reading(1)])
    assert not flow.buffer

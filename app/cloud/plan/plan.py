"""The plan of one device: decides which readings are sent next, and what an answer means for them.

Theory of operation
===================

The plan is a state machine with two inputs: "a call may be sent now" (`next_call`) and "this call has an
answer" (`answered`). It has no clock and no I/O of its own. Four things have a state:

1. A *reading* is waiting, in flight or settled. An answer either settles it or makes it wait again; a
   waiting reading is never lost.
2. A *lane* contains the readings that must stay in order: those of a pin, its datastream id and its
   properties. It has at most one call in flight, a circuit breaker, and a watch for a poison message, which
   is a reading that fails again and again while other readings succeed.
3. The *device* has a circuit breaker too. A failure that concerns the whole device opens it. After a wait,
   the lanes that have failed are probed, one call at a time, each time from another lane, until the cloud
   accepts or rejects a call. From the failure until then, the device is *in trouble*. If the cloud gave no
   answer, or asked for a slower pace, the wait binds all lanes. After a server error (5xx), it binds only the
   lanes that have failed. After any other answer the device *pauses*: its waits grow to five minutes, and
   bind only the lanes that have failed too.
4. The *past* exists only with `backlog = "timestamped"` and `forward = "every"`. It consists of readings that
   were already waiting when forwarding began, or that waited through an outage of at least `PAST_AFTER_S`. In
   each stream, one seq divides the past from the later readings. Readings of the past are sent in sets (calls
   with readings of one pin and their times), in a lane of their own. Later readings do not wait for them.

Which call is sent next
-----------------------

A lane is ready if it has no call in flight, its breaker allows a call, its next reading is in memory, and at
most `_MAX_UNSETTLED` of its answers are not yet stored in the journal. If several lanes are ready, these
rules choose one (`_turn`). A later rule decides only if the earlier rules do not:

1. While the device is in trouble, choose the lane that was tried longest ago.
2. Choose the lane for readings that the user sends again, which have a lane of their own.
3. Alternate between lanes of the past and lanes of the present.
4. Choose the lane that was tried longest ago. So a lane that catches up, or whose readings are sent one by
   one because a set was not accepted, delays no lane that has few readings.
5. Choose the lane whose next reading is the oldest.

`Policy` then adds readings of other lanes, if they may share the call.

What an answer means
--------------------

`decisions` has the rules. They return a `Decision`, which is plain data; `_apply` carries it out.

Invariants: a lane has at most one call in flight, and its readings are sent in the order of arrival; a seq is
settled once; a reading that must wait again goes back to the front of its lane; while the device is in
trouble, the lanes that have failed are probed one at a time, each time another one. Pure: monotonic seconds
are passed in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from app.cloud.destination import Destination, Outcome, OutcomeKind
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.decisions import AMBIGUOUS, PAUSED_AFTER_S, SKIPPED, Action, Decider, Decision
from app.cloud.plan.events import EventPace
from app.cloud.plan.lanes import Flight, Flow, Lane, runs_of
from app.cloud.plan.poison import STUCK_AFTER_FAILURES
from app.cloud.plan.policies import Policy
from app.cloud.plan.prefetch import Prefetch
from app.cloud.plan.routing import Form, Routing
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import Fate, Reading, Run, StreamExtent, is_event

_MAX_UNSETTLED = 1
"""How many answers of a lane may be missing in the journal when the lane sends its next call. With 1, a lane
repeats at most two calls after a crash, and waits for the disk only if a commit takes longer than a call."""


class Plan:
    """Decides which call of one device is sent next, and what an answer means for the readings of a call."""

    def __init__(self, device: DeviceConfig, destination: Destination, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 to 1, for the jitter of waits."""
        routing = Routing(device)
        self.prefetch = Prefetch(device, routing, destination.max_points, random)
        self._policy = Policy(destination, routing, batch=device.batch)
        self._breaker = CircuitBreaker(random)
        self._decider = Decider(self._breaker, self.prefetch.lanes)
        self._flights = 0
        self._event_pace = EventPace()
        self._past_is_next = False
        self._has_points = True

    @property
    def trouble(self) -> Outcome | None:
        """The last failure, while it makes the device wait or pause; None if calls are sent freely."""
        return self._breaker.failure

    def is_paused(self, now_s: float) -> bool:
        """Whether the device is in trouble that will probably not pass by itself.

        That of a wrong token is known at once. Other answers may be stray, so they must last for a while.
        """
        if self.trouble and self.trouble.kind is OutcomeKind.PAUSE:
            return True
        return self._breaker.is_paused and self._breaker.has_failed_for(PAUSED_AFTER_S, now_s)

    def next_call(
        self, now_s: float, points: int = sys.maxsize, *, events: bool = True, now_us: int = 0
    ) -> Flight | None:
        """Return the call to send now, and mark this call as in flight; None if no call may be sent.

        If the call is a set, it carries at most `points` readings, because each of them uses a point.
        `events` says whether the day's events allow one more. `now_us` is Unix time, for late events.
        """
        self._has_points = points > 0
        # While the device is in trouble, only one of the lanes that share it has a call in flight.
        is_probed = any(lane.flight and self._shares_trouble(lane) for lane in self.prefetch.lanes)
        ready = [
            flow
            for lane in self.prefetch.lanes
            if lane.flight is None
            and lane.unsettled <= _MAX_UNSETTLED
            and now_s >= self._not_before_s(lane)
            and not (is_probed and self._shares_trouble(lane))
            and (flow := lane.head(points > 0, events))
            and self._event_pace.not_before_s(flow.buffer[0]) <= now_s
        ]
        if not ready:
            return None
        flow = min(ready, key=self._turn)
        # A lane that has failed does not share a call with one that works, or both would fail.
        mates = [mate for mate in ready if bool(mate.lane.breaker.failure) is bool(flow.lane.breaker.failure)]
        flight = self._policy.flight(flow, mates, points, now_s, now_us)
        self._event_pace.on_call(flight.call, now_s)
        self._past_is_next = not flight.lanes[0].is_past
        self._flights += 1
        self.prefetch.on_sent(flight)
        for lane in flight.lanes:
            lane.flight = flight
        return flight

    def answered(self, flight: Flight, outcome: Outcome, now_s: float) -> list[Run]:
        """Process the `outcome` of the call `flight`. Returns the runs to store in the journal."""
        self._flights -= 1
        self._event_pace.on_call(flight.call, now_s)
        for lane in flight.lanes:
            lane.flight = None
            lane.tried_s = now_s
        # Without points the past could not be sent, so no call could probe whether the failure is over.
        may_cut = self._has_points and not self._flights
        return self._apply(flight, self._decider.decide(flight, outcome, now_s, may_cut=may_cut))

    def settled(self, flight: Flight) -> None:
        """Record that the journal now holds the fates of the readings of `flight`."""
        for lane in flight.lanes:
            lane.unsettled -= 1
        self.prefetch.settled(flight)

    def wait_s(self, now_s: float, points: int = sys.maxsize, *, events: bool = True) -> float | None:
        """How many seconds until the earliest retry after a failure, or until the next event may be sent.

        None if no reading waits for this. If `points` is 0, no set can be sent now, so readings that are sent
        in sets are ignored; and so are events if `events` is false.
        """
        waits = [
            max(self._not_before_s(lane), self._event_pace.not_before_s(flow.buffer[0])) - now_s
            for lane in self.prefetch.lanes
            if lane.flight is None and (flow := lane.head(points > 0, events))
        ]
        return min((wait for wait in waits if wait > 0), default=None)

    @property
    def waits_for_points(self) -> bool:
        """Whether the next call of any lane is a set, which needs points.

        Lanes with a call in flight are ignored.
        """
        return any(flow.form is Form.SET for flow in self._heads())

    @property
    def waits_for_points_alone(self) -> bool:
        """Whether the next calls of all lanes are sets, which need points.

        False while a call is in flight, or if no lane has a next call.
        """
        heads = self._heads()
        return not self._flights and bool(heads) and all(flow.form is Form.SET for flow in heads)

    @property
    def waits_for_events_alone(self) -> bool:
        """Whether the next calls of all lanes are events.

        False while a call is in flight, or if no lane has a next call.
        """
        heads = self._heads()
        return not self._flights and bool(heads) and all(is_event(flow.buffer[0].target) for flow in heads)

    def _not_before_s(self, lane: Lane) -> float:
        """The time before which no call may be sent from `lane`, because of a failure."""
        if self.trouble and not (self._breaker.binds_all or self._shares_trouble(lane)):
            return lane.breaker.not_before_s
        return max(self._breaker.not_before_s, lane.breaker.not_before_s)

    def _shares_trouble(self, lane: Lane) -> bool:
        """Whether `lane` has failed, and probably for the same reason as the whole device."""
        return bool(self.trouble and lane.breaker.failure) and not self._decider.works_without(lane)

    def _heads(self) -> list[Flow]:
        return [flow for lane in self.prefetch.lanes if lane.flight is None and (flow := lane.head())]

    def try_now(self) -> None:
        """End every wait that a failure has caused, because the user asks to try now."""
        self._breaker.try_now()
        for lane in self.prefetch.lanes:
            lane.breaker.try_now()

    def stuck(self) -> list[tuple[Reading, Message]]:
        """The readings that block their lanes and may be skipped, each with a sentence about the failure."""
        return [(reading, failure.sentence) for _, reading, failure in self._stuck()]

    def fails_alone(self) -> list[tuple[str, Outcome]]:
        """The other lanes that fail while the device works, each as a target with the last failure.

        There is nothing to skip in them, for example because the cloud reports a limit, which will pass.
        """
        stuck = [lane for lane, _, _ in self._stuck()]
        return [
            (lane.target, lane.breaker.failure)
            for lane in self.prefetch.lanes
            if lane.breaker.failure
            and lane.breaker.failures >= STUCK_AFTER_FAILURES
            and lane not in stuck
            and self._decider.works_without(lane)
        ]

    def oldest_us(self) -> int | None:
        """The arrival time of the oldest reading that waits for its turn; None if none is known.

        Left out are events, readings that newer ones will supersede, those that the user sends again, and, as
        long as the device works, those of lanes that fail alone.
        """
        waiting = [
            flow.buffer[0].received_at_us
            for lane in self.prefetch.lanes
            if not lane.is_resend and (self.trouble or not lane.breaker.failure)
            for flow in lane.flows
            if flow.buffer and flow.form is not Form.NEWEST and not is_event(flow.target)
        ]
        return min(waiting, default=None)

    def is_blocked(self, extents: Iterable[StreamExtent], now_s: float) -> bool:
        """Whether all readings that wait are in lanes that the cloud has not taken a call of for a while."""
        blocked = {
            flow.buffer[0].stream
            for lane in self.prefetch.lanes
            if lane.breaker.is_paused and lane.breaker.has_failed_for(PAUSED_AFTER_S, now_s)
            for flow in lane.flows
            if flow.buffer
        }
        waiting = {extent.stream for extent in extents if extent.pending > extent.held}
        return not self._flights and bool(blocked) and waiting <= blocked

    def skip(self) -> list[Run]:
        """Skip all readings that block their lanes, because the user asks for this.

        A reading that is not in flight is refused at once. A reading in flight is refused later, unless the
        cloud accepts it. Returns the readings that are refused at once, as runs to store in the journal.
        """
        runs: list[Run] = []
        for lane, reading, _ in self._stuck():
            self._breaker.allow_now()
            lane.breaker.allow_now()
            if lane.flight:
                lane.poison.given_up = reading
            else:
                lane.drop(reading)
                lane.forget_failures()
                runs += runs_of([reading], Fate.REFUSED, encode(SKIPPED))
        return runs

    def _stuck(self) -> list[tuple[Lane, Reading, Outcome]]:
        """The lanes that are blocked by a reading, with this reading and the last failure.

        The reading fails again and again while other lanes succeed, or no other lane has failed. No reading
        is stuck if the whole device waits for the cloud, or if the cloud asks to wait.
        """
        if self.trouble and self.trouble.kind not in AMBIGUOUS:
            return []
        failed = [
            (lane, lane.breaker.failure)
            for lane in self.prefetch.lanes
            if lane.breaker.failure and (lane.flight or lane.head())
        ]
        return [
            (lane, reading, failure)
            for lane, failure in failed
            if failure.kind not in (OutcomeKind.LIMIT, OutcomeKind.PAUSE)
            and not failure.asks_to_wait
            and (reading := lane.stuck_on())
            and (len(failed) == 1 or self._decider.works_without(lane))
        ]

    def _turn(self, flow: Flow) -> tuple[float, bool, bool, float, int]:
        """The sort key of a ready flow; the lowest key goes first. See "Which call is sent next" above."""
        lane = flow.lane
        probed_s = lane.tried_s if self.trouble else 0.0
        is_other_time = lane.is_past is not self._past_is_next
        return probed_s, not lane.is_resend, is_other_time, lane.tried_s, flow.buffer[0].id

    def _apply(self, flight: Flight, decision: Decision) -> list[Run]:
        """Carry out `decision` for the readings of `flight`. Returns the runs to store in the journal."""
        if decision.ends_outage:
            self.prefetch.cut_past()
        if decision.action is Action.SETTLE:
            return self._settle(flight, decision)
        if decision.action is Action.SPLIT:
            for lane in flight.lanes:
                lane.is_unbatched = True
                if len(flight.lanes) > 1:
                    lane.refused_batches += 1
                    lane.breaker.reset()  # It is not known yet which of the lanes has failed.
            flight.lanes[0].limit_sets(decision.points, decision.is_limit)
        runs = self.prefetch.requeue(flight)
        if decision.action is Action.REQUEUE_AS_BACKLOG:
            self.prefetch.cut_past()
        return runs

    def _settle(self, flight: Flight, decision: Decision) -> list[Run]:
        flight.is_settled = True
        if flight.call.points and decision.fate is Fate.FORWARDED:
            flight.lanes[0].took_set(flight.last_stamp_ms)
        for lane in flight.lanes:
            lane.forget_failures()
            # A pin that was refused goes by itself until it is accepted: its next value is probably like it.
            lane.is_unbatched &= decision.fate is not Fate.FORWARDED
            if len(flight.lanes) > 1:
                lane.refused_batches = 0
            lane.unsettled += 1
            self.prefetch.drop_empty_past(lane)
        reason = encode(decision.reason) if decision.reason else ""
        return [run for _, readings in flight.parts for run in runs_of(readings, decision.fate, reason)]

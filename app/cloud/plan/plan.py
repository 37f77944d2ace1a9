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
3. The *device* has a circuit breaker too. A failure that concerns the whole device opens it. Then no
   call is sent until a wait is over. After the wait, one call at a time is sent as a probe, each time from
   another lane, until the cloud accepts or rejects a probe. From the failure until then, the device is *in
   trouble*. If the cause will probably not pass by itself, the device *pauses*: each wait is five minutes.
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
4. Choose the lane whose next reading is the oldest.

`Policy` then adds readings of other lanes, if they may share the call.

What an answer means
--------------------

An answer can be about the readings of the call, about their lane, or about the device. The answer does not
always say which of these is meant; the plan finds out from the answers to other calls. The first rule that
fits wins (`_decide`):

1. Accept and reject are about the readings, and prove that the cloud works: the device's breaker closes.
   Accepted readings are forwarded. A rejected reading that was sent alone is refused; a rejected batch or set
   is split until each reading has an answer of its own, so that no good reading is lost with a bad one.
2. Unknown answers and "too large" are ambiguous. A call of several readings is split. A single reading is
   refused if the user has asked to skip it. It is also refused, with the cloud's text as the reason, if it is
   to blame, which means five failures over ten minutes while other readings succeeded. In all other cases,
   the reading waits and its lane backs off, because the lane may be the cause. If every lane that has
   something to send has failed in this way, the device is the cause, and the device pauses.
3. A server error (5xx) normally falls under rule 4. But if the first reading of the call has failed at least
   three times while other readings succeeded, that reading is suspect. Then a call of several readings is
   split. A single reading waits and its lane backs off, while the device goes on. It is refused only if the
   user has asked to skip it, because server errors alone are no reason to refuse a reading.
4. Everything else is about the device: no answer, 429, 5xx, a wrong token, a used-up quota. The readings
   wait again, no reading is refused, and the device's breaker opens, with a longer wait after each failure in
   a row. If only the user can fix the cause, the device pauses.

Rules 1 to 3 come before rule 4 because a reading must not block its lane forever. Rule 4 refuses no reading
because the answer says nothing about the readings.

`_decide` applies these rules and returns a `Decision`, which is plain data; `_apply` carries it out.

Invariants: a lane has at most one call in flight, and its readings are sent in the order of arrival; a seq is
settled once; a reading that must wait again goes back to the front of its lane; while the device is in
trouble, one call at a time is sent as a probe, each time from another lane. Pure: monotonic seconds are
passed in.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import NamedTuple

from app.cloud.destination import Destination, Outcome, OutcomeKind
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.events import EventPace
from app.cloud.plan.lanes import Flight, Flow, runs_of
from app.cloud.plan.policies import Policy
from app.cloud.plan.prefetch import Prefetch
from app.cloud.plan.routing import Form, Routing
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import Fate, Reading, Run, is_event

PAST_AFTER_S = 10.0
"""After an outage of at least this length, all waiting readings are sent in sets, with their times, but only
if the bench file asks for that."""
SKIPPED = Message("skipped_by_user")
"""The reason that is stored for a reading that the user skipped: its fate is refused."""
_MAX_UNSETTLED = 1
"""How many answers of a lane may be missing in the journal when the lane sends its next call. With 1, a lane
repeats at most two calls after a crash, and waits for the disk only if a commit takes longer than a call."""


class Action(enum.Enum):
    """What is done with the readings of a call after its answer."""

    SETTLE = enum.auto()
    """The readings get their fate."""
    SPLIT = enum.auto()
    """The readings are sent again in smaller parts. They were sent together and not accepted, and the answer
    may be about one of them only."""
    REQUEUE = enum.auto()
    """The readings wait again, at the front of their lanes."""
    REQUEUE_AS_BACKLOG = enum.auto()
    """The readings wait again. If the bench file asks for that, all waiting readings are then sent in
    sets, with their times."""


class Decision(NamedTuple):
    """What the plan has decided about the readings of a call, after the answer to it."""

    action: Action
    fate: Fate = Fate.FORWARDED
    reason: Message | None = None
    points: int = 1
    """How many readings the next set of the lane may carry, if the call is split."""
    is_limit: bool = False
    """Whether `points` limits all later sets of the lane too."""
    ends_outage: bool = False
    """Whether the answer ends an outage of at least `PAST_AFTER_S`."""


class Plan:
    """Decides which call of one device is sent next, and what an answer means for the readings of a call."""

    def __init__(self, device: DeviceConfig, destination: Destination, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 to 1, for the jitter of waits."""
        routing = Routing(device)
        self.prefetch = Prefetch(device, routing, destination.max_points, random)
        self._policy = Policy(destination, routing, batch=device.batch)
        self._breaker = CircuitBreaker(random)
        self._flights = 0
        self._event_pace = EventPace()
        self._past_is_next = False
        self._has_points = True

    @property
    def trouble(self) -> Outcome | None:
        """The last failure, while it makes the device wait or pause; None if calls are sent freely."""
        return self._breaker.failure

    def next_call(
        self, now_s: float, points: int = sys.maxsize, *, events: bool = True, now_us: int = 0
    ) -> Flight | None:
        """Return the call to send now, and mark this call as in flight; None if no call may be sent.

        If the call is a set, it carries at most `points` readings, because each of them uses a point.
        `events` says whether the day's events allow one more. `now_us` is Unix time, for late events.
        """
        self._has_points = points > 0
        if not self._breaker.may_call(now_s, self._flights):
            return None
        ready = [
            flow
            for lane in self.prefetch.lanes
            if lane.flight is None
            and lane.unsettled <= _MAX_UNSETTLED
            and lane.breaker.may_call(now_s)
            and (flow := lane.head(points > 0, events))
            and self._event_pace.not_before_s(flow.buffer[0]) <= now_s
        ]
        if not ready:
            return None
        flight = self._policy.flight(min(ready, key=self._turn), ready, points, now_s, now_us)
        self._event_pace.on_call(flight.call, now_s)
        self._past_is_next = not flight.lanes[0].is_past
        self._flights += 1
        self.prefetch.on_sent(flight)
        for lane in flight.lanes:
            lane.flight = flight
            lane.tried_s = now_s
        return flight

    def answered(self, flight: Flight, outcome: Outcome, now_s: float) -> list[Run]:
        """Process the `outcome` of the call `flight`. Returns the runs to store in the journal."""
        self._flights -= 1
        self._event_pace.on_call(flight.call, now_s)
        for lane in flight.lanes:
            lane.flight = None
        return self._apply(flight, self._decide(flight, outcome, now_s))

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
            max(
                self._breaker.not_before_s,
                lane.breaker.not_before_s,
                self._event_pace.not_before_s(flow.buffer[0]),
            )
            - now_s
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

    def _heads(self) -> list[Flow]:
        return [flow for lane in self.prefetch.lanes if lane.flight is None and (flow := lane.head())]

    def try_now(self) -> None:
        """End every wait that a failure has caused, because the user asks to try now."""
        self._breaker.try_now()
        for lane in self.prefetch.lanes:
            lane.breaker.allow_now()

    def stuck(self) -> list[tuple[Reading, Message]]:
        """The readings that block their lanes, each with the message about the cloud's last answer to it."""
        return [
            (reading, lane.breaker.failure.message)
            for lane in self.prefetch.lanes
            if (reading := lane.stuck_on()) and lane.breaker.failure
        ]

    def skip(self) -> list[Run]:
        """Skip all readings that block their lanes, because the user asks for this.

        A reading that is not in flight is refused at once. A reading in flight is refused later, unless the
        cloud accepts it. Returns the readings that are refused at once, as runs to store in the journal.
        """
        runs: list[Run] = []
        stuck = [(lane, reading) for lane in self.prefetch.lanes if (reading := lane.stuck_on())]
        for lane, reading in stuck:
            self._breaker.allow_now()
            lane.breaker.allow_now()
            if lane.flight:
                lane.poison.given_up = reading
            else:
                lane.drop(reading)
                lane.forget_failures()
                runs += runs_of([reading], Fate.REFUSED, encode(SKIPPED))
        return runs

    def _turn(self, flow: Flow) -> tuple[float, bool, bool, int]:
        """The sort key of a ready flow; the lowest key goes first. See "Which call is sent next" above."""
        lane = flow.lane
        tried_s = lane.tried_s if self.trouble else 0.0
        return tried_s, not lane.is_resend, lane.is_past is not self._past_is_next, flow.buffer[0].id

    def _decide(self, flight: Flight, outcome: Outcome, now_s: float) -> Decision:
        """Decide what `outcome` means for the readings of `flight`, and open or close circuit breakers."""
        match outcome.kind:
            case OutcomeKind.ACCEPT | OutcomeKind.REJECT:
                ends_outage = self._breaker.has_failed_for(PAST_AFTER_S, now_s)
                self._breaker.on_success(now_s)
                if outcome.kind is OutcomeKind.ACCEPT:
                    return Decision(Action.SETTLE, Fate.FORWARDED, ends_outage=ends_outage)
                if flight.is_single:
                    return Decision(Action.SETTLE, Fate.REFUSED, outcome.message, ends_outage=ends_outage)
                return Decision(Action.SPLIT, ends_outage=ends_outage)
            case OutcomeKind.UNKNOWN | OutcomeKind.TOO_LARGE:
                return self._decide_ambiguous(flight, outcome, now_s)
            case OutcomeKind.BACK_OFF if outcome.status >= 500 and self._count_server_error(flight, now_s):
                return self._decide_ambiguous(flight, outcome, now_s)
            case _:  # back off, or pause
                self._breaker.on_failure(outcome, flight.sent_s, now_s)
                return self._requeue()

    def _decide_ambiguous(self, flight: Flight, outcome: Outcome, now_s: float) -> Decision:
        """Decide about `flight` if a reading, the lane or the device may have caused the failure."""
        if not flight.is_single:
            if outcome.kind is OutcomeKind.TOO_LARGE:
                return Decision(Action.SPLIT, points=len(flight.call.readings) // 2, is_limit=True)
            return Decision(Action.SPLIT)
        lane, reading = flight.lanes[0], flight.call.readings[0]
        if lane.poison.given_up == reading:
            return Decision(Action.SETTLE, Fate.REFUSED, SKIPPED)
        # `_count_server_error` has counted a server error, which is no reason to refuse a reading.
        if outcome.kind is not OutcomeKind.BACK_OFF:
            lane.poison.on_failure(reading, now_s)
            if lane.poison.is_to_blame(self._breaker.last_success_s, now_s):
                return Decision(Action.SETTLE, Fate.REFUSED, outcome.message)
        lane.breaker.on_failure(outcome, flight.sent_s, now_s)
        others = [other for other in self.prefetch.lanes if other.flight or other.head()]
        if all(other.breaker.failure for other in others) and outcome.kind is not OutcomeKind.BACK_OFF:
            message = Message("cloud_answers_all", answer=outcome.message)
            self._breaker.on_failure(Outcome(OutcomeKind.PAUSE, message), now_s, now_s)
        return self._requeue()

    def _requeue(self) -> Decision:
        """Decide that the readings of a failed call wait again.

        The action is `REQUEUE_AS_BACKLOG` if three conditions are met: the outage will have lasted at least
        `PAST_AFTER_S` when the next probe is sent; the device has points left for sets; no other call is in
        flight. Otherwise the action is `REQUEUE`.
        """
        # Without points the past could not be sent, so no call could probe whether the failure is over.
        is_past = (
            self._has_points
            and not self._flights
            and self._breaker.has_failed_for(PAST_AFTER_S, self._breaker.not_before_s)
        )
        return Decision(Action.REQUEUE_AS_BACKLOG if is_past else Action.REQUEUE)

    def _count_server_error(self, flight: Flight, now_s: float) -> bool:
        """Count one more server error for the first reading of `flight`.

        Returns whether this reading is suspect: it is possibly the cause of its server errors.
        """
        poison = flight.lanes[0].poison
        poison.on_failure(flight.call.readings[0], now_s)
        return poison.is_suspect(self._breaker.last_success_s)

    def _apply(self, flight: Flight, decision: Decision) -> list[Run]:
        """Carry out `decision` for the readings of `flight`. Returns the runs to store in the journal."""
        if decision.ends_outage:
            self.prefetch.cut_past()
        if decision.action is Action.SETTLE:
            return self._settle(flight, decision)
        if decision.action is Action.SPLIT:
            for flow, readings in flight.parts:
                flow.lane.unbatched_id = readings[0].id
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
            lane.unsettled += 1
            self.prefetch.drop_empty_past(lane)
        reason = encode(decision.reason) if decision.reason else ""
        return [run for _, readings in flight.parts for run in runs_of(readings, decision.fate, reason)]

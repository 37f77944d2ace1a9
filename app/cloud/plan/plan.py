"""The plan: which readings of a device go next, and what an answer means for them.

An answer may speak of a reading, of a lane, or of the device, and does not always say which. The plan tells
them apart by what else happens:

- A yes or a no names the readings. They are settled, or, if a no answers several at once, go again one by one
  until each has an answer of its own.
- Words that are not known, to a reading that went alone, may be about that reading, its lane or everything.
  Its lane backs off, and the others go on. If every lane with something to send has come to the same, it was
  about everything, and the device pauses. If others go on passing while this reading fails again and again,
  it was about the reading, which is refused.
- No answer, or one that blames the server, is about the device: it waits, and then one call at a time probes.
  Even then a reading that fails while others pass is suspect, and its lane alone waits.

So there are two circuit breakers, the device's and each lane's, and a watch for the poison message in each
lane. What is decided is data (`Decision`); `_decide` has the rules, `_apply` carries them out.

Invariants: a lane has at most one call in flight, and its readings go in the order of arrival; a seq is
settled once; a kept reading is the first of its lane to go again; while the device is in trouble one call at
a time asks whether it is over, each time for another lane. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from typing import NamedTuple

from app.cloud.destination import Destination, Outcome, OutcomeKind
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.lanes import Flight, Flow, runs_of
from app.cloud.plan.policies import Policy
from app.cloud.plan.prefetch import Prefetch
from app.cloud.plan.routing import Form, Routing
from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import Fate, Reading, Run

PAST_AFTER_S = 10.0
"""What waited through a trouble of this length is the past, where the past goes with its times."""
SKIPPED = Message("skipped_by_user")
_MAX_UNSETTLED = 1
"""Answers of a lane that may wait for the journal while its next call is in flight. So a crash repeats at
most two calls of a lane, and no lane waits for the disk."""


class Action(enum.Enum):
    """What is done with the readings of a call after its answer."""

    SETTLE = enum.auto()
    """They have their fate."""
    SPLIT = enum.auto()
    """They went together and did not pass: the answer may speak of one alone, so they go in parts."""
    REQUEUE = enum.auto()
    """They wait again, each at the head of its lane."""
    REQUEUE_AS_BACKLOG = enum.auto()
    """They and all that waits are past now, where the past goes with its times."""


class Decision(NamedTuple):
    """What an answer means for the readings of its call."""

    action: Action
    fate: Fate = Fate.FORWARDED
    reason: Message | None = None
    points: int = 1
    """Of a call that is split: how many readings the next set of its lane may carry."""
    is_limit: bool = False
    """Whether no later set of the lane may carry more."""
    ends_outage: bool = False
    """The device had been in trouble for long: what waits now is past."""


class Plan:
    """What goes next for one device."""

    def __init__(self, device: DeviceConfig, destination: Destination, random: Callable[[], float]) -> None:
        """`random` gives numbers from 0 up to 1, for the jitter."""
        routing = Routing(device)
        self.prefetch = Prefetch(device, routing, destination.max_points, random)
        self._policy = Policy(destination, routing, batch=device.batch)
        self._breaker = CircuitBreaker(random)
        self._flights = 0
        self._past_is_next = False
        self._has_points = True

    @property
    def trouble(self) -> Outcome | None:
        """The outcome that the device waits for or is paused by."""
        return self._breaker.failure

    def next_call(self, now_s: float, points: int = sys.maxsize) -> Flight | None:
        """The call that should go now, marked as in flight; None where none may.

        `points`: how many readings may go in timestamped sets.
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
            and (flow := lane.head(points > 0))
        ]
        if not ready:
            return None
        flight = self._policy.flight(min(ready, key=self._turn), ready, points, now_s)
        self._past_is_next = not flight.lanes[0].is_past
        self._flights += 1
        self.prefetch.on_sent(flight)
        for lane in flight.lanes:
            lane.flight = flight
            lane.tried_s = now_s
        return flight

    def answered(self, flight: Flight, outcome: Outcome, now_s: float) -> list[Run]:
        """What to settle after an answer, and the plan's own change of mind."""
        self._flights -= 1
        for lane in flight.lanes:
            lane.flight = None
        return self._apply(flight, self._decide(flight, outcome, now_s))

    def settled(self, flight: Flight) -> None:
        """The journal holds what became of `flight`."""
        for lane in flight.lanes:
            lane.unsettled -= 1
        self.prefetch.settled(flight)

    def wait_s(self, now_s: float, points: int = sys.maxsize) -> float | None:
        """How long until time alone lets a call go; None where only an event can."""
        waits = [
            max(self._breaker.not_before_s, lane.breaker.not_before_s) - now_s
            for lane in self.prefetch.lanes
            if lane.flight is None and lane.head(points > 0)
        ]
        return min((wait for wait in waits if wait > 0), default=None)

    @property
    def waits_for_points(self) -> bool:
        """Whether a set could go, were it not for the day's points."""
        return any(flow.form is Form.SET for flow in self._heads())

    @property
    def waits_for_points_alone(self) -> bool:
        """Whether nothing but sets could go, and none is on its way."""
        heads = self._heads()
        return not self._flights and bool(heads) and all(flow.form is Form.SET for flow in heads)

    def _heads(self) -> list[Flow]:
        return [flow for lane in self.prefetch.lanes if lane.flight is None and (flow := lane.head())]

    def try_now(self) -> None:
        """Forget all waits: a person says that it should work now."""
        self._breaker.try_now()
        for lane in self.prefetch.lanes:
            lane.breaker.allow_now()

    def stuck(self) -> list[tuple[Reading, Message]]:
        """The readings that lanes are stuck on, and what the cloud says of each."""
        return [
            (reading, lane.breaker.failure.message)
            for lane in self.prefetch.lanes
            if (reading := lane.stuck_on()) and lane.breaker.failure
        ]

    def skip(self) -> list[Run]:
        """Refuse the readings that lanes are stuck on; what to settle now.

        One that is in flight is refused when its answer comes, unless the cloud takes it.
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
                lane.on_success()
                runs += runs_of([reading], Fate.REFUSED, encode(SKIPPED))
        return runs

    def _turn(self, flow: Flow) -> tuple[float, bool, bool, int]:
        """Least first: in trouble lanes by turns; what a person sent again; past and present; the oldest."""
        lane = flow.lane
        tried_s = lane.tried_s if self.trouble else 0.0
        return tried_s, not lane.is_resend, lane.is_past is not self._past_is_next, flow.buffer[0].id

    def _decide(self, flight: Flight, outcome: Outcome, now_s: float) -> Decision:
        """What an answer means for the readings of `flight`; breakers learn of it."""
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
            case OutcomeKind.BACK_OFF if outcome.status >= 500 and self._is_suspect(flight, now_s):
                return self._decide_ambiguous(flight, outcome, now_s)
            case _:  # back off, or pause
                self._breaker.on_failure(outcome, flight.sent_s, now_s)
                return self._requeue()

    def _decide_ambiguous(self, flight: Flight, outcome: Outcome, now_s: float) -> Decision:
        """An answer that may be one reading's fault, or may not."""
        if not flight.is_single:
            if outcome.kind is OutcomeKind.TOO_LARGE:
                return Decision(Action.SPLIT, points=len(flight.call.readings) // 2, is_limit=True)
            return Decision(Action.SPLIT)
        lane, reading = flight.lanes[0], flight.call.readings[0]
        if lane.poison.given_up == reading:
            return Decision(Action.SETTLE, Fate.REFUSED, SKIPPED)
        # A server's error is counted already.
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
        """The readings of a call wait again; they are past where trouble keeps them for that long."""
        # Without points to go by, what is past could not even ask whether the trouble is over.
        is_past = (
            self._has_points
            and not self._flights
            and self._breaker.has_failed_for(PAST_AFTER_S, self._breaker.not_before_s)
        )
        return Decision(Action.REQUEUE_AS_BACKLOG if is_past else Action.REQUEUE)

    def _is_suspect(self, flight: Flight, now_s: float) -> bool:
        """Whether a server's error may be a reading's fault."""
        poison = flight.lanes[0].poison
        poison.on_failure(flight.call.readings[0], now_s)
        return poison.is_suspect(self._breaker.last_success_s)

    def _apply(self, flight: Flight, decision: Decision) -> list[Run]:
        """Do what was decided; what to settle."""
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
            lane.on_success()
            lane.unsettled += 1
            self.prefetch.drop_empty_past(lane)
        reason = encode(decision.reason) if decision.reason else ""
        return [run for _, readings in flight.parts for run in runs_of(readings, decision.fate, reason)]

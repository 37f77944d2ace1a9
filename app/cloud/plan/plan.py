"""The plan: which readings of a device go next, and what an answer means for them.

Invariants: a lane has at most one call in flight, and its readings go in the order of arrival; a seq is
settled once; a kept reading is the first of its lane to go again; while the device is in trouble one call at
a time asks whether it is over, each time for another lane. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from app.cloud.blynk.calls import MAX_POINTS
from app.cloud.blynk.outcomes import Outcome, OutcomeKind
from app.cloud.plan.lanes import Failing, Flight, Flow, Form, Lane, runs_of
from app.cloud.plan.pacing import Backoff
from app.cloud.plan.policies import Policy
from app.cloud.plan.prefetch import Supply
from app.config.bench_file import DeviceConfig
from app.wire.streams import Fate, Reading, Run

PROBE_S = 300.0
"""How often a paused device asks whether the trouble is over."""
PAST_AFTER_S = 10.0
"""What waited through a trouble of this length is the past, where the past goes with its times."""
SKIPPED = "skipped by a person"
_REFUSE_AFTER_FAILURES = 5
_REFUSE_AFTER_S = 600.0
_BLAME_AFTER_FAILURES = 3
_MAX_UNSETTLED = 1
"""Answers of a lane that may wait for the journal while its next call is in flight. So a crash repeats at
most two calls of a lane, and no lane waits for the disk."""


class Plan:
    """What goes next for one device."""

    def __init__(self, device: DeviceConfig, random: Callable[[], float], bare_characters: int = 200) -> None:
        """`random` gives numbers from 0 up to 1, for the jitter; for `bare_characters` see Policy."""
        self.supply = Supply(device, random)
        self._policy = Policy(device, bare_characters)
        self._backoff = Backoff(random)
        self._flights = 0
        self._past_is_next = False
        self._not_before_s = -math.inf
        self._probing = False
        self._last_failure_s = -math.inf
        self._last_success_s = -math.inf
        self._trouble_since_s = -math.inf
        self._has_points = True
        self.trouble: Outcome | None = None
        """The outcome that the device waits for or is paused by."""
        self.has_more = False
        """Whether another call could have gone beside the last one."""

    def next_call(self, now_s: float, points: int = MAX_POINTS) -> Flight | None:
        """The call that should go now, marked as in flight; None where none may.

        `points`: how many readings may go in timestamped sets.
        """
        self._has_points = points > 0
        if now_s < self._not_before_s or (self._probing and self._flights):
            return None
        ready = [
            flow
            for lane in self.supply.lanes
            if lane.flight is None
            and lane.unsettled <= _MAX_UNSETTLED
            and lane.not_before_s <= now_s
            and (flow := lane.head(points > 0))
        ]
        if not ready:
            return None
        flight = self._policy.flight(min(ready, key=self._turn), ready, points, now_s)
        self.has_more = len(ready) > len(flight.lanes) and not self._probing
        self._past_is_next = not flight.lanes[0].is_past
        self._flights += 1
        self.supply.depart(flight)
        for lane in flight.lanes:
            lane.flight = flight
            lane.tried_s = now_s
        return flight

    def answered(self, flight: Flight, outcome: Outcome, now_s: float) -> list[Run]:
        """What to settle after an answer, and the plan's own change of mind."""
        self._flights -= 1
        for lane in flight.lanes:
            lane.flight = None
        match outcome.kind:
            case OutcomeKind.ACCEPT:
                if flight.points:
                    flight.lanes[0].took_set(flight.last_stamp_ms)
                self._well(now_s)
                return self._settle(flight, Fate.FORWARDED, "")
            case OutcomeKind.REJECT:
                self._well(now_s)
                if flight.is_single:
                    return self._settle(flight, Fate.REFUSED, outcome.sentence)
                return self._part(flight, outcome)
            case OutcomeKind.UNKNOWN | OutcomeKind.TOO_LARGE:
                return self._doubted(flight, outcome, now_s)
            case OutcomeKind.BACK_OFF if outcome.status >= 500 and self._is_to_blame(flight, now_s):
                return self._doubted(flight, outcome, now_s)
            case _:  # back off, or pause
                # Calls that left together fail together: that is one failure.
                if flight.sent_s >= self._last_failure_s:
                    self._device_failed(outcome, now_s)
                return self._keep(flight)

    def settled(self, flight: Flight) -> bool:
        """The journal holds what became of `flight`; whether a lane had waited for that."""
        freed = any(lane.unsettled > _MAX_UNSETTLED for lane in flight.lanes)
        for lane in flight.lanes:
            lane.unsettled -= 1
        self.supply.settled(flight)
        return freed

    def wait_s(self, now_s: float, points: int = MAX_POINTS) -> float | None:
        """How long until time alone lets a call go; None where only an event can."""
        waits = [
            max(self._not_before_s, lane.not_before_s) - now_s
            for lane in self.supply.lanes
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
        return [flow for lane in self.supply.lanes if lane.flight is None and (flow := lane.head())]

    def try_now(self) -> None:
        """Forget all waits: a person says that it should work now."""
        self._not_before_s = -math.inf
        self._backoff.reset()
        for lane in self.supply.lanes:
            lane.not_before_s = -math.inf

    def stuck(self) -> list[tuple[Reading, str]]:
        """The readings that lanes are stuck on, and what the cloud says of each."""
        return [(reading, lane.words) for lane in self.supply.lanes if (reading := _stuck_on(lane))]

    def skip(self) -> tuple[bool, list[Run]]:
        """Refuse the readings that lanes are stuck on: whether there was one, and what to settle now.

        One that is in flight is refused when its answer comes, unless the cloud takes it.
        """
        runs: list[Run] = []
        stuck = [(lane, reading) for lane in self.supply.lanes if (reading := _stuck_on(lane))]
        for lane, reading in stuck:
            self._not_before_s = lane.not_before_s = -math.inf
            if lane.flight:
                lane.skip_asked = True
            else:
                lane.drop(reading)
                lane.well()
                runs += runs_of([reading], Fate.REFUSED, SKIPPED)
        return bool(stuck), runs

    def _turn(self, flow: Flow) -> tuple[float, bool, bool, int]:
        """Least first: in trouble lanes by turns; what a person sent again; past and present; the oldest."""
        lane = flow.lane
        tried_s = lane.tried_s if self._probing else 0.0
        return tried_s, not lane.goes_first, lane.is_past is not self._past_is_next, flow.buffer[0].id

    def _settle(self, flight: Flight, fate: Fate, reason: str) -> list[Run]:
        flight.is_settled = True
        for lane in flight.lanes:
            lane.well()
            lane.unsettled += 1
            self.supply.drop_empty_past(lane)
        return [run for _, readings in flight.parts for run in runs_of(readings, fate, reason)]

    def _part(self, flight: Flight, outcome: Outcome) -> list[Run]:
        """What went together and did not pass goes in parts: the answer may speak of one reading alone."""
        for flow, readings in flight.parts:
            flow.lane.alone_id = readings[0].id
        lane = flight.lanes[0]
        if outcome.kind is OutcomeKind.TOO_LARGE:
            lane.points = lane.ceiling = len(flight.call.readings) // 2
        else:
            lane.points = 1
        return self.supply.take_back(flight)

    def _doubted(self, flight: Flight, outcome: Outcome, now_s: float) -> list[Run]:
        """An answer that may be one reading's fault, or may not."""
        if not flight.is_single:
            return self._part(flight, outcome)
        lane, reading = flight.lanes[0], flight.call.readings[0]
        if lane.skip_asked:
            return self._settle(flight, Fate.REFUSED, SKIPPED)
        is_unwell = outcome.kind is OutcomeKind.BACK_OFF
        if not is_unwell and self._may_refuse(lane.failed(reading, now_s), now_s):
            return self._settle(flight, Fate.REFUSED, outcome.sentence)
        lane.words = outcome.sentence
        lane.not_before_s = now_s + max(lane.backoff.failed(), outcome.retry_after_s)
        others = [other for other in self.supply.lanes if other.flight or other.head()]
        if all(other.words for other in others) and not is_unwell:
            told = f"The cloud answers: {outcome.sentence.rstrip('.')}."
            self._device_failed(Outcome(OutcomeKind.PAUSE, told), now_s)
        return self._keep(flight)

    def _keep(self, flight: Flight) -> list[Run]:
        """Its readings wait again; they are past already, where trouble keeps them for that long."""
        runs = self.supply.take_back(flight)
        # Without points to go by, what is past could not even ask whether the trouble is over.
        if (
            self.trouble
            and not self._flights
            and self._has_points
            and self._not_before_s - self._trouble_since_s >= PAST_AFTER_S
        ):
            self.supply.cut_past()
        return runs

    def _is_to_blame(self, flight: Flight, now_s: float) -> bool:
        """Whether a server's error may be a reading's fault: it comes again and again while others pass."""
        failing = flight.lanes[0].failed(flight.call.readings[0], now_s)
        return failing.times >= _BLAME_AFTER_FAILURES and self._last_success_s > failing.since_s

    def _may_refuse(self, failing: Failing, now_s: float) -> bool:
        """Only a reading that keeps failing while others pass is to blame itself."""
        return (
            failing.times >= _REFUSE_AFTER_FAILURES
            and now_s - failing.since_s >= _REFUSE_AFTER_S
            and self._last_success_s > failing.since_s
        )

    def _well(self, now_s: float) -> None:
        if self.trouble and now_s - self._trouble_since_s >= PAST_AFTER_S:
            self.supply.cut_past()
        self._last_success_s = now_s
        self._probing = False
        self._backoff.reset()
        self.trouble = None

    def _device_failed(self, outcome: Outcome, now_s: float) -> None:
        if self.trouble is None:
            self._trouble_since_s = now_s
        self.trouble = outcome
        self._probing = True
        self._last_failure_s = now_s
        wait_s = PROBE_S if outcome.kind is OutcomeKind.PAUSE else self._backoff.failed()
        self._not_before_s = now_s + max(wait_s, outcome.retry_after_s)


def _stuck_on(lane: Lane) -> Reading | None:
    """The reading that an answer other than yes or no keeps at the head of its lane."""
    failing = lane.failing.reading if lane.words and lane.failing else None
    if lane.flight:  # perhaps beside others, in a batch that asks whether the trouble is over
        return failing if failing in lane.flight.call.readings else None
    flow = lane.head()
    return failing if flow and flow.buffer[0] == failing else None

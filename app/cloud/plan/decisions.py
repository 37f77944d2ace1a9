"""Decides what an answer of the cloud means for the readings of the call, for their lanes and for the device.

An answer does not always say what has failed: a reading, its lane or the whole device. The answers to other
calls show it. If another lane has succeeded since the failure of a lane began, the device works, and the lane
alone is to blame. The first rule that fits wins:

1. Accept and reject are about the readings, and prove that the cloud works: the device's breaker closes.
   Accepted readings are forwarded. A rejected reading that was sent alone is refused; a rejected batch or set
   is split until each reading has an answer of its own, so that no good reading is lost with a bad one.
2. Unknown answers and "too large" may be about any reading of the call, so a call of several readings is
   split. A single reading is refused if the user has asked to skip it, or if it is to blame: see `poison`.
   Otherwise it waits, and its lane backs off. If every lane that has something to send has failed, and none
   has succeeded since, the device pauses.
3. All other failures say nothing about a reading: none is refused. If another lane has succeeded since, the
   lane backs off alone. Otherwise the device does: after a limit, a wrong token or a wrong region it pauses;
   after no answer, 429 or a server error (5xx) it waits.
   A batch that has failed twice in a row is also split, because one of its pins may cause the failures. A set
   has only one pin, so it is split only if its lane fails alone.

A pause, and the wait after a server error, binds only the lanes that have failed. So a lane that works is
never late because of others, and its success ends the wait. The wait after no answer or 429, or one that the
cloud asked for (`Retry-After`), binds all lanes.

Invariants: a failing lane whose device works never makes the device wait; no reading is refused because of a
limit, a server error or a missing answer. Pure: monotonic seconds are passed in.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.breaker import CircuitBreaker
from app.cloud.plan.lanes import Flight, Lane
from app.messages.message import Message
from app.wire.streams import Fate

PAST_AFTER_S = 10.0
"""After an outage of at least this length, all waiting readings are sent in sets, with their times, but only
if the bench file asks for that."""
PAUSED_AFTER_S = 10.0
"""A pause of this length is reported as a pause. A shorter one is probably due to a stray answer."""
SKIPPED = Message("skipped_by_user")
"""The reason that is stored for a reading that the user skipped: its fate is refused."""
_SPLIT_AFTER_FAILURES = 2
AMBIGUOUS = (OutcomeKind.UNKNOWN, OutcomeKind.TOO_LARGE)
"""Outcomes that may be about a reading, about its lane, or about the device."""


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


class Decider:
    """Decides about the answers to the calls of one device, and opens and closes its circuit breakers."""

    def __init__(self, breaker: CircuitBreaker, lanes: Sequence[Lane]) -> None:
        """`breaker` is that of the device. `lanes` are the device's lanes; lanes may be added later."""
        self._breaker = breaker
        self._lanes = lanes

    def works_without(self, lane: Lane) -> bool:
        """Whether another lane has succeeded since the failure of `lane` began.

        A success of the lane itself would have ended its failure.
        """
        return lane.breaker.failure is not None and self._breaker.last_success_s > lane.breaker.opened_s

    def decide(self, flight: Flight, outcome: Outcome, now_s: float, *, may_cut: bool) -> Decision:
        """Decide what `outcome` means for the readings of `flight`, which is no longer in flight.

        `may_cut` says whether waiting readings may become the past if the call has failed.
        """
        if outcome.kind in (OutcomeKind.ACCEPT, OutcomeKind.REJECT):
            return self._on_success(flight, outcome, now_s)
        if outcome.kind in AMBIGUOUS and not flight.is_single:
            if outcome.kind is OutcomeKind.TOO_LARGE:
                return Decision(Action.SPLIT, points=len(flight.call.readings) // 2, is_limit=True)
            return Decision(Action.SPLIT)
        is_probe = any(lane.breaker.failure for lane in flight.lanes)
        for lane in flight.lanes:
            # A call without an answer may have failed at any time since it was sent.
            lane.breaker.note(outcome, now_s if outcome.status else flight.sent_s)
        fails_alone = all(map(self.works_without, flight.lanes))
        is_split = self._is_split(flight, fails_alone=fails_alone, is_probe=is_probe)
        if fails_alone and is_split:
            return Decision(Action.SPLIT)
        if fails_alone or outcome.kind in AMBIGUOUS:
            refused = self._blame(flight, outcome, now_s)
            if refused:
                return Decision(Action.SETTLE, Fate.REFUSED, refused)
        if not fails_alone:
            self._charge_device(flight, outcome, now_s, is_probe=is_probe)
        return Decision(Action.SPLIT) if is_split else self._requeue(may_cut)

    def _on_success(self, flight: Flight, outcome: Outcome, now_s: float) -> Decision:
        ends_outage = self._breaker.has_failed_for(PAST_AFTER_S, now_s)
        if self._breaker.failure:
            # Lanes that have only failed together with the device need not wait any longer.
            for lane in self._lanes:
                if lane.breaker.failure and not self.works_without(lane):
                    lane.breaker.try_now()
        self._breaker.on_success(now_s)
        if outcome.kind is OutcomeKind.ACCEPT:
            return Decision(Action.SETTLE, Fate.FORWARDED, ends_outage=ends_outage)
        if flight.is_single:
            return Decision(Action.SETTLE, Fate.REFUSED, outcome.message, ends_outage=ends_outage)
        return Decision(Action.SPLIT, ends_outage=ends_outage)

    def _is_split(self, flight: Flight, *, fails_alone: bool, is_probe: bool) -> bool:
        """Whether the readings of a failed call, if they are several, are sent again in smaller parts."""
        if flight.is_single or (flight.call.points and not fails_alone):
            return False
        if self._breaker.is_paused and not is_probe:
            return True  # Each lane may try once during a pause, and has not been tried by itself.
        return max(lane.breaker.failures for lane in flight.lanes) >= _SPLIT_AFTER_FAILURES

    def _blame(self, flight: Flight, outcome: Outcome, now_s: float) -> Message | None:
        """Make the lanes of `flight` back off. Returns the reason if its reading must be refused instead."""
        lane, reading = flight.lanes[0], flight.call.readings[0]
        if flight.is_single:
            if lane.poison.given_up == reading:
                return SKIPPED
            may_refuse = outcome.kind in AMBIGUOUS
            lane.poison.on_failure(reading, now_s, may_refuse=may_refuse)
            if may_refuse and lane.poison.is_to_blame(self._breaker.last_success_s, now_s):
                return outcome.message
        lane.breaker.wait(now_s)
        for other in flight.lanes[1:]:  # Those of a batch wait together, so that it stays a batch.
            other.breaker.not_before_s = lane.breaker.not_before_s
        return None

    def _charge_device(self, flight: Flight, outcome: Outcome, now_s: float, *, is_probe: bool) -> None:
        """Make the device wait or pause after a failure of `flight`, unless another lane may still succeed.

        `is_probe` says whether a lane of the call had failed before.
        """
        binds_all = outcome.binds_all or self._breaker.binds_all
        if self._breaker.failure and not binds_all and not is_probe:
            return  # Each lane that need not wait may fail once. This must not make the wait longer.
        if outcome.kind is not OutcomeKind.BACK_OFF:
            if outcome.kind in AMBIGUOUS and not self._breaker.failure and not self._has_every_lane_failed():
                return
            outcome = outcome._replace(message=outcome.sentence)
        self._breaker.on_failure(outcome, flight.sent_s, now_s)

    def _has_every_lane_failed(self) -> bool:
        """Whether all lanes that have something to send or in flight have failed."""
        return all(lane.breaker.failure for lane in self._lanes if lane.flight or lane.head())

    def _requeue(self, may_cut: bool) -> Decision:
        """Decide that the readings of a failed call wait again.

        The action is `REQUEUE_AS_BACKLOG` if `may_cut` is true, and the outage will have lasted at least
        `PAST_AFTER_S` when the next probe is sent.
        """
        is_past = may_cut and self._breaker.has_failed_for(PAST_AFTER_S, self._breaker.not_before_s)
        return Decision(Action.REQUEUE_AS_BACKLOG if is_past else Action.REQUEUE)

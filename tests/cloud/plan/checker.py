"""Checks that a plan keeps its promises at each call and each answer, and counts the effects that occur.

To check this, it notes which readings the cloud has accepted and which fates the plan has given.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter

from app.cloud.destination import Call, Outcome, OutcomeKind
from app.cloud.plan.decisions import SKIPPED
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.cloud.plan.routing import Routing
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import verbatim
from app.messages.stored import encode
from app.wire.streams import Fate, Reading, Run
from tests.cloud.plan.memory_journal import MemoryJournal

ANSWERS = {
    "accepted": Outcome(OutcomeKind.ACCEPT, status=200),
    "refused": Outcome(OutcomeKind.REJECT, verbatim("no such pin"), status=400),
    "unknown words": Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404"), status=404),
    "too large": Outcome(OutcomeKind.TOO_LARGE, verbatim("HTTP 413"), status=413),
    "pause": Outcome(OutcomeKind.PAUSE, verbatim("token"), status=400),
    "limit": Outcome(OutcomeKind.LIMIT, verbatim("too many requests"), status=400),
    "no answer": Outcome(OutcomeKind.BACK_OFF, verbatim("gone")),
    "server error": Outcome(OutcomeKind.BACK_OFF, verbatim("server error"), status=503),
    "slower": Outcome(OutcomeKind.BACK_OFF, verbatim("slower"), 120.0, 429),
}
AMBIGUOUS = ("unknown words", "too large")
EFFECTS = frozenset(
    {
        "a batch was sent",
        "a batch was split",
        "a set was sent",
        "a set was split",
        "a set was cut where the clock was set back",
        "points were short",
        "the journal was waited for",
        "refused by the cloud",
        "refused after five failures",
        "a lane failed alone",
        "skipped at once",
        "skipped when its answer came",
        "sent again and accepted",
        "sent again and refused again",
        "superseded in the journal",
        "superseded when it was requeued",
        "released and accepted",
        "released with a call in flight",
        "deleted",
        "deleted with a call in flight",
        "expired",
        "the past was cut off",
        "the past was sent",
    }
)


class Checker:
    """A check of each call and each answer of a plan: it fails if the plan breaks a promise."""

    def __init__(self, device: DeviceConfig, plan: Plan, journal: MemoryJournal, seen: Counter[str]) -> None:
        self._device = device
        self._routing = Routing(device)
        self._plan = plan
        self._journal = journal
        self._seen = seen
        self.in_flight: list[Flight] = []
        self.unsettled: list[tuple[Flight, list[Run]]] = []
        self.released: set[int] = set()
        self.refused: set[int] = set()
        self._accepted: Counter[int] = Counter()
        self._order: dict[tuple[str, int], list[int]] = {}
        """The ids settled in each lane and generation; in a new generation, the plan starts over."""
        self._epochs: dict[Flight, int] = {}
        self._ambiguous_s: dict[int, list[float]] = {}
        self._last_success_s = -1.0

    def see(self, effect: str, times: int = 1) -> None:
        assert effect in EFFECTS
        self._seen[effect] += times

    @property
    def has_past(self) -> bool:
        """Whether the plan has a lane for past readings, which are sent with their times."""
        return any(lane.is_past for lane in self._plan.prefetch.lanes)

    @property
    def away(self) -> set[Reading]:
        """The readings that have been sent and are not settled in the journal yet."""
        flights = [*self.in_flight, *(flight for flight, _ in self.unsettled)]
        return {reading for flight in flights for reading in flight.call.readings}

    def is_pending(self, reading: Reading) -> bool:
        return (reading.stream, reading.seq) not in self._journal.fates and reading not in self._journal.held

    def leaves(self, flight: Flight, points: int, known_generation: int) -> None:
        """Check a call as it is sent.

        `known_generation` is the generation of the journal when the plan last read it.
        """
        call, lane = flight.call, flight.lanes[0]
        assert _carried(call) == [reading.id for reading in call.readings]
        assert flight.call.points <= points or lane.is_resend
        assert not self.away & {*call.readings}
        assert not any(map(self._plan._shares_trouble, flight.lanes)) or not any(
            self._plan._shares_trouble(other) for flying in self.in_flight for other in flying.lanes
        )
        if known_generation == self._journal.generation:
            assert all(map(self.is_pending, call.readings))
            if lane.is_resend:
                assert call.readings[0] in self._journal.marked
            elif self._device.forward is not Forward.LATEST and not self.has_past:
                self._are_the_oldest(flight)
        self.see("a batch was sent", len(flight.lanes) > 1)
        self.see("the past was sent", lane.is_past)
        if call.body is not None:
            stamps = [stamp for stamp, _ in json.loads(call.body)]
            assert stamps == sorted(set(stamps))
            self.see("a set was sent", flight.call.points > 1)
            is_cut = lane.head() and flight.call.points < min(points, lane.points)
            self.see("a set was cut where the clock was set back", bool(is_cut))
        self.in_flight.append(flight)
        self._epochs[flight] = known_generation

    def _are_the_oldest(self, flight: Flight) -> None:
        """Check that, of each of its lanes, a flight carries the oldest readings that may be sent."""
        away = self.away
        for lane in {self._lane_of(reading) for reading in flight.call.readings}:
            going = [reading for reading in flight.call.readings if self._lane_of(reading) == lane]
            waiting = [
                row
                for row in itertools.chain(*self._journal.rows)
                if self._lane_of(row) == lane
                and self.is_pending(row)
                and row not in self._journal.marked
                and row not in away
            ]
            assert going == sorted(waiting, key=lambda row: row.id)[: len(going)]

    def answer(self, flight: Flight, name: str, now_s: float) -> None:
        """Give the plan the answer `name` to a flight; check and note what the plan settles."""
        outcome, call, lane = ANSWERS[name], flight.call, flight.lanes[0]
        self._seen[name] += 1
        self.in_flight.remove(flight)
        if name in AMBIGUOUS:
            self._ambiguous_s.setdefault(call.readings[0].id, []).append(now_s)
        trouble = self._plan.trouble
        runs = self._plan.answered(flight, outcome, now_s)
        if name == "accepted":
            self._accepted.update(_carried(call))
        if name in ("accepted", "refused"):
            self._last_success_s = now_s
            assert self._plan.trouble is None
        if flight.is_settled:
            self._settles(flight, name, runs, now_s)
            return
        assert name != "accepted"
        assert not (name == "refused" and flight.is_single)
        assert all(run.fate is Fate.SUPERSEDED for run in runs)
        self.see("superseded when it was requeued", len(runs))
        self._journal.settle(runs)
        if not flight.is_single and name in ("refused", "unknown words", "too large"):
            self.see("a set was split" if flight.call.points else "a batch was split")
        is_shared = name in ("server error", "no answer", "limit", "pause")
        alone = is_shared and not trouble and not self._plan.trouble and lane.breaker.failure
        self.see("a lane failed alone", bool(alone))

    def _settles(self, flight: Flight, name: str, runs: list[Run], now_s: float) -> None:
        call, lane = flight.call, flight.lanes[0]
        readings = [reading for run in runs for reading in self._readings_of(run)]
        ids = {reading.id for reading in readings}
        assert sorted(readings) == sorted(call.readings)
        assert {run.fate for run in runs} == {Fate.FORWARDED if name == "accepted" else Fate.REFUSED}
        self.unsettled.append((flight, runs))
        if lane.is_resend:
            assert ids <= self.refused
            self.see("sent again and accepted" if name == "accepted" else "sent again and refused again")
        elif not lane.is_past:  # Past readings carry their times, so their order does not matter.
            for reading in call.readings:
                key = (self._lane_of(reading), self._epochs[flight])
                self._order.setdefault(key, []).append(reading.id)
        if name == "accepted":
            self.see("released and accepted", bool(ids & self.released))
            return
        assert flight.is_single
        self.refused |= ids
        if name == "refused":
            self.see("refused by the cloud")
        elif runs[0].reason == encode(SKIPPED):
            self.see("skipped when its answer came")
        else:
            failed_s = self._ambiguous_s[call.readings[0].id]
            assert len(failed_s) >= 5
            assert now_s - failed_s[0] >= 600
            assert self._last_success_s > failed_s[-2]
            self.see("refused after five failures")

    def each_lane_is_in_order_and_has_one_call(self) -> None:
        lanes = [id(lane) for flight in self.in_flight for lane in flight.lanes]
        assert len(lanes) == len(set(lanes))
        for ids in self._order.values():
            assert ids == sorted(set(ids))

    def all_is_settled_as_it_was(self) -> None:
        """Check that the cloud has each forwarded reading once, deleted ones at most once, and no others."""
        for row in itertools.chain(*self._journal.rows):
            fate, reason = self._journal.fates[(row.stream, row.seq)]
            if reason == "deleted":
                assert self._accepted[row.id] <= 1
            else:
                assert self._accepted[row.id] == (fate is Fate.FORWARDED)

    def _lane_of(self, reading: Reading) -> str:
        pin = self._routing.pin(reading.target)
        return reading.target if pin is None else f"v{pin}"

    def _readings_of(self, run: Run) -> list[Reading]:
        return self._journal.rows[run.stream - 1][run.first - 1 : run.last]


def _carried(call: Call) -> list[int]:
    """The values in a call's body or query, as the cloud reads them. Each value is the id of its reading."""
    if call.body is not None:
        return [value for _, value in json.loads(call.body)]
    return [int(value) for key, value in call.query if key not in ("pin", "dataStreamId")]

"""A witness: what the cloud took, what became of each reading, and which promises a plan has shown so far."""

from __future__ import annotations

import itertools
import json
from collections import Counter

from app.cloud.destination import Call, Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import SKIPPED, Plan
from app.cloud.plan.routing import Routing
from app.config.bench_file import DeviceConfig, Forward
from app.messages.message import verbatim
from app.messages.stored import encode
from app.wire.streams import Fate, Reading, Run
from tests.cloud.plan.shelf import Shelf

ANSWERS = {
    "taken": Outcome(OutcomeKind.ACCEPT, status=200),
    "refused": Outcome(OutcomeKind.REJECT, verbatim("no such pin"), status=400),
    "unknown words": Outcome(OutcomeKind.UNKNOWN, verbatim("HTTP 404"), status=404),
    "too large": Outcome(OutcomeKind.TOO_LARGE, verbatim("HTTP 413"), status=413),
    "pause": Outcome(OutcomeKind.PAUSE, verbatim("token"), status=400),
    "no answer": Outcome(OutcomeKind.BACK_OFF, verbatim("gone")),
    "server error": Outcome(OutcomeKind.BACK_OFF, verbatim("unwell"), status=503),
    "slower": Outcome(OutcomeKind.BACK_OFF, verbatim("slower"), 120.0, 429),
}
DOUBTS = ("unknown words", "too large", "server error")
EFFECTS = frozenset(
    {
        "a batch went",
        "a batch was taken apart",
        "a set went",
        "a set was taken apart",
        "a set was cut where the clock was set back",
        "points were short",
        "the journal was waited for",
        "refused by the cloud",
        "refused after five failures",
        "a server's error was one reading's fault",
        "skipped at once",
        "skipped when its answer came",
        "sent again and taken",
        "sent again and refused again",
        "superseded in the journal",
        "superseded on its way back",
        "freed and taken",
        "freed with a call under way",
        "deleted",
        "deleted with a call under way",
        "expired",
        "the past was cut off",
        "the past went",
    }
)


class Witness:
    """Sees each call leave and each answer come, and objects where a promise is broken."""

    def __init__(self, device: DeviceConfig, plan: Plan, shelf: Shelf, seen: Counter[str]) -> None:
        self._device = device
        self._routing = Routing(device)
        self._plan = plan
        self._shelf = shelf
        self._seen = seen
        self.in_flight: list[Flight] = []
        self.unsettled: list[tuple[Flight, list[Run]]] = []
        self.freed: set[int] = set()
        self.refused: set[int] = set()
        self._taken: Counter[int] = Counter()
        self._order: dict[tuple[str, int], list[int]] = {}
        """What was settled of each lane in the order of departure, anew after each reading from the start."""
        self._epochs: dict[Flight, int] = {}
        self._doubted_s: dict[int, list[float]] = {}
        self._last_yes_s = -1.0

    def see(self, effect: str, times: int = 1) -> None:
        assert effect in EFFECTS
        self._seen[effect] += times

    @property
    def has_past(self) -> bool:
        """Whether what waited through an outage goes with its times."""
        return any(lane.is_past for lane in self._plan.prefetch.lanes)

    @property
    def away(self) -> set[Reading]:
        """What has left and is not settled yet."""
        flights = [*self.in_flight, *(flight for flight, _ in self.unsettled)]
        return {reading for flight in flights for reading in flight.call.readings}

    def is_pending(self, reading: Reading) -> bool:
        return (reading.stream, reading.seq) not in self._shelf.fates and reading not in self._shelf.held

    def leaves(self, flight: Flight, points: int, told_of: int) -> None:
        """A call leaves; `told_of`: the last decision of a person that the plan has heard of."""
        call, lane = flight.call, flight.lanes[0]
        assert _carried(call) == [reading.id for reading in call.readings]
        assert flight.call.points <= points or lane.is_resend
        assert not self.away & {*call.readings}
        assert not (self._plan.trouble and self.in_flight)
        if told_of == self._shelf.generation:
            assert all(map(self.is_pending, call.readings))
            if lane.is_resend:
                assert call.readings[0] in self._shelf.marked
            elif self._device.forward is not Forward.LATEST and not self.has_past:
                self._are_the_oldest(flight)
        self.see("a batch went", len(flight.lanes) > 1)
        self.see("the past went", lane.is_past)
        if call.body is not None:
            stamps = [stamp for stamp, _ in json.loads(call.body)]
            assert stamps == sorted(set(stamps))
            self.see("a set went", flight.call.points > 1)
            is_cut = lane.head() and flight.call.points < min(points, lane.points)
            self.see("a set was cut where the clock was set back", bool(is_cut))
        self.in_flight.append(flight)
        self._epochs[flight] = told_of

    def _are_the_oldest(self, flight: Flight) -> None:
        """What goes is the oldest of its lane that may."""
        away = self.away
        for lane in {self._lane_of(reading) for reading in flight.call.readings}:
            going = [reading for reading in flight.call.readings if self._lane_of(reading) == lane]
            waiting = [
                row
                for row in itertools.chain(*self._shelf.rows)
                if self._lane_of(row) == lane
                and self.is_pending(row)
                and row not in self._shelf.marked
                and row not in away
            ]
            assert going == sorted(waiting, key=lambda row: row.id)[: len(going)]

    def answer(self, flight: Flight, name: str, now_s: float) -> None:
        """An answer comes, and the plan says what to settle."""
        outcome, call, lane = ANSWERS[name], flight.call, flight.lanes[0]
        self._seen[name] += 1
        self.in_flight.remove(flight)
        if name in DOUBTS:
            self._doubted_s.setdefault(call.readings[0].id, []).append(now_s)
        trouble = self._plan.trouble
        runs = self._plan.answered(flight, outcome, now_s)
        if name == "taken":
            self._taken.update(_carried(call))
        if name in ("taken", "refused"):
            self._last_yes_s = now_s
            assert self._plan.trouble is None
        if flight.is_settled:
            self._settles(flight, name, runs, now_s)
            return
        assert name != "taken"
        assert not (name == "refused" and flight.is_single)
        assert all(run.fate is Fate.SUPERSEDED for run in runs)
        self.see("superseded on its way back", len(runs))
        self._shelf.settle(runs)
        if not flight.is_single and name in ("refused", "unknown words", "too large"):
            self.see("a set was taken apart" if flight.call.points else "a batch was taken apart")
        if name == "server error" and self._plan.trouble is trouble and lane.breaker.failure:
            self.see("a server's error was one reading's fault")

    def _settles(self, flight: Flight, name: str, runs: list[Run], now_s: float) -> None:
        call, lane = flight.call, flight.lanes[0]
        readings = [reading for run in runs for reading in self._readings_of(run)]
        ids = {reading.id for reading in readings}
        assert sorted(readings) == sorted(call.readings)
        assert {run.fate for run in runs} == {Fate.FORWARDED if name == "taken" else Fate.REFUSED}
        self.unsettled.append((flight, runs))
        if lane.is_resend:
            assert ids <= self.refused
            self.see("sent again and taken" if name == "taken" else "sent again and refused again")
        elif not lane.is_past:  # Its order is in its stamps.
            for reading in call.readings:
                key = (self._lane_of(reading), self._epochs[flight])
                self._order.setdefault(key, []).append(reading.id)
        if name == "taken":
            self.see("freed and taken", bool(ids & self.freed))
            return
        assert flight.is_single
        self.refused |= ids
        if name == "refused":
            self.see("refused by the cloud")
        elif runs[0].reason == encode(SKIPPED):
            self.see("skipped when its answer came")
        else:
            failed_s = self._doubted_s[call.readings[0].id]
            assert len(failed_s) >= 5
            assert now_s - failed_s[0] >= 600
            assert self._last_yes_s > failed_s[0]
            self.see("refused after five failures")

    def each_lane_is_in_order_and_has_one_call(self) -> None:
        lanes = [id(lane) for flight in self.in_flight for lane in flight.lanes]
        assert len(lanes) == len(set(lanes))
        for ids in self._order.values():
            assert ids == sorted(set(ids))

    def all_is_settled_as_it_was(self) -> None:
        """The cloud has once what is told to be there, and nothing else that is still kept."""
        for row in itertools.chain(*self._shelf.rows):
            fate, reason = self._shelf.fates[(row.stream, row.seq)]
            if reason == "deleted":
                assert self._taken[row.id] <= 1
            else:
                assert self._taken[row.id] == (fate is Fate.FORWARDED)

    def _lane_of(self, reading: Reading) -> str:
        pin = self._routing.pin(reading.target)
        return reading.target if pin is None else f"v{pin}"

    def _readings_of(self, run: Run) -> list[Reading]:
        return self._shelf.rows[run.stream - 1][run.first - 1 : run.last]


def _carried(call: Call) -> list[int]:
    """The ids of the readings whose values a call brings, as the cloud reads it."""
    if call.body is not None:
        return [value for _, value in json.loads(call.body)]
    return [int(value) for key, value in call.query if key not in ("pin", "dataStreamId")]

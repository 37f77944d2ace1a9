"""A plan without threads: the test sets its clock, gives it answers, and fills its journal in memory."""

from __future__ import annotations

import json
from typing import TypedDict, Unpack

import msgspec

from app.cloud.blynk.destination import Blynk
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.config.bench_file import Backlog, DeviceConfig, Forward
from app.messages.message import verbatim
from app.wire.datastreams import Datastream, DatastreamType, Value
from tests.cloud.plan.memory_journal import MemoryJournal

MAX_POINTS = 10_000
SERVER, TOKEN = "https://fra1.blynk.cloud", "t" * 32
DEVICE = DeviceConfig(
    port="simulated:",
    server=SERVER,
    auth_token="env:PINBRIDGE_T",
    datastream=(
        Datastream(virtual_pin=1, id=7, type=DatastreamType.INT),
        Datastream(virtual_pin=4, type=DatastreamType.DOUBLE),
        Datastream(id=9),
    ),
)
ACCEPT = Outcome(OutcomeKind.ACCEPT)
REJECT = Outcome(OutcomeKind.REJECT, verbatim("wrong type"), status=400)
GONE = Outcome(OutcomeKind.BACK_OFF, verbatim("gone"))
TOO_LARGE = Outcome(OutcomeKind.TOO_LARGE, verbatim("HTTP 413"), status=413)


class Settings(TypedDict, total=False):
    """Settings of a device in the bench file."""

    forward: Forward
    backlog: Backlog
    batch: bool
    interval_s: float
    datastream: tuple[Datastream, ...]


LATEST: Settings = {"forward": Forward.LATEST}
SETS: Settings = {"forward": Forward.TIMESTAMPED}
PAST: Settings = {"backlog": Backlog.TIMESTAMPED}


class Rig:
    """A plan with its journal and its clock."""

    def __init__(
        self, *readings: tuple[str, Value], journal: MemoryJournal | None = None, **settings: Unpack[Settings]
    ) -> None:
        device = msgspec.structs.replace(DEVICE, **settings)
        self.plan = Plan(device, Blynk(device, TOKEN), lambda: 1.0)
        self.journal = journal or MemoryJournal()
        self.now_s = 0.0
        self.add(*readings)

    def add(self, *readings: tuple[str, Value], at_us: int = 0) -> None:
        for target, value in readings:
            self.journal.append(target, value, at_us)
        self.journal.refill(self.plan, self.now_s)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.journal.refill(self.plan, self.now_s)

    def go(self, points: int = MAX_POINTS) -> Flight:
        flight = self.plan.next_call(self.now_s, points)
        assert flight
        return flight

    def answer(self, flight: Flight, outcome: Outcome = ACCEPT) -> None:
        self.journal.answer(self.plan, flight, outcome, self.now_s)
        self.journal.refill(self.plan, self.now_s)

    def all(self, *outcomes: Outcome) -> list[str]:
        """Send all calls that may be sent now. Returns the query of each and the values in its body, as text.

        The first calls are answered with `outcomes`, the others are accepted.
        """
        seen = []
        answers = list(outcomes)
        while flight := self.plan.next_call(self.now_s):
            seen.append(shown(flight))
            self.answer(flight, answers.pop(0) if answers else ACCEPT)
        return seen


def shown(flight: Flight) -> str:
    call = flight.call
    query = "&".join(f"{key}={value}" for key, value in call.query)
    return f"{query} {[value for _, value in json.loads(call.body)]}" if call.body else query

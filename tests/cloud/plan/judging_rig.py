"""A planner for a device with `min_change`, and a journal to which the test adds readings."""

from __future__ import annotations

import json

from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.lanes import Flight
from app.messages.message import verbatim
from app.wire.datastreams import Datastream, Value
from tests.cloud.plan.memory_journal import MemoryJournal
from tests.cloud.planner_rig import ACCEPT, PlannerRig
from tests.cloud.sending import Store

REJECT = Outcome(OutcomeKind.REJECT, verbatim("wrong type"), status=400)
ENTRY = Datastream(virtual_pin=1, id=7, min_change=1.0, max_silence_s=600.0)
OTHERS = (Datastream(virtual_pin=2), Datastream(id=9, min_change=1.0))


class Rig(PlannerRig):
    """A planner for a device with `min_change = 1`, and a journal to which the test adds readings."""

    def __init__(
        self, *readings: tuple[str, Value], journal: MemoryJournal | None = None, **settings: object
    ):
        store = Store(0)
        store.journal = journal or store.journal
        super().__init__(store, None, None, None, **{"datastream": (ENTRY, *OTHERS), **settings})
        self.journal = store.journal
        self.add(*readings)

    def add(self, *readings: tuple[str, Value]) -> None:
        for target, value in readings:
            self.journal.append(target, value, self.now_us)
        self.look_at_all()

    def add_unsettled(self, *readings: tuple[str, Value]) -> None:
        """Add readings, and let the planner read the journal once, but not store any fate."""
        for target, value in readings:
            self.journal.append(target, value, self.now_us)
        self.planner.journal_changed()
        self.planner.look(self.now_s, self.now_us)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.look_at_all()

    def look_at_all(self) -> None:
        """Let the planner read the journal until it has nothing more to do."""
        self.planner.journal_changed()
        while self.look() == 0.0:
            pass

    def send(self, *outcomes: Outcome) -> list[str]:
        """Send all calls that may be sent. The first ones get `outcomes`, the others are accepted."""
        calls = []
        answers = list(outcomes)
        while flight := self.planner.next_flight(self.now_s, self.now_us):
            calls.append(words(flight))
            self.answer(flight, answers.pop(0) if answers else ACCEPT)
            self.settle()
            self.look_at_all()
        return calls

    def fates(self, target: str = "v1") -> str:
        """The fates of the readings of `target`, each by its first letter."""
        return "".join(fate[0] for fate in self.journal.fates_of(target))


def words(flight: Flight) -> str:
    call = flight.call
    query = "&".join(text if key == "value" else f"{key}={text}" for key, text in call.query)
    return f"{query} {[value for _, value in json.loads(call.body)]}" if call.body else query

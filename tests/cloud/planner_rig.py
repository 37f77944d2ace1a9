"""A planner without threads: the test sets its clock, gives it answers, and fills its journal in memory."""

from __future__ import annotations

from app.cloud.blynk.destination import Blynk
from app.cloud.carriers import Delivery
from app.cloud.destination import Outcome, OutcomeKind
from app.cloud.plan.allowance import Allowance
from app.cloud.plan.budget import Budget, events_of, points_of
from app.cloud.plan.lanes import Flight
from app.cloud.planner import Planner
from app.config.bench_file import DeviceConfig
from app.messages.message import verbatim
from tests.cloud.sending import Store

ACCEPT, GONE = Outcome(OutcomeKind.ACCEPT), Outcome(OutcomeKind.BACK_OFF, verbatim("gone"))
NOW_US = 10**18 // 1000
"""The Unix time in microseconds at which the rig's clock shows 0 s."""


class PlannerRig:
    """A planner with its journal and its clock."""

    def __init__(
        self,
        store: Store,
        messages: Budget | None = None,
        points: Budget | None = None,
        events: Budget | None = None,
        **settings: object,
    ) -> None:
        device = DeviceConfig(
            **{  # type: ignore[arg-type]
                "port": "simulated:",
                "server": "http://127.0.0.1:1",
                "auth_token": "env:PINBRIDGE_T",
                "requests_per_s": 0,
                **settings,
            }
        )
        allowance = Allowance(
            device.requests_per_s, messages, points or points_of(device), events or events_of(device)
        )
        self.store = store
        self.now_s = 0.0
        self.troubles: list[tuple[str, int]] = []
        """After each answer: why the cloud takes no readings, or an empty text; and when."""
        self.planner = Planner(
            device,
            Blynk(device, "token"),
            store,
            allowance,
            lambda: 1.0,
            on_trouble=lambda why, at_us: self.troubles.append((str(why or ""), at_us)),
        )

    @property
    def now_us(self) -> int:
        return NOW_US + int(self.now_s * 1e6)

    def look(self) -> float | None:
        """Let the planner read the journal. Returns how long it waits then; None if it waits for an event."""
        self.planner.look(self.now_s, self.now_us)
        self.settle()
        return self.wait_s()

    def wait_s(self) -> float | None:
        return self.planner.wait_s(self.now_s, self.now_us)

    def go(self) -> Flight:
        flight = self.planner.next_flight(self.now_s, self.now_us)
        assert flight
        return flight

    def all(self) -> list[Flight]:
        """Take all flights that may be sent now."""
        flights = []
        while flight := self.planner.next_flight(self.now_s, self.now_us):
            flights.append(flight)
        return flights

    def answer(
        self, flight: Flight, outcome: Outcome = ACCEPT, *, requests: int = 1, messages: int = 1
    ) -> None:
        self.planner.delivered(Delivery(flight, outcome, requests, messages, self.now_s, self.now_us))

    def settle(self) -> None:
        """Store all settlements in the journal, and report each as stored at once."""
        for settlement in self.planner.take_settlements():
            self.store.settle(settlement.runs, lambda: None, settlement.usage)
            self.planner.stored(settlement)

"""A bench is edited while its boards talk: nothing is lost or sent twice, and the ledger balances."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.bench.bench import BenchError
from app.config.bench_file import Backlog, Forward, Organisation
from app.config.serial_settings import Parity
from app.wire.datastreams import Datastream, DatastreamType
from tests.bench.editing import NAMES, SEEN, TOKENS, EditedBench, places


class Editing(EditedBench):
    """Steps of the user, who edits the bench."""

    # Edits of one device

    def change(self, place: int, typed: str = "", **keys: Any) -> None:
        """Change settings of one device."""
        device = self.chosen(place)
        devices = [
            msgspec.structs.replace(each, **keys) if each is device else each for each in self.config.device
        ]
        self.edit(devices, {device.name: typed} if typed else {})

    @rule(
        place=places,
        unit=st.sampled_from(["", "V"]),
        highest=st.sampled_from([None, 500.0]),
        type_=st.sampled_from([None, DatastreamType.INT]),
        min_change=st.sampled_from([0.0, 0.0, 2.0]),
    )
    def edit_a_datastream(
        self, place: int, unit: str, highest: float | None, type_: DatastreamType | None, min_change: float
    ) -> None:
        entry = Datastream(virtual_pin=1, unit=unit, max=highest, type=type_, min_change=min_change)
        self.change(place, datastream=(entry,))

    @rule(
        place=places, forward=st.sampled_from(Forward), backlog=st.sampled_from(Backlog), batch=st.booleans()
    )
    def edit_forwarding(self, place: int, forward: Forward, backlog: Backlog, batch: bool) -> None:
        self.sent_in_order &= Forward.TIMESTAMPED is not forward and backlog is Backlog.REPLAY
        self.change(place, forward=forward, backlog=backlog, batch=batch)

    @rule(place=places, baud_rate=st.sampled_from([9600, 115200]), line_end=st.sampled_from(["", "\n"]))
    def edit_what_needs_no_reconnect(self, place: int, baud_rate: int, line_end: str) -> None:
        self.change(place, baud_rate=baud_rate, line_end=line_end)

    @rule(place=places, other=places, parity=st.sampled_from(Parity))
    def edit_what_needs_a_reconnect(self, place: int, other: int, parity: Parity) -> None:
        """Another port, or another parity."""
        free = self.free_ports()
        self.change(place, port=free[other % len(free)], parity=parity)

    @rule(place=places, token=st.sampled_from(TOKENS))
    def edit_the_token(self, place: int, token: str) -> None:
        self.change(place, token, server=self.cloud.url, auth_token="env:PINBRIDGE_T", requests_per_s=0.0)

    @rule(place=places)
    def forward_nothing(self, place: int) -> None:
        self.change(place, server="", auth_token="", requests_per_s=10.0)

    @rule(place=places)
    def send_held_readings_here(self, place: int) -> None:
        device = self.chosen(place)
        session = self.sessions[device.name]
        if session.token and self.bench.send_here(device.name):
            self.sent_in_order = False
            for meant in session.identity.meant.values():
                meant.add(session.token)

    # Edits of the bench

    @rule(place=places, name=st.sampled_from(NAMES))
    def rename(self, place: int, name: str) -> None:
        """The new name may be one that another device had before, or that it loses by the same edit."""
        device = self.chosen(place)
        others = [each for each in self.config.device if each.name == name]
        names = {device.name: name, **{other.name: device.name for other in others}}
        self.edit(
            [
                msgspec.structs.replace(each, name=names.get(each.name, each.name))
                for each in self.config.device
            ],
            renamed={new: old for old, new in names.items()},
        )

    @rule(name=st.sampled_from(NAMES), place=places, token=st.sampled_from(TOKENS))
    def add(self, name: str, place: int, token: str) -> None:
        free = self.free_ports()
        if name not in self.sessions and free:
            self.edit([*self.config.device, self.device(name, free[place % len(free)])], {name: token})

    @precondition(lambda self: len(self.config.device) > 1)
    @rule(place=places, heir=st.booleans())
    def remove(self, place: int, heir: bool) -> None:
        """Remove a device. With `heir`, another device gets its name by the same edit."""
        gone = self.chosen(place)
        first, *others = [device for device in self.config.device if device is not gone]
        if heir:
            renamed = {gone.name: first.name}
            self.edit([msgspec.structs.replace(first, name=gone.name), *others], renamed=renamed)
        else:
            self.edit([first, *others])

    @rule(place=places)
    def reorder(self, place: int) -> None:
        devices = list(self.config.device)
        self.edit([*devices[place % len(devices) :], *devices[: place % len(devices)]])

    @rule(limit=st.sampled_from([0, 1000, 100_000]), place=places)
    def edit_an_organisation(self, limit: int, place: int) -> None:
        device = self.chosen(place)
        device = msgspec.structs.replace(device, organisation="school")
        self.edit(
            [device if each.name == device.name else each for each in self.config.device],
            organisation={"school": Organisation(monthly_messages=limit)},
        )

    @rule(days=st.sampled_from([30.0, 60.0]))
    def edit_the_journals_limits(self, days: float) -> None:
        self.edit(list(self.config.device), bench=msgspec.structs.replace(self.config.bench, keep_days=days))

    @rule(place=places)
    def ask_for_the_impossible(self, place: int) -> None:
        """An edit that is refused changes nothing, though other parts of it would be possible."""
        device = msgspec.structs.replace(
            self.chosen(place), server="http://127.0.0.1:9", auth_token="env:PINBRIDGE_NO_SUCH"
        )
        config = self.with_devices([device])
        with pytest.raises(BenchError):
            self.bench.reconfigure(config, {}, {})
        section = msgspec.structs.replace(config.bench, journal=str(self.folder / "other.db"))
        with pytest.raises(BenchError):
            self.bench.reconfigure(msgspec.structs.replace(self.config, bench=section), {}, {})


def run(examples: int, steps: int) -> None:
    SEEN.clear()
    # Shrinking a failure takes minutes, so it is off. Add `Phase.shrink` to look for the cause of a failure.
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Editing, settings=chosen)


@pytest.fixture(autouse=True)
def _ports_are_tried_often(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("app.boards.retry.RETRY_S", "app.boards.retry.MAX_WAIT_S", "app.boards.link.RETRY_S"):
        monkeypatch.setattr(name, 0.01)


def test_an_edited_bench_loses_nothing_and_its_ledger_balances_after_every_step() -> None:
    run(5, 12)
    assert SEEN["forwarded"] > 0


@pytest.mark.long
def test_a_bench_that_is_edited_for_long_loses_nothing() -> None:
    run(150, 40)
    assert min(SEEN[what] for what in ("forwarded", "moved", "added", "removed", "reopened")) > 20

"""A running bench follows another bench file: at once, device by device, and completely or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.bench.bench import Bench, BenchError
from app.bench.status import BenchStatus, DeviceStatus, LinkState
from app.boards.recordings.format import RecordingReader
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.journal import rejected
from app.journal.journal import Journal
from app.security import redaction
from app.wire.datastreams import Datastream, LineStyle
from app.wire.streams import Usage
from tests.bench.clock import NOON_US
from tests.bench.scripted_boards import ScriptedPorts
from tests.bench.trial import Trial
from tests.waiting import PATIENCE_S, wait_until


class Rig:
    """A running bench with two scripted boards, `a` at COM1 and `b` at COM2, and free ports."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.ports = ScriptedPorts("COM1", "COM2", "COM3")
        self.tokens = {"a": trial.token, "b": trial.cloud.token()}
        a, b = (self.device(name, f"COM{number}") for number, name in enumerate("ab", 1))
        self.config = BenchConfig(
            bench=BenchSection(name="B", journal=str(trial.folder / "b.db")), device=(a, b)
        )
        self.bench = Bench(self.config, self.tokens, self.ports.open)
        self.bench.start()
        trial.wait(lambda: all(self.ports[f"COM{number}"].opened for number in (1, 2)))

    def device(self, name: str, port: str, **keys: Any) -> DeviceConfig:
        return DeviceConfig(
            name=name,
            port=port,
            server=self.trial.cloud.url,
            auth_token="env:PINBRIDGE_T",
            requests_per_s=0,
            **keys,
        )

    def say(self, port: str, lines: str, *, sent: bool = True) -> None:
        """Let the board at `port` send `lines`. Waits until they are in the journal, and sent if `sent`."""
        before = sum(device.lines.lines for device in self.status.devices)
        self.ports[port].say(lines.encode())
        wait_until(lambda: sum(d.lines.lines for d in self.status.devices) == before + lines.count("\n"))
        assert self.trial.parts.writer.flush(PATIENCE_S)
        if sent:
            wait_until(lambda: all(d.counts.pending == d.counts.held for d in self.status.devices))

    def change(self, changed: str, typed: Mapping[str, str] = {}, /, **keys: Any) -> None:
        """Change settings of the device `changed`."""
        devices = [
            msgspec.structs.replace(device, **keys) if device.name == changed else device
            for device in self.config.device
        ]
        self.replace(devices, typed, {keys["name"]: changed} if "name" in keys else {})

    def replace(
        self,
        devices: list[DeviceConfig],
        typed: Mapping[str, str] = {},
        renamed: Mapping[str, str] = {},
        **sections: Any,
    ) -> None:
        config = msgspec.structs.replace(self.config, device=tuple(devices), **sections)
        self.bench.reconfigure(config, typed, renamed)
        self.config = config

    @property
    def status(self) -> BenchStatus:
        return self.bench.status()

    def __getitem__(self, name: str) -> DeviceStatus:
        return next(device for device in self.status.devices if device.name == name)

    def calls(self, token: str) -> list[str]:
        return [call.words for call in self.trial.cloud.calls.of(token)]


@pytest.fixture
def rig(trial: Trial) -> Iterator[Rig]:
    rig = Rig(trial)
    yield rig
    trial.cloud.is_open.set()
    rig.bench.stop()


def test_a_baud_rate_changes_while_the_port_stays_open(trial: Trial) -> None:
    """The board is a real terminal, which has a baud rate."""
    bench = trial.started(baud_rate="9600")
    trial.say("v1=1\n")
    assert trial.board.baud_rate == 9600
    trial.board.say(b"v1=")
    trial.board.wait_until_read()
    bench.reconfigure(trial.config(baud_rate="115200"), {})
    trial.wait(lambda: trial.board.baud_rate == 115200)
    trial.board.say(b"2\n")
    trial.wait(lambda: trial.counts.forwarded == 2)
    assert trial.calls() == ["update v1=1", "update v1=2"]
    assert (trial.device.reconnects, trial.device.lines.partial) == (0, 0)


def test_what_is_shown_changes_at_once(rig: Rig) -> None:
    rig.say("COM1", "v1=1\n")
    entry = Datastream(virtual_pin=1, name="Level", unit="m", color="#112233", line_style=LineStyle.DOTTED)
    rig.change("a", datastream=(entry,))
    (row,) = rig["a"].datastreams
    assert (row.name, row.unit, row.value) == ("Level", "m", 1.0)
    assert (row.color, row.line_style) == ("#112233", LineStyle.DOTTED)
    section = msgspec.structs.replace(rig.config.bench, name="Lab 2")
    rig.replace(list(reversed(rig.config.device)), bench=section)
    assert (rig.status.name, [device.name for device in rig.status.devices]) == ("Lab 2", ["b", "a"])
    assert rig.bench.config == rig.config
    assert [rig[name].reconnects for name in "ab"] == [0, 0]


def test_a_new_token_is_used_for_the_next_reading_and_never_shown(rig: Rig) -> None:
    rig.say("COM1", "v1=1\n")
    other = rig.trial.cloud.token()
    rig.change("a", {"a": other})
    rig.say("COM1", f"v1=2\n# {other}\n")
    assert (rig.calls(rig.tokens["a"]), rig.calls(other)) == (["update v1=1"], ["update v1=2"])
    assert rig["a"].cloud.requests == 2
    assert "[token]" in repr(rig.bench.console("a", 0, 9))
    assert redaction.redact(other) == "[token]"


def test_readings_for_the_token_before_are_held_and_can_be_sent_here(rig: Rig) -> None:
    rig.change("a", server="", auth_token="", requests_per_s=1.0)
    rig.say("COM1", "v1=1\n", sent=False)
    assert (rig["a"].cloud.state, rig["a"].counts.pending) == ("off", 1)
    rig.replace([rig.device("a", "COM1"), rig.config.device[1]], {"a": rig.tokens["a"]})
    rig.say("COM1", "v1=2\n")
    assert rig["a"].counts.held == 1
    assert rig.bench.send_here("a") == 1
    wait_until(lambda: rig.calls(rig.tokens["a"]) == ["update v1=2", "update v1=1"])


def test_readings_for_a_mistyped_token_go_nowhere_unasked(rig: Rig) -> None:
    rig.say("COM1", "v1=1\n")
    rig.change("a", {"a": "mistyped-token"})
    rig.say("COM1", "v1=2\n", sent=False)
    wait_until(lambda: rig["a"].cloud.state == "paused")
    rig.change("a", {"a": rig.tokens["a"]})
    rig.say("COM1", "v1=3\n")
    assert rig.calls(rig.tokens["a"]) == ["update v1=1", "update v1=3"]
    assert rig["a"].counts.held == 1
    assert rig.bench.decide_unassigned("a", send=True) == 1
    wait_until(lambda: rig.calls(rig.tokens["a"]) == ["update v1=1", "update v1=3", "update v1=2"])


def test_readings_for_another_token_that_has_worked_are_held_for_it(rig: Rig) -> None:
    other = rig.trial.cloud.token()
    rig.change("a", {"a": other})
    rig.say("COM1", "v1=1\n")
    rig.trial.cloud.is_open.clear()
    rig.say("COM1", "v1=2\n", sent=False)
    rig.change("a", {"a": "mistyped-token"})
    rig.trial.cloud.is_open.set()
    rig.change("a", {"a": rig.tokens["a"]})
    assert rig.bench.decide_unassigned("a", send=True) == 0


@pytest.mark.parametrize("is_corrected", [True, False])
def test_readings_for_a_mistyped_token_are_no_other_account_s_at_the_next_start(
    trial: Trial, is_corrected: bool
) -> None:
    trial.monkeypatch.setenv("PINBRIDGE_T", "mistyped-token")
    trial.started()
    trial.say("v1=1\n")
    trial.wait(lambda: trial.device.cloud.state == "paused")
    trial.stop()
    if is_corrected:
        trial.monkeypatch.setenv("PINBRIDGE_T", trial.token)
    trial.started()
    assert (trial.counts.pending, trial.counts.held) == (1, int(is_corrected))
    assert trial.bench.decide_unassigned("board", send=True) == int(is_corrected)


def test_a_token_is_kept_or_read_from_its_place_and_without_one_nothing_changes(rig: Rig) -> None:
    rig.trial.monkeypatch.delenv("PINBRIDGE_T")
    rig.change("a", interval_s=2.0)
    before = rig.status.devices
    with pytest.raises(BenchError, match="PINBRIDGE_U"):
        rig.change("a", name="c", auth_token="env:PINBRIDGE_U")
    assert [device.name for device in before] == [device.name for device in rig.status.devices]
    other = rig.trial.cloud.token()
    rig.trial.monkeypatch.setenv("PINBRIDGE_U", other)
    rig.change("a", auth_token="env:PINBRIDGE_U")
    rig.say("COM1", "v1=1\n")
    assert rig.calls(other) == ["update v1=1"]
    # Another server never gets the token of the one before.
    rig.trial.monkeypatch.delenv("PINBRIDGE_U")
    with pytest.raises(BenchError, match="PINBRIDGE_U"):
        rig.change("a", server="http://127.0.0.1:9")


def test_another_journal_needs_disconnecting(rig: Rig) -> None:
    section = msgspec.structs.replace(rig.config.bench, journal=str(rig.trial.folder / "c.db"))
    with pytest.raises(BenchError, match="disconnect first, then use"):
        rig.replace([rig.config.device[0]], bench=section)
    assert len(rig.status.devices) == 2


def test_a_change_that_the_journal_does_not_take_changes_nothing(rig: Rig) -> None:
    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    rig.trial.monkeypatch.setattr("app.bench.devices.change_devices", fail)
    with pytest.raises(BenchError, match="The bench was not changed: disk I/O error"):
        rig.change("a", name="c", port="COM3")
    assert [device.name for device in rig.status.devices] == ["a", "b"]
    rig.say("COM1", "v1=1\n")
    assert rig["a"].counts.forwarded == 1


def test_two_devices_swap_names_and_keep_what_is_theirs(rig: Rig) -> None:
    rig.say("COM1", "v1=1\nx=1\n")
    rig.say("COM2", "v1=2\nv1=3\n")
    a, b = rig.config.device
    swapped = [msgspec.structs.replace(b, name="a"), msgspec.structs.replace(a, name="b")]
    rig.replace(swapped, {}, {"a": "b", "b": "a"})
    rig.say("COM1", "v1=4\nx=2\n")
    rig.say("COM2", "v1=5\n")
    assert [device.port for device in rig.status.devices] == ["COM2", "COM1"]
    values = {name: rig.bench.readings.recent(name, "v1", 0, 1e12)[1].tolist() for name in "ab"}
    assert values == {"a": [2, 3, 5], "b": [1, 4]}
    assert [line.text for line in rig.bench.rejected("b")] == ["x=1", "x=2"]
    assert rig["a"].datastreams[0].value == 5
    assert rig.calls(rig.tokens["a"]) == ["update v1=1", "update v1=4"]
    assert [rig[name].reconnects for name in "ab"] == [0, 0]
    rig.bench.stop()
    journal = Journal(rig.trial.folder / "b.db")
    assert [line.text for line in rejected.read(journal.reader(), "b").lines()] == ["x=1", "x=2"]
    journal.close()


def test_the_name_of_a_device_that_has_left_is_free_and_its_readings_move(rig: Rig) -> None:
    rig.say("COM2", "v1=2\n")
    rig.replace([rig.config.device[0]])
    rig.say("COM1", "v1=1\n")
    assert rig["b"].orphan
    rig.change("a", name="b")
    assert [(d.name, d.orphan, d.counts.readings) for d in rig.status.devices] == [
        ("b", False, 1),
        ("b (2)", True, 1),
    ]
    (note,) = [str(told) for told in rig.status.warnings if told.code == "device_data_moved"]
    assert 'earlier device "b": they are now under "b (2)"' in note


def test_a_removed_device_closes_its_port_and_comes_back_with_its_readings(rig: Rig) -> None:
    rig.trial.cloud.is_open.clear()
    rig.say("COM2", "v1=1\nv1=2\n", sent=False)
    rig.trial.wait(lambda: rig["b"].cloud.requests == 1)
    (a, b), token = rig.config.device, {"b": rig.tokens["b"]}
    rig.replace([a])
    assert rig.ports["COM2"].closed == 1
    assert (rig["b"].orphan, rig["b"].counts.held) == (True, 2)
    rig.replace([a, msgspec.structs.replace(b, port="COM3")], token)
    assert (rig["b"].orphan, rig["b"].counts.held) == (False, 0)
    rig.trial.cloud.is_open.set()
    rig.say("COM3", "v1=3\n")
    assert rig.calls(rig.tokens["b"]) == ["update v1=1", "update v1=2", "update v1=3"]


def test_a_bench_stops_although_a_replaced_forwarder_waits_for_an_answer(rig: Rig) -> None:
    rig.trial.cloud.is_open.clear()
    rig.say("COM1", "v1=1\n", sent=False)
    rig.trial.wait(lambda: rig["a"].cloud.requests == 1)
    for interval_s in (2.0, 3.0):
        rig.change("a", interval_s=interval_s)
    assert (_planners(), rig["a"].cloud.requests, rig["a"].counts.pending) == (3, 1, 1)
    rig.bench.stop()
    assert _planners() == 1
    rig.trial.cloud.is_open.set()
    rig.trial.wait(lambda: not _planners())


def _planners() -> int:
    return [thread.name for thread in threading.enumerate()].count("plan a")


def test_ports_can_be_swapped(rig: Rig) -> None:
    a, b = rig.config.device
    rig.replace([msgspec.structs.replace(a, port="COM2"), msgspec.structs.replace(b, port="COM1")])
    wait_until(lambda: [rig.ports[name].opened for name in ("COM1", "COM2")] == [2, 2])
    rig.say("COM2", "v1=1\n")
    assert rig.calls(rig.tokens["a"]) == ["update v1=1"]


def test_budgets_follow_with_what_was_used(rig: Rig) -> None:
    a, b = (msgspec.structs.replace(device, organisation="school") for device in rig.config.device)

    def limit(messages: int) -> dict[str, Organisation]:
        return {"school": Organisation(monthly_messages=messages)}

    rig.replace([a, b], organisation=limit(100))
    rig.say("COM1", "v1=1\n")
    rig.replace([a, b], organisation=limit(50))
    assert [rig[name].cloud.messages_left for name in "ab"] == [49, 49]
    rig.replace([a, b], organisation=limit(0))
    assert [rig[name].cloud.messages_left for name in "ab"] == [None, None]
    rig.replace([a, b], organisation=limit(60))
    assert [rig[name].cloud.messages_left for name in "ab"] == [59, 59]


def test_a_limit_that_was_reached_ends_at_once_when_it_is_raised(rig: Rig) -> None:
    a, b = (msgspec.structs.replace(device, organisation="school") for device in rig.config.device)
    rig.replace([a, b], organisation={"school": Organisation(monthly_messages=1)})
    rig.say("COM1", "v1=1\nv1=2\n", sent=False)
    rig.trial.wait(lambda: rig["a"].counts.forwarded == 1)
    rig.replace([a, b], organisation={"school": Organisation(monthly_messages=100)})
    rig.trial.wait(lambda: rig["a"].counts.forwarded == 2)


def test_the_points_of_a_day_follow_a_device_to_its_new_name(trial: Trial) -> None:
    journal = Journal(trial.folder / "b.db")
    journal.write([], [], [Usage("points of a", "2026-11-15", 7), Usage("events of a", "2026-11-15", 3)])
    journal.close()
    rig = Rig(trial)
    rig.change("a", name="c", daily_points=20)
    points = trial.parts.sessions["a"].forwarding.budgets.points
    assert (points.name, points.left(NOON_US)) == ("points of c", 13)
    rig.bench.stop()
    journal = Journal(trial.folder / "b.db")
    assert {use.budget: use.used for use in journal.usage()} == {"points of c": 7, "events of c": 3}
    journal.close()


def test_a_recording_begins_and_ends_with_its_key(rig: Rig) -> None:
    rig.change("a", record=True)
    rig.say("COM1", "v1=1\n")
    rig.change("a", record=False)
    rig.say("COM1", "v1=2\n")
    rig.change("a", name="c", record=True)
    rig.say("COM1", "v1=3\n")
    rig.change("c", record=False)
    paths = sorted((rig.trial.folder / "recordings").glob("*.pbrec"))
    assert [path.name[:2] for path in paths] == ["a ", "c "]
    assert [_recorded(path) for path in paths] == [b"v1=1\n", b"v1=3\n"]


def _recorded(path: Path) -> bytes:
    with path.open("rb") as file:
        return b"".join(record.data for record in RecordingReader(file))


def test_the_limits_of_the_journal_apply_at_once(rig: Rig) -> None:
    rig.say("COM1", "v1=1\n" * 1000)
    section = msgspec.structs.replace(rig.config.bench, max_journal_mb=0.001)
    rig.replace(list(rig.config.device), bench=section)
    rig.trial.wait(lambda: any(told.code == "journal_too_large" for told in rig.status.warnings))


def test_a_recording_takes_the_place_of_a_board_and_is_not_forwarded_far_away(rig: Rig) -> None:
    device = rig.config.device[0]
    far = msgspec.structs.replace(device, server="https://blynk.cloud", requests_per_s=1.0)
    played = msgspec.structs.replace(far, port=f"replay:{rig.trial.folder / 'a.pbrec'}")
    rig.replace([played, rig.config.device[1]], {"a": "another-token"})
    assert rig["a"].cloud.message.code == "recording_not_forwarded"
    assert [told.code for told in rig.status.warnings] == ["about"]
    rig.replace([device, rig.config.device[1]], {"a": rig.tokens["a"]})
    wait_until(lambda: rig.ports["COM1"].opened == 2)
    rig.say("COM1", "v1=1\n")
    assert rig.calls(rig.tokens["a"]) == ["update v1=1"]
    assert rig.status.warnings == ()


def test_a_bench_that_is_not_started_can_be_changed_too(trial: Trial) -> None:
    bench = trial.made()
    config = trial.config(name='"hall"')
    bench.reconfigure(config, {}, {"hall": "board"})
    assert bench.status().devices[0].link.state is LinkState.CLOSED
    trial.started_again()
    trial.say("v1=1\n")
    assert trial.sent() == ["update v1=1"]
    assert trial.device.name == "hall"

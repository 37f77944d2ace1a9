"""A bench that is edited while its boards talk: the steps of boards and cloud, and what is checked.

After every step, the counts of every device are compared with a model. At the end, everything is sent, and
the journal's file and the cloud are compared with what the boards said.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from starlette.middleware import Middleware

from app.bench.bench import Bench
from app.bench.status import DeviceStatus, Form, Selection
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Forward
from app.localcloud.devices import Device
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile
from app.localcloud.server import LocalCloud
from tests.bench.changing_model import Identity, Session
from tests.bench.gate import Gate
from tests.bench.scripted_boards import ScriptedPorts
from tests.waiting import PATIENCE_S, wait_until

PORTS = tuple(f"COM{number}" for number in range(1, 7))
NAMES = ("a", "b", "c", "d")
TOKENS = ("token-1", "token-2", "token-3")
SEEN: Counter[str] = Counter()

places = st.integers(0, 99)


class EditedBench(RuleBasedStateMachine):
    """A bench, its boards and its cloud, whose steps end when the program has noticed them."""

    @initialize(count=st.integers(1, 3), batch=st.booleans(), forward=st.sampled_from(Forward))
    def begin(self, count: int, batch: bool, forward: Forward) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.gate = threading.Event()
        self.gate.set()
        self.tokens_at = [Device(token, token, open=True) for token in TOKENS]
        self.cloud = LocalCloud(self.tokens_at, middleware=[Middleware(Gate, is_open=self.gate)])
        self.cloud.start()
        self.ports = ScriptedPorts(*PORTS)
        self.opened = dict.fromkeys(PORTS, 0)
        self.value = 0
        self.sent_in_order = forward is not Forward.TIMESTAMPED
        self.names: dict[str, Identity] = {}
        """The identities in the journal, by their names."""
        self.sessions: dict[str, Session] = {}
        self.config = BenchConfig(bench=BenchSection(journal=str(self.folder / "b.db")))
        devices = [
            self.device(name, PORTS[place], batch=batch, forward=forward)
            for place, name in enumerate(NAMES[:count])
        ]
        self.config = self.with_devices(devices)
        for device in devices:
            self.added(device, TOKENS[0])
        self.bench = Bench(self.config, {device.name: TOKENS[0] for device in devices}, self.ports.open)
        self.bench.start()

    def device(self, name: str, port: str, **keys: Any) -> DeviceConfig:
        return DeviceConfig(
            name=name,
            port=port,
            server=self.cloud.url,
            auth_token="env:PINBRIDGE_T",
            requests_per_s=0,
            interval_s=0.01,
            **keys,
        )

    def with_devices(self, devices: list[DeviceConfig]) -> BenchConfig:
        return msgspec.structs.replace(self.config, device=tuple(devices))

    def added(self, device: DeviceConfig, token: str) -> None:
        identity = self.names.setdefault(device.name, Identity())
        self.sessions[device.name] = Session(device, identity, token)
        if self.is_plugged_in(device):
            self.opens(device)

    def chosen(self, place: int) -> DeviceConfig:
        return self.config.device[place % len(self.config.device)]

    def is_plugged_in(self, device: DeviceConfig) -> bool:
        return self.ports[device.port].is_plugged_in

    # Boards

    @rule(place=places, lines=st.lists(st.sampled_from(["v1", "v1", "v2", "#", "x", ""]), max_size=6))
    def say(self, place: int, lines: list[str]) -> None:
        """A board says whole lines, after the rest of a line that it has begun."""
        device = self.chosen(place)
        session = self.sessions[device.name]
        owed, session.owed = session.owed, ""
        self.hears(device, owed + "".join(f"{self.line(kind)}\n" for kind in lines))

    @rule(place=places, kept=st.integers(1, 4))
    def say_a_part(self, place: int, kept: int) -> None:
        """A board says the beginning of a line."""
        device = self.chosen(place)
        session = self.sessions[device.name]
        if not session.owed:
            line = f"{self.line('v1')}\n"
            self.hears(device, line[:kept])
            session.owed = line[kept:]

    def line(self, kind: str) -> str:
        if not kind.startswith("v"):
            return kind
        self.value += 1
        return f"{kind}={1000 + self.value}"

    def hears(self, device: DeviceConfig, text: str) -> None:
        session = self.sessions[device.name]
        if not self.is_plugged_in(device) or not text:
            return
        self.come_to_rest()
        self.ports[device.port].say(text.encode())
        session.hears(text)

    @rule(place=places)
    def unplug(self, place: int) -> None:
        device = self.chosen(place)
        port = self.ports[device.port]
        if port.is_plugged_in:
            self.come_to_rest()
            before = port.closed
            port.unplug()
            wait_until(lambda: port.closed > before)
            self.sessions[device.name].closes()

    @rule(place=places)
    def plug_in(self, place: int) -> None:
        device = self.chosen(place)
        port = self.ports[device.port]
        if not port.is_plugged_in:
            port.plug_in()
            self.opens(device)
            self.bench.take_port(device.name)

    def opens(self, device: DeviceConfig) -> None:
        self.opened[device.port] += 1
        self.sessions[device.name].openings += 1

    # Cloud

    @rule(up=st.booleans())
    def cloud_goes(self, up: bool) -> None:
        """The cloud fails or works again; it takes no reading while it fails."""
        self.gate.set()
        down = Fault(fault=FaultKind.SERVER_ERROR, status=503)
        self.cloud.set_faults(FaultsFile() if up else FaultsFile(fault=(down,)))
        for device in self.config.device:
            self.bench.try_now(device.name)

    @rule(is_open=st.booleans())
    def calls_hang(self, is_open: bool) -> None:
        """From now on, calls stay in flight, or are answered again."""
        self.gate.set() if is_open else self.gate.clear()

    def edit(
        self,
        devices: list[DeviceConfig],
        typed: Mapping[str, str] = {},
        renamed: Mapping[str, str] = {},
        **sections: Any,
    ) -> None:
        """Change the bench, and the model of it."""
        self.come_to_rest()
        before, sessions = {device.name: device for device in self.config.device}, self.sessions
        old_names = {
            device.name: renamed.get(device.name, device.name)
            for device in devices
            if renamed.get(device.name, device.name) in before
        }
        self.config = msgspec.structs.replace(self.config, device=tuple(devices), **sections)
        told = len(self.notes())
        said = self.say_meanwhile({new: before[old] for new, old in old_names.items()})
        tokens_before = {new: sessions[old].token for new, old in old_names.items()}
        self.bench.reconfigure(self.config, typed, renamed)
        moved = {note.params["device"]: note.params["name"] for note in self.notes()[told:]}
        new_names = {old: new for new, old in old_names.items()}
        left = {name: it for name, it in self.names.items() if name not in new_names}
        self.names = {str(moved.get(name, name)): identity for name, identity in left.items()}
        self.names |= {new: sessions[old].identity for old, new in new_names.items()}
        self.sessions = {}
        for device in devices:
            if device.name in old_names:
                self.sessions[device.name] = session = sessions[old_names[device.name]]
                self.follow(session, before[old_names[device.name]], device, typed.get(device.name, ""))
            else:
                self.added(device, typed[device.name])
        for name, text in said.items():
            session = self.sessions[name]
            session.hears(text)
            # The account of a reading is the one at its commit, before or after the edit.
            for line in text.split():
                session.identity.meant[int(line[3:])] = {tokens_before[name], session.token} - {""}
        SEEN["moved"] += len(moved)
        SEEN["added"] += len(devices) - len(old_names)
        SEEN["removed"] += len(before) - len(old_names)

    def say_meanwhile(self, before: Mapping[str, DeviceConfig]) -> dict[str, str]:
        """Let boards talk while the bench is edited; `before` maps devices to their old settings.

        No edit makes these lines invalid. Boards whose port is closed by the edit, which loses bytes that are
        not read yet, are silent. Returns what the boards have said.
        """
        said = {}
        for device in self.config.device:
            old = before.get(device.name)
            if not old or _must_reopen(old, device) or not self.is_plugged_in(device):
                continue
            if not any(session.owed for session in self.sessions.values() if session.device is old):
                said[device.name] = "".join(f"{self.line('v2')}\n" for _ in range(3))
                for line in said[device.name].splitlines(keepends=True):
                    self.ports[device.port].say(line.encode())
        return said

    def follow(self, session: Session, before: DeviceConfig, after: DeviceConfig, typed: str) -> None:
        """Change the model of a device that stays in the bench."""
        session.device = after
        session.token = (typed or session.token) if after.server else ""
        if _must_reopen(before, after):
            SEEN["reopened"] += 1
            session.closes()
            if self.is_plugged_in(after):
                self.opens(after)

    def free_ports(self) -> list[str]:
        used = {device.port for device in self.config.device}
        return [port for port in PORTS if port not in used]

    # Checks

    def notes(self) -> list[Any]:
        return [told for told in self.bench.status().warnings if told.code == "device_data_moved"]

    def statuses(self) -> dict[str, DeviceStatus]:
        return {device.name: device for device in self.bench.status().devices}

    def come_to_rest(self) -> None:
        """Wait until all ports are open or closed as they must be, and until all lines are in the journal."""
        wait_until(lambda: all(self.ports[name].opened == count for name, count in self.opened.items()))
        for name, session in self.sessions.items():
            wait_until(lambda: self.statuses()[name].lines.lines == session.lines.total())  # noqa: B023
        assert self.bench._writer.flush(PATIENCE_S)

    @invariant()
    def everything_is_counted(self) -> None:
        if not hasattr(self, "bench"):
            return
        self.come_to_rest()
        status = self.bench.status()
        assert [device.name for device in status.devices if not device.orphan] == list(self.sessions)
        for device in status.devices:
            c = device.counts
            assert c.readings == c.forwarded + c.superseded + c.refused + c.expired + c.pending
            assert c.readings == self.names[device.name].readings
            assert (c.refused, c.expired) == (0, 0)
        for name, session in self.sessions.items():
            device = self.statuses()[name]
            counts = msgspec.structs.asdict(device.lines)
            assert counts == {kind: session.lines[kind] for kind in counts}
            assert device.reconnects == max(0, session.openings - 1)
            assert (device.port, device.lost_bytes) == (session.device.port, 0)
            assert device.cloud.requests >= session.requests
            session.requests = device.cloud.requests
        readings = {name: identity.readings for name, identity in self.names.items() if identity.readings}
        assert {device.name for device in status.devices} >= readings.keys()

    def teardown(self) -> None:
        """Let everything be sent. Then look into the cloud, and into the journal's file."""
        if not hasattr(self, "bench"):
            return
        try:
            if not sys.exc_info()[0]:
                self.cloud_goes(True)
                wait_until(lambda: not any(map(_sendable, self.bench.status().devices)))
                self.everything_is_counted()
                forwarded = sum(device.counts.forwarded for device in self.bench.status().devices)
                SEEN["forwarded"] += forwarded
                self.check_the_cloud(forwarded)
                self.bench.stop()
                self.check_the_journal()
        finally:
            self.gate.set()
            self.bench.stop()
            self.cloud.stop()
            shutil.rmtree(self.folder)

    def check_the_cloud(self, forwarded: int) -> None:
        arrived = {
            (device.auth_token, target): [int(str(point[2])) for point in device.history(target, 0)[1]]
            for device in self.tokens_at
            for target in (stream.targets[0] for stream in device.streams)
        }
        assert sum(map(len, arrived.values())) == forwarded
        meant = {value: to for it in self.names.values() for value, to in it.meant.items()}
        for (token, target), values in arrived.items():
            assert len(set(values)) == len(values)
            assert all(token in meant[value] for value in values)
            if self.sent_in_order:
                for identity in self.names.values():
                    mine = [value for value in values if value in identity.values.get(target, [])]
                    assert mine == sorted(mine)

    def check_the_journal(self) -> None:
        """Read the values of each device, in the order of arrival, from the file."""
        for name, identity in self.names.items():
            path = self.folder / "export.csv"
            self.bench.export(Selection({name}), Form(), path, lambda *_: None)
            rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
            values: dict[str, list[int]] = {}
            for row in rows:
                values.setdefault(row[3], []).append(int(row[4]))
            assert values == identity.values


def _must_reopen(before: DeviceConfig, after: DeviceConfig) -> bool:
    return (before.port, before.parity) != (after.port, after.parity)


def _sendable(device: DeviceStatus) -> bool:
    return bool(device.server) and device.counts.pending > device.counts.held

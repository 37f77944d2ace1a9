"""How the readings of one device are forwarded. If its settings change, a new `Forwarding` replaces the old.

Invariants: readings from a recording are forwarded only to servers on this computer, unless the bench is
made with `forward_replays`. A forwarder that replaces another one of the same device, or follows one of a
device that was removed and added again, begins only when the other one has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from app.bench.budgets import Budgets
from app.bench.status import CloudStatus
from app.boards.coalescing import ReadStep
from app.boards.ports.registry import PortRegistry
from app.cloud.blynk.destination import Blynk
from app.cloud.blynk.server import Server
from app.cloud.forwarder import Forwarder
from app.cloud.planner import OnTrouble
from app.cloud.status import Tally
from app.config.addresses import is_loopback, recording_path
from app.config.bench_file import DeviceConfig
from app.journal import regions
from app.journal.journal import Account, Journal
from app.journal.outbox import Outbox
from app.journal.owner import Owner
from app.journal.timeline.timelines import Timelines
from app.journal.writer import JournalWriter
from app.messages.message import Message


class Leaving:
    """The forwarders that were replaced, or whose device was removed, and that still wait for answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._successors: dict[Forwarder, tuple[Owner, list[Callable[[], None]]]] = {}

    def let_go(self, owner: Owner, forwarder: Forwarder) -> None:
        """Let `forwarder`, which sends the readings of `owner`, end when its calls are answered."""
        with self._lock:
            self._successors[forwarder] = owner, []
        forwarder.hand_over(partial(self._has_ended, forwarder))

    def last_of(self, owner: Owner) -> Forwarder | None:
        """The last forwarder of the device with the name of `owner` that has not ended; None if all have."""
        with self._lock:
            leaving = [(other.name, forwarder) for forwarder, (other, _) in self._successors.items()]
        return next((forwarder for name, forwarder in reversed(leaving) if name == owner.name), None)

    def then(self, forwarder: Forwarder, begin: Callable[[], None]) -> None:
        """Call `begin` when `forwarder` has ended, or now if it has."""
        with self._lock:
            if entry := self._successors.get(forwarder):
                entry[1].append(begin)
                return
        begin()

    def all(self) -> list[Forwarder]:
        """The forwarders that have not ended."""
        with self._lock:
            return list(self._successors)

    def _has_ended(self, forwarder: Forwarder) -> None:
        with self._lock:
            _, begins = self._successors.pop(forwarder)
        for begin in begins:
            begin()


class Shared(NamedTuple):
    """The parts that all devices of a bench share."""

    journal: Journal
    writer: JournalWriter
    timelines: Timelines
    registry: PortRegistry
    read_step: ReadStep
    budgets: Budgets
    leaving: Leaving
    recordings: Path
    """The folder for new recordings."""
    replay_speed: float = 1.0
    """Recordings are played at this multiple of their original speed; 0 means without pauses."""
    forward_replays: bool = False
    """Whether readings from recordings are forwarded to servers on other computers too."""


class Assignment(NamedTuple):
    """The account that new readings of a device are meant for, and whether they are forwarded to it."""

    account: Account
    same_account: bool
    """Whether the last reading of the device was meant for this account too."""
    token: str
    not_forwarded: Message | None
    """Why readings are not forwarded although the device has a server; None in all other cases."""


def assign(shared: Shared, device: DeviceConfig, token: str, name: str) -> Assignment:
    """Find the account of `device`, whose auth token is `token`; `name` is its name in the journal so far.

    Only for the thread that writes the journal.
    """
    journal = shared.journal
    reason = None if shared.forward_replays else not_forwarded_reason(device)
    token = token if device.server and not reason else ""
    same_account = bool(token) and journal.last_account(name) in regions.fingerprints(
        journal, device.server, token
    )
    return Assignment(regions.account_of(journal, device.server, token), same_account, token, reason)


class Forwarding:
    """Forwards the readings of one device, or says why they are not forwarded."""

    def __init__(
        self,
        device: DeviceConfig,
        assignment: Assignment,
        shared: Shared,
        owner: Owner,
        tally: Tally,
        on_trouble: OnTrouble,
    ) -> None:
        """`tally` counts what all forwarders of the device do; all of them call `on_trouble`."""
        self._owner = owner
        self._leaving = shared.leaving
        self._tally = tally
        self.not_forwarded = assignment.not_forwarded
        self.budgets = shared.budgets.of(device)
        self._server = _server_of(device, assignment.token, shared)
        self._account, self._same_account = assignment.account, assignment.same_account
        self.forwarder: Forwarder | None = None
        if not assignment.token:
            return
        earlier = self._leaving.last_of(owner)
        self.forwarder = Forwarder(
            device,
            Blynk(device, assignment.token, self._server),
            Outbox(
                shared.journal,
                shared.writer,
                owner,
                assignment.account.fingerprint,
                same_account=assignment.same_account,
            ),
            *self.budgets,
            tally=tally,
            on_trouble=on_trouble,
            waits=earlier is not None,
        )
        if earlier:
            self._leaving.then(earlier, self.forwarder.begin)

    def start(self) -> None:
        """Start to forward."""
        if self.forwarder:
            self.forwarder.start()

    @property
    def refused_account(self) -> bytes:
        """The fingerprint of the account if its server has refused the token, and never accepted it.

        Empty otherwise, and if earlier readings were meant for this account: it may have worked before.
        """
        is_refused = self._server.has_refused_token and not self._same_account
        return self._account.fingerprint if is_refused else b""

    def let_go(self) -> None:
        """Send no more calls, because another `Forwarding` replaces this one, or the device was removed."""
        if self.forwarder:
            self._leaving.let_go(self._owner, self.forwarder)

    def status(self) -> CloudStatus:
        """The status of forwarding to the cloud, also for a device that forwards nothing."""
        if self.forwarder:
            note = self._server.region_note()
            return msgspec.structs.replace(self.forwarder.status(), notes=(note,) if note else ())
        status = CloudStatus(message=self.not_forwarded) if self.not_forwarded else CloudStatus()
        return msgspec.structs.replace(
            status, requests=self._tally.requests, last_success_us=self._tally.last_success_us
        )

    @property
    def clock_warning(self) -> Message | None:
        """A warning if this computer's clock is not that of the device's server; else None."""
        return self._server.clock_warning()


def _server_of(device: DeviceConfig, token: str, shared: Shared) -> Server:
    """The server of a device's account, whose region the journal remembers."""
    journal, writer = shared.journal, shared.writer

    def remember(region: str) -> None:
        writer.post(lambda journal: regions.remember(journal, device.server, token, region))

    return Server(device.server, regions.remembered(journal, device.server, token), remember)


def not_forwarded_reason(device: DeviceConfig) -> Message | None:
    """A message if `device` plays a recording and its server is on another computer; otherwise None.

    The message says that the readings of the recording are not forwarded to that server.
    """
    if not recording_path(device.port) or not device.server or is_loopback(device.server):
        return None
    return Message("recording_not_forwarded", server=device.server)

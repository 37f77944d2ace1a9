"""The sessions of a bench's devices. They can be changed, renamed, added and removed while they run.

Invariants: a change is made completely, or an error is raised and nothing has changed. Only the devices that
a change concerns notice it. Readings that are on their way when their device is renamed or removed are
written and counted for this device. No reading is sent with the token of another account than the one that
it is meant for.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from app.bench.budgets import renamed_budgets
from app.bench.changing import forwards_alike, renames, stays
from app.bench.errors import BenchError
from app.bench.forwarding import Assignment, Shared, assign, not_forwarded_reason
from app.bench.session import DeviceSession
from app.bench.stopping import stop_all
from app.boards.sources import OpenPort
from app.cloud.forwarder import Forwarder
from app.config.addresses import is_clear_text, is_loopback
from app.config.bench_file import BenchConfig, DeviceConfig
from app.errors import message_of
from app.journal.devices import change_devices, refuse_account
from app.journal.journal import Journal, JournalError
from app.journal.owner import Owner, renaming
from app.messages.message import Message
from app.security import redaction, tokens

log = logging.getLogger(__name__)

_CLOSE_S = 0.3
"""How long a change waits at most until the ports of removed devices are closed.

An open port needs 0.2 s. One that is being opened may need seconds, but nothing arrives there."""


class Devices:
    """The sessions of all devices in the bench file, in its order."""

    def __init__(
        self,
        config: BenchConfig,
        typed: Mapping[str, str],
        shared: Shared,
        open_port: OpenPort,
        on_renamed: Callable[[Mapping[str, str]], None],
    ) -> None:
        """`typed` maps the names of devices to their auth tokens.

        When devices get other names in the journal, the thread that writes it calls `on_renamed` with a
        mapping of old names to new ones.
        """
        self._config = config
        self._shared = shared
        self._open_port = open_port
        self._on_renamed = on_renamed
        self._tokens = {device.name: typed[device.name] for device in config.device if device.server}
        self._is_running = False
        self._owners: list[Owner] = []
        """Those of removed devices too, because their forwarders may still wait for answers."""
        self._notes: list[Message] = []
        """What changes have done to the data of devices that are not in the bench file any more."""
        assignments = {
            device.name: assign(shared, device, self._tokens.get(device.name, ""), device.name)
            for device in config.device
        }
        accounts = {name: assignment.account for name, assignment in assignments.items()}
        change_devices(shared.journal, accounts)
        self.sessions = {
            device.name: self._session(device, assignments[device.name]) for device in config.device
        }

    def start(self) -> None:
        """Start all sessions."""
        self._is_running = True
        for session in self.sessions.values():
            session.start()

    def stop_forwarding(self, within_s: float) -> None:
        """Send no more calls, and wait for the answers of those in flight, at most about `within_s` seconds.

        The journal notes which devices have readings for a token that their server has never accepted: they
        are no readings of another account if the token is corrected before the next start.
        """
        stop_all([forwarder.stop for forwarder in self.forwarders()], within_s)
        for session in self.sessions.values():
            if account := session.forwarding.refused_account:
                task = partial(refuse_account, device=session.owner.name, account=account)
                self._shared.writer.post(task)

    def forwarders(self) -> list[Forwarder]:
        """The forwarders of all devices, and those that were replaced but still wait for answers."""
        present = [session.forwarder for session in self.sessions.values() if session.forwarder]
        return [*self._shared.leaving.all(), *present]

    def warnings(self) -> Iterator[Message]:
        """What the user should know as long as the bench file stays the same."""
        for device in self._config.device:
            if device.server and is_clear_text(device.server) and not is_loopback(device.server):
                yield Message("device_not_encrypted", device=device.name, server=device.server)
        for name, session in self.sessions.items():
            if reason := session.forwarding.not_forwarded:
                yield Message("about", subject=name, message=reason)
        yield from self._notes

    def change(self, config: BenchConfig, typed: Mapping[str, str], renamed: Mapping[str, str]) -> None:
        """Continue with `config`. Raises BenchError, and changes nothing, if that is not possible.

        See `app.bench.bench.Bench.reconfigure`.
        """
        redaction.learn(typed.values())
        stayed = stays(self._config, config, renamed)
        tokens_found = self._tokens_of(config, typed, stayed)
        concerned = [
            device
            for device in config.device
            if not self._forwards_on(config, device, stayed.get(device.name), tokens_found)
        ]
        names = renames(stayed, config, self._in_journal())
        assignments = self._store(concerned, tokens_found, stayed, names.names)
        # From here on, nothing is expected to fail.
        before = {name: self.sessions[old] for name, old in stayed.items()}
        left = [session for name, session in self.sessions.items() if name not in stayed.values()]
        self._config, self._tokens = config, tokens_found
        self._notes += [
            Message("device_data_moved", device=old, name=new)
            for old, new in names.moved.items()
            if self._shared.journal.streams(new)
        ]
        self._shared.budgets.follow(config)
        self._remove(left)
        for device in config.device:
            if device.name in before:
                before[device.name].change(device, assignments.get(device.name))
        added = {
            device.name: self._session(device, assignments[device.name])
            for device in config.device
            if device.name not in before
        }
        self.sessions = {device.name: (before | added)[device.name] for device in config.device}
        if self._is_running:
            for session in added.values():
                session.start()
        # The limits of budgets may have changed, which ends some waits.
        for forwarder in self.forwarders():
            forwarder.wake()

    def _session(self, device: DeviceConfig, assignment: Assignment) -> DeviceSession:
        session = DeviceSession(device, assignment, self._shared, self._open_port)
        self._owners.append(session.owner)
        return session

    def _in_journal(self) -> list[str]:
        try:
            return self._shared.journal.devices()
        except sqlite3.Error as error:
            raise _not_changed(error) from None

    def _tokens_of(
        self, config: BenchConfig, typed: Mapping[str, str], stayed: Mapping[str, str]
    ) -> dict[str, str]:
        """The tokens of all devices with a server: typed, as before, or from the place in the bench file."""
        found = {}
        for device in config.device:
            if not device.server:
                continue
            token = typed.get(device.name) or self._token_so_far(device, stayed.get(device.name))
            try:
                found[device.name] = token or tokens.resolve(device)
            except tokens.TokenError as error:
                raise BenchError(error.message.code, **error.message.params) from None
        return found

    def _token_so_far(self, device: DeviceConfig, old: str | None) -> str:
        """The token of `device`, whose name was `old`; empty if it may have another one now."""
        before = old and self.sessions[old].device
        if not before or not before.server or before.auth_token != device.auth_token:
            return ""
        return self._tokens[before.name] if tokens.scope(before.server) == tokens.scope(device.server) else ""

    def _forwards_on(
        self, config: BenchConfig, device: DeviceConfig, old: str | None, tokens_found: Mapping[str, str]
    ) -> bool:
        """Whether forwarding for `device`, whose name was `old`, goes on as it is with `config`."""
        if old is None or tokens_found.get(device.name) != self._tokens.get(old):
            return False
        before = self.sessions[old].device
        if not self._shared.forward_replays and not_forwarded_reason(before) != not_forwarded_reason(device):
            return False
        return forwards_alike(self._config, before, config, device)

    def _store(
        self,
        concerned: list[DeviceConfig],
        tokens_found: Mapping[str, str],
        stayed: Mapping[str, str],
        names: Mapping[str, str],
    ) -> dict[str, Assignment]:
        """Change names and accounts in the journal, and at the same instant in everything on its way there.

        Returns the accounts of the devices `concerned`. Raises BenchError.
        """
        usage = renamed_budgets(names)

        def task(journal: Journal) -> dict[str, Assignment]:
            for device in concerned:
                old = stayed.get(device.name, "")
                if old and (account := self.sessions[old].forwarding.refused_account):
                    refuse_account(journal, old, account)
            found = {
                device.name: assign(
                    self._shared,
                    device,
                    tokens_found.get(device.name, ""),
                    stayed.get(device.name, device.name),
                )
                for device in concerned
            }
            accounts = {name: assignment.account for name, assignment in found.items()}
            owners = [owner for owner in self._owners if owner.name in names]
            with renaming(owners):
                change_devices(journal, accounts, renamed=names, usage=usage)
                for owner in owners:
                    owner.name = names[owner.name]
            for session in self.sessions.values():
                session.rejected.device = session.owner.name
            self._shared.timelines.rename(names)
            self._shared.budgets.rename(usage)
            self._on_renamed(names)
            return found

        if not concerned and not names:
            return {}
        try:
            return self._shared.writer.submit(task)
        except (sqlite3.Error, JournalError, TimeoutError) as error:
            raise _not_changed(error) from None

    def _remove(self, left: Sequence[DeviceSession]) -> None:
        """End the sessions of devices that are not in the bench file any more."""
        if not left:
            return
        for session in left:
            session.forwarding.let_go()
        stop_all([session.stop_board for session in left], within_s=_CLOSE_S)
        for session in left:
            session.link.leave()
        names = [session.owner.name for session in left]
        try:
            # After the readings that have arrived, because the writer's tasks follow what was handed over.
            self._shared.writer.submit(lambda journal: change_devices(journal, {}, left=names))
        except (sqlite3.Error, JournalError, TimeoutError):
            log.exception("the readings of %s do not count as held before the next start", ", ".join(names))


def _not_changed(error: Exception) -> BenchError:
    return BenchError("bench_not_changed", message=message_of(error))

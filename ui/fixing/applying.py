"""Changes one device of the running bench, of the open bench file and of the form, and reports it with Undo.

Invariants: nothing is reported as done before the running bench has followed; the bench file gets only the
keys that were changed, and keeps its comments; no token is written into it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import msgspec

from app.bench.status import PortInfo
from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig, DeviceConfig
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.bench.editing import Editing
from ui.boards.newcomer import NewcomerForm
from ui.fixes.changes import differences, merged
from ui.running.connection import Connection


class Report(Protocol):
    """Reports what was done to a device; see `Notices.show_message`."""

    def __call__(
        self,
        message: Message,
        tone: str,
        device: str = "",
        *,
        undo: Callable[[], None] | None = None,
        holds: Callable[[], bool] | None = None,
    ) -> None:
        """`undo` undoes it; `holds` is whether the report still holds."""


class Applying:
    """Applies changes of single devices."""

    def __init__(self, connection: Connection, form: NewcomerForm, report: Report, editing: Editing) -> None:
        """`editing` is the editor, which may be open."""
        self._connection, self._form, self._report = connection, form, report
        self._follow = editing.follow_fix

    def device(self, name: str) -> DeviceConfig | None:
        """The present settings of a device; None if no bench is connected, or if it has no such device."""
        bench = self._connection.bench if self._connection.connected else None
        return next((d for d in bench.config.device if d.name == name), None) if bench else None

    def apply(
        self,
        before: DeviceConfig,
        values: Mapping[str, Any],
        done: Message,
        token: str = "",
        *,
        can_undo: bool = True,
    ) -> None:
        """Change settings of the device `before`, and report `done`; or report why that is not possible.

        `values` maps keys of the device to their new values; `token` is one that the user has typed for it.
        """
        bench = self._connection.bench
        if bench is None:
            return
        running = bench.config
        try:
            after = msgspec.structs.replace(before, **values)
            devices = tuple(after if d.name == before.name else d for d in running.device)
            config = msgspec.structs.replace(running, device=devices)
            ask = self._connection.reconfigure(bench, config, {before.name: token} if token else {})
        except (PinbridgeError, OSError) as error:
            self._report(message_of(error), "bad")
            return
        undo = (lambda: self._undo(after, before)) if can_undo else None
        problem = self._keep(config, before, after)
        message = Message("done_but_not_saved", done=done, reason=problem) if problem else done
        holds = partial(self._has, after, tuple(values))
        self._report(message, "warn" if problem else "good", before.name, undo=undo, holds=holds)
        ask()

    def _has(self, after: DeviceConfig, keys: Collection[str]) -> bool:
        """Whether the device `after` still runs with its values for `keys`."""
        device = self.device(after.name)
        return device is not None and all(getattr(device, key) == getattr(after, key) for key in keys)

    def _undo(self, now: DeviceConfig, before: DeviceConfig) -> None:
        values = differences(now, before)
        self.apply(now, values, Message("undone_now"), can_undo=False)

    def _keep(self, config: BenchConfig, before: DeviceConfig, after: DeviceConfig) -> Message | None:
        """Show the change, and write it into an open bench file. Returns why it was not written."""
        connection = self._connection
        if connection.config is None:
            self._form.show_settings(after.baud_rate, after.server)
            self._form.remember(config)
            return None
        # The running bench may lack parts of the file, such as an account whose token is missing.
        shown = _with_keys(connection.config, before.name, differences(before, after))
        earlier = connection.config
        connection.show_edited(shown, connection.source)
        connection.edited.emit({})
        if connection.source:
            return self._write(Path(connection.source), before, after)
        self._follow(earlier, shown)
        return None

    def _write(self, path: Path, before: DeviceConfig, after: DeviceConfig) -> Message | None:
        """Write the keys that differ into the bench file. Returns why that was not possible.

        The file may have been changed since it was opened, so it gets nothing but these keys.
        """
        keys = differences(before, after)
        if not keys:
            return None
        try:
            document = BenchDocument.open(path)
            earlier = document.config
            found = next((device for device in earlier.device if device.name == before.name), None)
            if found is None:
                return Message("device_left_file", device=before.name)
            if "datastream" in keys:
                keys["datastream"] = merged(found.datastream, before.datastream, after.datastream)
            document.save(_with_keys(earlier, before.name, keys))
        except PinbridgeError as error:
            return message_of(error)
        self._follow(earlier, document.config, document)
        return None


def place_of(ports: list[PortInfo], addresses: list[str], chosen: str) -> str:
    """What the bench file calls the port that the system calls `chosen`."""
    found = [address for info, address in zip(ports, addresses, strict=True) if info.device == chosen]
    return found[0] if found else chosen


def _with_keys(config: BenchConfig, name: str, keys: Mapping[str, Any]) -> BenchConfig:
    """`config`, in which the device `name` has other values for `keys`."""
    devices = tuple(
        msgspec.structs.replace(device, **keys) if device.name == name else device for device in config.device
    )
    return msgspec.structs.replace(config, device=devices)

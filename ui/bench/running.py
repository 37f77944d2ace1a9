"""The running bench as the editor's panels see it: the boards' lines at hand, and their status.

Invariant: nothing is read for a device that the bench does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.bench.status import REDACTED, ConsoleLine, DeviceStatus
from app.wire.readings import Kind
from ui.bench.model.draft import Draft, Node
from ui.running.connection import Connection

_LINES = 1000


class Running:
    """Implements `ui.bench.panels.LiveView` for the window's bench."""

    def __init__(
        self, connection: Connection, draft: Draft, renamed: Callable[[], Mapping[str, str]]
    ) -> None:
        """`renamed` maps names in the bench file to those in the running bench, if they differ."""
        self._connection, self._draft, self._renamed = connection, draft, renamed

    def texts(self, device: Node) -> Sequence[str]:
        """The lines at hand of a device, the newest last; empty if it does not run.

        Lines of which a part is not shown are left out, because they cannot be judged again.
        """
        verdicts = (line.verdict for line in self._lines(device))
        return [each.text for each in verdicts if each.kind is not Kind.PARTIAL and REDACTED not in each.text]

    def times_us(self, device: Node) -> Sequence[int]:
        """When the accepted lines at hand have come, in microseconds since 1970, oldest first."""
        return [line.received_at_us for line in self._lines(device) if line.verdict.kind is Kind.ACCEPTED]

    def status(self, device: Node) -> DeviceStatus | None:
        """The status of a device; None if it does not run."""
        bench, name = self._connection.bench, self._name(device)
        found = bench.status().devices if bench is not None else ()
        return next((known for known in found if known.name == name and not known.orphan), None)

    def waiting(self, device: Node) -> int:
        """How many readings of a device of the bench file wait to be sent, or are held."""
        return self.waiting_of(self._draft.name_before(device))

    def waiting_of(self, name: str) -> int:
        """The same for a device by its name in the bench file; 0 if that is empty: the device is new."""
        return self._connection.waiting(self._renamed().get(name, name)) if name else 0

    def readings(self, device: Node, datastream: Node) -> int | None:
        """How many readings a device has of a datastream, in all runs; None if it does not run."""
        status = self.status(device)
        if status is None:
            return None
        pin, number = datastream.get("virtual_pin"), datastream.get("id")
        return sum(
            row.counts.readings for row in status.datastreams if row.target in (f"v{pin}", f"ds{number}")
        )

    def _lines(self, device: Node) -> Sequence[ConsoleLine]:
        bench, name = self._connection.bench, self._name(device)
        if bench is None or all(known.name != name for known in bench.config.device):
            return ()
        return bench.console(name, 0, _LINES)

    def _name(self, device: Node) -> str:
        """The name of a device in the running bench; empty if it is new."""
        name = self._draft.name_before(device)
        return self._renamed().get(name, name)

"""What a person can do to the device that is looked at.

Invariants: nothing that cannot be undone is done unasked; what went wrong, and what was done, is told in one
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from app.bench.status import BenchStatus, DeviceStatus
from ui.boards.port_choice import PortChoice
from ui.contract import BenchView
from ui.dialogs.asking import ask

_T = TypeVar("_T")

ShowMessage = Callable[[str, str], None]
"""Says a sentence in a tone: `good`, `warn` or `bad`."""


class DeviceActions:
    """Buttons and menus lead here; each act is one call of the bench."""

    def __init__(self, window: QWidget, show_message: ShowMessage, deleted: Callable[[], None]) -> None:
        """`deleted` is called when a device's readings are gone, so that their curves go too."""
        self._window = window
        self._show_message = show_message
        self._deleted = deleted
        self._bench: BenchView | None = None
        self._device = ""

    def look_at(self, bench: BenchView | None, device: str) -> None:
        """The device that the actions are for from now on; None for none."""
        self._bench, self._device = bench, device

    def status(self) -> DeviceStatus | None:
        """The device as it is now."""
        status: BenchStatus | None = self._bench.status() if self._bench else None
        return next((d for d in status.devices if d.name == self._device), None) if status else None

    def try_now(self) -> None:
        """Wait no longer before the next call to the cloud."""
        self._do(lambda bench, device: bench.try_now(device))

    def send(self, text: str, line_end: str) -> None:
        """Send a line to the board."""
        if self._do(lambda bench, device: bench.send(device, text, line_end)) is False:
            self._show_message(f"{self._device}: the line was not sent, for the port is not open.", "bad")

    def release_or_take_port(self, *, released: bool) -> None:
        """Let go of the port for an upload, or take it back where it is released."""
        if released:
            self._do(lambda bench, device: bench.take_port(device))
        else:
            self._do(lambda bench, device: bench.release_port(device))

    def choose_port(self) -> None:
        """Ask which of several boards is meant."""
        device = self.status()
        if device and device.link.choices:
            PortChoice(
                device.name,
                device.link.choices,
                lambda port: self._do(lambda bench, name: bench.choose_port(name, port)),
                self._window,
            ).open()

    def record(self, on: bool) -> None:
        """Begin or end a recording."""
        self._do(lambda bench, device: bench.record(device, on))

    def resend(self, target: str | None, ids: Collection[int] | None) -> None:
        """Send refused readings again."""
        count = self._do(lambda bench, device: bench.resend(device, target, ids))
        if count is not None:
            self._show_message(f"{self._device}: {count:,} refused readings go to the cloud again.", "good")

    def skip(self) -> None:
        """Give up the reading that a pin is stuck on."""
        skipped = self._do(lambda bench, device: bench.skip(device))
        if skipped is not None:
            self._show_message(
                f"{self._device}: the reading was skipped; it stands among the refused ones."
                if skipped
                else f"{self._device}: no reading blocks the way now.",
                "good",
            )

    def send_here(self) -> None:
        """Let held readings go to the present account."""
        device = self.status()
        if device:
            self._ask(
                "Send held readings here",
                f"{device.counts.held:,} readings of {device.name} were meant for another token or server. "
                f"Send them to {device.server}?",
                "Send here",
                lambda bench, name: bench.send_here(name),
                "held readings go to the cloud.",
            )

    def discard(self) -> None:
        """Give up held readings."""
        device = self.status()
        if device:
            self._ask(
                "Discard held readings",
                f"{device.counts.held:,} readings of {device.name} wait for a person's word. "
                "Never send them? They stay in the journal and in its export.",
                "Discard",
                lambda bench, name: bench.discard(name),
                "held readings will not be sent.",
            )

    def delete_data(self) -> None:
        """Delete all that the journal holds of the device."""
        device = self.status()
        if device:
            pending = device.counts.pending
            unsent = f" {pending:,} of them have not been sent." if pending else ""
            self._ask(
                "Delete data",
                f"Delete all {device.counts.readings:,} readings of {device.name} from the journal?{unsent} "
                "This cannot be undone.",
                "Delete",
                self._delete,
                "readings were deleted.",
            )

    def _delete(self, bench: BenchView, device: str) -> int:
        count = bench.delete_data(device)
        self._deleted()
        return count

    def _ask(self, title: str, text: str, yes: str, act: Callable[[BenchView, str], int], done: str) -> None:
        def go() -> None:
            count = self._do(act)
            if count is not None:
                self._show_message(f"{self._device}: {count:,} {done}", "good")

        ask(self._window, title, text, yes, go)

    def _do(self, act: Callable[[BenchView, str], _T]) -> _T | None:
        """Call the bench; None where that failed, which has been told then."""
        if self._bench is None or not self._device:
            return None
        try:
            return act(self._bench, self._device)
        except (ValueError, OSError) as error:
            self._show_message(str(error), "bad")
            return None

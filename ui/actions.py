"""The user's actions on the device that is shown.

Invariants: an action that cannot be undone asks the user first; an error, or a result that would be invisible
otherwise, is shown in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from app.bench.status import BenchStatus, DeviceStatus
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui.boards.port_choice import PortChoice
from ui.contract import BenchView
from ui.dialogs.asking import Question, ask

_T = TypeVar("_T")

ShowMessage = Callable[[Message, str], None]
"""Shows a message in a tone: `good`, `warn` or `bad`."""


class DeviceActions:
    """The actions behind buttons and menus; each makes one call to the bench."""

    def __init__(self, window: QWidget, show_message: ShowMessage, deleted: Callable[[], None]) -> None:
        """`deleted` is called after readings were deleted, so that the window removes their curves."""
        self._window = window
        self._show_message = show_message
        self._deleted = deleted
        self._bench: BenchView | None = None
        self._device = ""

    def look_at(self, bench: BenchView | None, device: str) -> None:
        """Apply the actions to this device of `bench` from now on, or to no device if `bench` is None."""
        self._bench, self._device = bench, device

    def status(self) -> DeviceStatus | None:
        """The present status of the device; None if there is no such device."""
        status: BenchStatus | None = self._bench.status() if self._bench else None
        return next((d for d in status.devices if d.name == self._device), None) if status else None

    def try_now(self) -> None:
        """Make the next call to the cloud without waiting any longer."""
        self._do(lambda bench, device: bench.try_now(device))

    def send(self, text: str, line_end: str) -> None:
        """Send a line to the board."""
        if self._do(lambda bench, device: bench.send(device, text, line_end)) is False:
            self._show_message(Message("line_not_sent", device=self._device), "bad")

    def release_or_take_port(self, *, released: bool) -> None:
        """Release the port for a sketch upload; if it is released already, take it back."""
        if released:
            self._do(lambda bench, device: bench.take_port(device))
        else:
            self._do(lambda bench, device: bench.release_port(device))

    def choose_port(self) -> None:
        """Let the user choose the device's board among several that match."""
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
        """Send refused readings again: those of `ids`, of `target`, or all if both are None."""
        count = self._do(lambda bench, device: bench.resend(device, target, ids))
        if count is not None:
            self._show_message(Message("refused_sent_again", device=self._device, count=count), "good")

    def skip(self) -> None:
        """Refuse the readings that block a datastream, so that later readings can be sent."""
        skipped = self._do(lambda bench, device: bench.skip(device))
        if skipped is not None:
            code = "reading_skipped" if skipped else "nothing_to_skip"
            self._show_message(Message(code, device=self._device), "good")

    def send_here(self) -> None:
        """If the user agrees, send the held readings to the device's present account."""
        device = self.status()
        if device:
            question = Message(
                "ask_send_here", count=device.counts.held, device=device.name, server=device.server
            )
            self._ask(
                Question("title_send_here", question, "button_send_here"),
                lambda bench, name: bench.send_here(name),
                "held_sent_here",
            )

    def discard(self) -> None:
        """If the user agrees, discard the held readings, which are then never sent."""
        device = self.status()
        if device:
            question = Message("ask_discard", count=device.counts.held, device=device.name)
            self._ask(
                Question("title_discard", question, "button_discard"),
                lambda bench, name: bench.discard(name),
                "held_discarded",
            )

    def delete_data(self) -> None:
        """If the user agrees, delete all readings of the device from the journal."""
        device = self.status()
        if device:
            question = Message("ask_delete", count=device.counts.readings, device=device.name)
            if device.counts.pending:
                question = Message("ask_delete_unsent", question=question, unsent=device.counts.pending)
            self._ask(Question("title_delete", question, "button_delete"), self._delete, "data_deleted")

    def _delete(self, bench: BenchView, device: str) -> int:
        count = bench.delete_data(device)
        self._deleted()
        return count

    def _ask(self, question: Question, act: Callable[[BenchView, str], int], done: str) -> None:
        """Ask; if the user agrees, call `act` and show the message `done` with the count it returned."""

        def go() -> None:
            count = self._do(act)
            if count is not None:
                self._show_message(Message(done, device=self._device, count=count), "good")

        ask(self._window, question, go)

    def _do(self, act: Callable[[BenchView, str], _T]) -> _T | None:
        """Call `act` and return its result; show an error and return None if the call fails."""
        if self._bench is None or not self._device:
            return None
        try:
            return act(self._bench, self._device)
        except (PinbridgeError, OSError) as error:
            self._show_message(message_of(error), "bad")
            return None

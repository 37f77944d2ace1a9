"""The user's actions on a device: the one that is shown, or the one of a notice.

Invariants: the user is asked before anything that cannot be undone; every error is reported in one sentence,
and so is every result that the user would not see otherwise; the window does not wait for the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.bench.status import BenchStatus, DeviceStatus
from app.errors import PinbridgeError, message_of
from app.messages.message import Message
from ui import lights
from ui.boards.connection_bar import ConnectionBar
from ui.contract import BenchView
from ui.dialogs.asking import Question, ask
from ui.dialogs.decision_job import DecisionJob
from ui.situation import Notice

_DELETED = "data_deleted"
_T = TypeVar("_T")

ShowMessage = Callable[[Message, str], None]
"""Arguments: the message to show, and its tone: `good`, `warn` (a warning) or `bad` (an error)."""


class DeviceActions:
    """The actions behind buttons and menus. Each action makes one request to the bench.

    Where an action takes a device, the empty string stands for the one that was last passed to `look_at`.
    """

    def __init__(self, window: QWidget, show_message: ShowMessage, deleted: Callable[[], None]) -> None:
        """`deleted` is called after `delete_data`, so that the window can remove the curves."""
        self._window = window
        self._show_message = show_message
        self._deleted = deleted
        self._bench: BenchView | None = None
        self._device = ""
        self._jobs: list[DecisionJob] = []

    @property
    def device(self) -> str:
        """The name of the device that was last passed to `look_at`."""
        return self._device

    def connect_bar(self, bar: ConnectionBar) -> None:
        """Connect the buttons of the bar."""
        bar.record_asked.connect(self.record)
        bar.release_asked.connect(lambda released: self.release_or_take_port(released=released))
        bar.page_button.clicked.connect(self.open_cloud_page)

    def look(self) -> list[Notice]:
        """Report the decisions that are over. Returns a notice for each one that is still carried out."""
        for job in [job for job in self._jobs if job.is_over]:
            self._jobs.remove(job)
            self._report(job)
        return [Notice("good", Message("journal_is_changed", device=job.device)) for job in self._jobs]

    def take_over(self, other: DeviceActions) -> None:
        """Report the decisions that the user has made in another window, which then knows them no more."""
        self._jobs, other._jobs = other._jobs, []

    def look_at(self, bench: BenchView | None, device: str) -> None:
        """Use `device` of `bench` for all actions from now on. If `bench` is None, the actions do nothing."""
        self._bench, self._device = bench, device

    def status(self, device: str = "") -> DeviceStatus | None:
        """The current status of a device. None if there is no bench, or if the bench has no such device."""
        status: BenchStatus | None = self._bench.status() if self._bench else None
        name = device or self._device
        return next((d for d in status.devices if d.name == name), None) if status else None

    def try_now(self, device: str = "") -> None:
        """Try at once to send the readings of a device, without waiting for the next retry."""
        self._do(lambda bench, name: bench.try_now(name), device)

    def open_cloud_page(self) -> None:
        """Open the web page of the device's cloud in the browser: Blynk's, or that of a local cloud."""
        device = self.status()
        if device is None or not device.server:
            self._show_message(Message("no_cloud_page"), "warn")
        elif not QDesktopServices.openUrl(QUrl(device.server)):
            self._show_message(Message("cloud_page_not_opened", server=device.server), "bad")

    def send(self, text: str, line_end: str) -> None:
        """Send a line to the board."""
        if self._do(lambda bench, device: bench.send(device, text, line_end)) is False:
            self._show_message(Message("line_not_sent", device=self._device), "bad")

    def release_or_take_port(self, device: str = "", *, released: bool) -> None:
        """Reopen the port of a device if it is `released`; otherwise release it for a sketch upload."""
        if released:
            self._do(lambda bench, name: bench.take_port(name), device)
        else:
            self._do(lambda bench, name: bench.release_port(name), device)

    def choose_port(self, device: str = "") -> None:
        """If several boards match a device, let the user choose one of them."""
        from ui.boards.port_choice import PortChoice  # seldom needed

        status = self.status(device)
        if status and status.link.choices:
            PortChoice(
                status.name,
                status.link.choices,
                lambda port: self._do(lambda bench, name: bench.choose_port(name, port), status.name),
                self._window,
            ).open()

    def record(self, on: bool) -> None:
        """Start a recording if `on` is true, otherwise end it."""
        self._do(lambda bench, device: bench.record(device, on))

    def resend(self, target: str | None, ids: Collection[int] | None) -> None:
        """Send again the refused readings that are for `target` and whose id is in `ids`.

        If `target` is None, it stands for all targets. If `ids` is None, it stands for all reading ids.
        """
        self._decide(lambda bench, name: bench.resend(name, target, ids), "refused_sent_again")

    def send_again(self, device: str, targets: tuple[str, ...]) -> None:
        """Send again all refused readings of a device that are for one of `targets`."""
        self._decide(
            lambda bench, name: sum(bench.resend(name, target) for target in targets),
            "refused_sent_again",
            device,
        )

    def skip(self, device: str = "") -> None:
        """Give the fate "refused" to the readings that block a datastream.

        Later readings of the datastream can then be sent.
        """
        skipped = self._do(lambda bench, name: bench.skip(name), device)
        if skipped is not None:
            code = "reading_skipped" if skipped else "nothing_to_skip"
            self._show_message(Message(code, device=device or self._device), "good")

    def send_here(self, device: str = "") -> None:
        """If the user agrees, send the held readings to the account that the device uses now."""
        status = self.status(device)
        if status:
            question = Message(
                "ask_send_here", count=status.counts.held, device=status.name, server=status.server
            )
            self._ask(
                Question("title_send_here", question, "button_send_here"),
                lambda bench, name: bench.send_here(name),
                "held_sent_here",
                status.name,
            )

    def discard_refused(self, target: str | None, ids: Collection[int] | None) -> None:
        """If the user agrees, discard refused readings, chosen as in `resend`: they are not sent again."""
        status = self.status()
        if status:
            self._ask(
                Question(
                    "title_discard_refused",
                    self._what_to_discard(status, target, ids),
                    "button_discard",
                ),
                lambda bench, name: bench.discard_refused(name, target, ids),
                "refused_discarded",
                status.name,
            )

    def discard_targets(self, device: str, targets: tuple[str, ...]) -> None:
        """If the user agrees, discard all refused readings of a device that are for one of `targets`."""
        status = self.status(device)
        if status:
            concerned = [refusal for refusal in status.refusals if set(refusal.targets) & set(targets)]
            count = sum(refusal.count for refusal in concerned)
            self._ask(
                Question(
                    "title_discard_refused",
                    Message("ask_discard_refused", count=count, device=status.name),
                    "button_discard",
                ),
                lambda bench, name: sum(bench.discard_refused(name, target) for target in targets),
                "refused_discarded",
                status.name,
            )

    def discard(self, device: str = "") -> None:
        """If the user agrees, discard the held readings, so that they are never sent."""
        status = self.status(device)
        if status:
            question = Message("ask_discard", count=status.counts.held, device=status.name)
            self._ask(
                Question("title_discard", question, "button_discard"),
                lambda bench, name: bench.discard(name),
                "held_discarded",
                status.name,
            )

    def decide_unassigned(self, bench: BenchView, device: str, *, send: bool) -> None:
        """Send the readings that arrived while `device` had no server; or else discard them.

        `bench` has just been started. `look` reports the result.
        """
        done = "old_readings_sent" if send else "old_readings_kept"
        job = DecisionJob(device, done, lambda: bench.decide_unassigned(device, send=send))
        job.start()
        self._jobs.append(job)

    def report(self, message: Message, tone: str = "bad") -> None:
        """Show a message that belongs to an action of the user."""
        self._show_message(message, tone)

    def delete_data(self) -> None:
        """If the user agrees, delete from the journal all readings of the device that is shown."""
        device = self.status()
        if device:
            question = Message("ask_delete", count=device.counts.readings, device=device.name)
            if device.counts.pending:
                question = Message("ask_delete_unsent", question=question, unsent=device.counts.pending)
            self._ask(
                Question("title_delete", question, "button_delete"),
                lambda bench, name: bench.delete_data(name),
                _DELETED,
                device.name,
            )

    def _what_to_discard(
        self, device: DeviceStatus, target: str | None, ids: Collection[int] | None
    ) -> Message:
        """The question whether to discard refused readings of `device`."""
        if ids is not None:
            return Message("ask_discard_refused", count=len(ids), device=device.name)
        if target is not None:
            return Message("ask_discard_refused_of", device=device.name, target=target)
        return Message("ask_discard_refused", count=lights.unsent(device).refused, device=device.name)

    def _ask(self, question: Question, act: Callable[[BenchView, str], int], done: str, device: str) -> None:
        """Ask `question`. If the user agrees, carry out the decision as `_decide` does."""
        ask(self._window, question, lambda: self._decide(act, done, device))

    def _decide(self, act: Callable[[BenchView, str], int], done: str, device: str = "") -> None:
        """Call `act`, which changes the journal, and report how many readings were affected.

        `act` returns this number. `done` is the code of the message that reports it. If the change takes
        longer, `look` reports it.
        """
        bench, name = self._bench, device or self._device
        if bench is None or not name:
            return
        job = DecisionJob(name, done, lambda: act(bench, name))
        if job.start():
            self._report(job)
        else:
            self._jobs.append(job)

    def _report(self, job: DecisionJob) -> None:
        if job.done == _DELETED and not job.failed:
            self._deleted()
        self._show_message(job.result, "bad" if job.failed else "good")

    def _do(self, act: Callable[[BenchView, str], _T], device: str = "") -> _T | None:
        """Call `act` with the bench and a device, and return its result.

        If there is no device, return None. If the call fails, show the error and return None.
        """
        name = device or self._device
        if self._bench is None or not name:
            return None
        try:
            return act(self._bench, name)
        except (PinbridgeError, OSError) as error:
            self._show_message(message_of(error), "bad")
            return None

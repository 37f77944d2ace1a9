"""The user's actions on a device: the one that is shown, or the one of a notice.

Invariants: the user is asked before anything that cannot be undone, unless it would be refused anyway; every
error is reported in one sentence, and so is every result that the user would not see otherwise; the window
does not wait for the journal.
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
from ui.dialogs.decision_job import Decision, DecisionJob
from ui.dialogs.job import Progress
from ui.situation import Notice, ShowMessage

_DELETE = Decision("data_is_deleted", "data_deleted", "deleting_cancelled")
_DISCARD_HELD = Decision("readings_are_discarded", "held_discarded", "discarding_cancelled")
_DISCARD_REFUSED = Decision("readings_are_discarded", "refused_discarded", "discarding_cancelled")
_DISCARD_OLD = Decision("readings_are_discarded", "old_readings_kept", "discarding_cancelled")
_SEND_HELD = Decision("readings_are_prepared", "held_sent_here", "sending_cancelled")
_SEND_AGAIN = Decision("readings_are_prepared", "refused_sent_again", "sending_cancelled")
_SEND_OLD = Decision("readings_are_prepared", "old_readings_sent", "sending_cancelled")
_T = TypeVar("_T")

Act = Callable[[BenchView, str, Progress], int]
"""Changes readings of a device in the journal. Returns how many."""


class DeviceActions:
    """The actions behind buttons and menus. Each action makes one request to the bench.

    Where an action takes a device, the empty string stands for the one that was last passed to `look_at`.
    """

    def __init__(
        self,
        window: QWidget,
        show_message: ShowMessage,
        deleted: Callable[[str], None],
        acted: Callable[[], object] = lambda: None,
    ) -> None:
        """`deleted` is called with a device whose data were deleted, so that its curves can be removed.

        `acted` is called with each action, because the status will change.
        """
        self._window = window
        self._show_message = show_message
        self._deleted, self._acted = deleted, acted
        self._bench: BenchView | None = None
        self._device = ""
        self._jobs: list[DecisionJob] = []
        self.is_connected: Callable[[], bool] = lambda: True
        """Whether the bench is connected."""

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
        return [job.notice for job in self._jobs]

    def end_decisions(self) -> None:
        """Cancel the decisions that are still carried out, because their bench stops. `look` reports them."""
        for job in self._jobs:
            job.cancel()
        for job in self._jobs:
            job.end()

    def cut_off(self) -> list[Message]:
        """What `end_decisions` would cancel now."""
        return [Message("ask_close_decision", device=job.device) for job in self._jobs if not job.is_over]

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
            self._show_message(Message("line_not_sent"), "bad", self._device)

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
        self._decide(lambda bench, name, tell: bench.resend(name, target, ids, tell), _SEND_AGAIN)

    def send_again(self, device: str, targets: tuple[str, ...]) -> None:
        """Send again all refused readings of a device that are for one of `targets`."""
        total = self._refused_for(device, targets)

        def act(bench: BenchView, name: str, tell: Progress) -> int:
            return _in_turn(targets, total, tell, lambda target, told: bench.resend(name, target, None, told))

        self._decide(act, _SEND_AGAIN, device)

    def skip(self, device: str = "") -> None:
        """Give the fate "refused" to the readings that block a datastream.

        Later readings of the datastream can then be sent.
        """
        skipped = self._do(lambda bench, name: bench.skip(name), device)
        if skipped is not None:
            code = "reading_skipped" if skipped else "nothing_to_skip"
            self._show_message(Message(code), "good", device or self._device)

    def send_here(self, device: str = "") -> None:
        """If the user agrees, send the held readings to the account that the device uses now."""
        status = self.status(device)
        if status:
            question = Message(
                "ask_send_here", count=status.counts.held, device=status.name, server=status.server
            )
            self._ask(
                Question("title_send_here", question, "button_send_here"),
                lambda bench, name, tell: bench.send_here(name, tell),
                _SEND_HELD,
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
                lambda bench, name, tell: bench.discard_refused(name, target, ids, tell),
                _DISCARD_REFUSED,
                status.name,
            )

    def discard_targets(self, device: str, targets: tuple[str, ...]) -> None:
        """If the user agrees, discard all refused readings of a device that are for one of `targets`."""
        status = self.status(device)
        if status:
            count = self._refused_for(device, targets)

            def act(bench: BenchView, name: str, tell: Progress) -> int:
                return _in_turn(
                    *(targets, count, tell),
                    lambda target, told: bench.discard_refused(name, target, None, told),
                )

            self._ask(
                Question(
                    "title_discard_refused",
                    Message("ask_discard_refused", count=count, device=status.name),
                    "button_discard",
                ),
                act,
                _DISCARD_REFUSED,
                status.name,
            )

    def discard(self, device: str = "") -> None:
        """If the user agrees, discard the held readings, so that they are never sent."""
        status = self.status(device)
        if status:
            question = Message("ask_discard", count=status.counts.held, device=status.name)
            self._ask(
                Question("title_discard", question, "button_discard"),
                lambda bench, name, tell: bench.discard(name, tell),
                _DISCARD_HELD,
                status.name,
            )

    def decide_unassigned(self, bench: BenchView, device: str, *, send: bool) -> None:
        """Send the readings that arrived while `device` had no server; or else discard them.

        The device has a server in `bench` now. `look` reports the result.
        """
        decision = _SEND_OLD if send else _DISCARD_OLD
        job = DecisionJob(
            device, decision, lambda tell: bench.decide_unassigned(device, send=send, progress=tell)
        )
        job.begin()
        self._jobs.append(job)

    def report(self, message: Message, tone: str = "bad") -> None:
        """Show a message that belongs to an action of the user."""
        self._show_message(message, tone)

    def delete_data(self) -> None:
        """If the user agrees, delete from the journal all readings of the device that is shown."""
        device = self.status()
        if device:
            question = Message("ask_delete", count=device.kept, device=device.name)
            if device.counts.pending:
                question = Message("ask_delete_unsent", question=question, unsent=device.counts.pending)
            self._ask(
                Question("title_delete", question, "button_delete"),
                lambda bench, name, tell: bench.delete_data(name, tell),
                _DELETE,
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

    def _refused_for(self, device: str, targets: tuple[str, ...]) -> int:
        """How many refused readings of a device have a reason that also concerns one of `targets`."""
        status = self.status(device)
        refusals = status.refusals if status else ()
        return sum(refusal.count for refusal in refusals if set(refusal.targets) & set(targets))

    def _ask(self, question: Question, act: Act, decision: Decision, device: str) -> None:
        """Ask `question`, unless the answer would be refused. If the user agrees, `_decide`."""
        if refusal := self._refusal(device):
            self._show_message(refusal, "warn", device)
            return
        ask(self._window, question, lambda: self._decide(act, decision, device))

    def _decide(self, act: Act, decision: Decision, device: str = "") -> None:
        """Let `act` change the journal, and report how many readings were affected.

        If the change takes longer, `look` reports it. Only one is made of each device at a time.
        """
        bench, name = self._bench, device or self._device
        if bench is None or not name:
            return
        if refusal := self._refusal(name):
            self._show_message(refusal, "warn", name)
            return
        self._acted()
        job = DecisionJob(name, decision, lambda tell: act(bench, name, tell))
        if job.begin():
            self._report(job)
        else:
            self._jobs.append(job)

    def _refusal(self, device: str) -> Message | None:
        """Why no readings of a device can be changed now; None if they can."""
        status = self.status(device)
        if status is not None and status.replay:
            return Message("run_only_shown")
        if not self.is_connected():
            return Message("decision_needs_connection")
        if any(job.device == device and not job.is_over for job in self._jobs):
            return Message("decision_runs_already")
        return None

    def _report(self, job: DecisionJob) -> None:
        if job.decision is _DELETE and job.result is not None:
            self._deleted(job.device)
        self._show_message(*job.outcome)

    def _do(self, act: Callable[[BenchView, str], _T], device: str = "") -> _T | None:
        """Call `act` with the bench and a device, and return its result.

        If there is no device, return None. If the call fails, show the error and return None.
        """
        name = device or self._device
        if self._bench is None or not name:
            return None
        self._acted()
        try:
            return act(self._bench, name)
        except (PinbridgeError, OSError) as error:
            self._show_message(message_of(error), "bad")
            return None


def _in_turn(
    targets: tuple[str, ...], total: int, tell: Progress, act: Callable[[str, Progress], int]
) -> int:
    """Call `act` for each of `targets`, which have `total` readings together. Returns the sum."""
    done = 0

    def told(seen: int, of: int) -> None:
        tell(done + seen, max(done + of, total))

    for target in targets:
        done += act(target, told)
    return done

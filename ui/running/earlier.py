"""Asks whose earlier readings are, and whether to send those too that were meant for no account.

These came while a device had no server, or a token that its server has never accepted.

Invariants: nothing is asked about a board that can be recognised, nor twice about one that stays plugged in;
no reading is sent, discarded or taken for another board's before the user has answered; Escape connects
nothing, or leaves the readings held; Return gives the answer that sends no earlier readings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

from app.bench.status import EarlierReadings
from app.config.addresses import port_identity
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages.message import Message
from ui import wording
from ui.actions import DeviceActions
from ui.boards.newcomer import DEVICE_NAME, NewcomerForm
from ui.contract import BenchView, FindEarlier
from ui.dialogs.asking import Choice, choose
from ui.running.pending_accounts import has_account_of, in_running

Then = Callable[[], object]


class Answered(Protocol):
    """Does what the user has answered."""

    def __call__(self, *, send: bool) -> object:
        """`send` is whether to send the readings too."""


class EarlierQuestions:
    """The questions before connecting, or when a running device gets a server, and what follows from them."""

    def __init__(
        self,
        form: NewcomerForm,
        find: FindEarlier | None,
        actions: DeviceActions,
    ) -> None:
        """If `find` is None, nothing is asked."""
        self._form = form
        self._find = find
        self._actions = actions
        self._box: QMessageBox | None = None
        self._unassigned: list[str] = []
        """The devices with readings that were meant for no account, about which the user has decided."""
        self._send = False
        self._notes: dict[Message, str] = {}
        """What to say, with its tone, as soon as a bench runs: connecting clears all notices."""

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return self._box is not None

    def ask_which_board(self, then: Then) -> None:
        """Find the journal of the form's board, then call `then`, unless the user cancels."""
        journals, board = self._form.journals, self._form.board
        if self._find is None:
            then()
            return
        self._meet_old_journal(self._find, board)
        path = journals.path(board)
        found = EarlierReadings() if journals.is_known(board) else self._find(path, DEVICE_NAME)

        def same() -> None:
            journals.take(board, path)
            then()

        def another() -> None:
            if found.waiting:
                self._notes[Message("other_board_waits", count=found.waiting, path=str(path))] = "warn"
            journals.begin(board)
            self._form.show_token()
            then()

        if not found.readings:
            same()
            return
        self._ask(
            "title_same_board",
            _about(found),
            Choice("button_same_board", same),
            Choice("button_another_board", another),
        )

    def ask_about_unsent(self, config: BenchConfig, then: Then) -> None:
        """If devices of `config` had no server before, ask whether to send what they plotted; call `then`."""
        counts = self._plotted(config, [device.name for device in config.device if _forwards(device)])
        self._unassigned = list(counts)

        def answered(*, send: bool) -> None:
            self._send = send
            then()

        if counts:
            self._ask_whether_to_send("ask_old_readings", counts, answered)
        else:
            then()

    def before_change(
        self, bench: BenchView, after: BenchConfig, typed: Collection[str], renamed: Mapping[str, str]
    ) -> Then:
        """Prepare the question about devices of a running bench that get a server or another token.

        Call it before the bench gets `after`, and what it returns when the bench has it. `typed` are the
        devices whose tokens the user has typed; `renamed` maps new names of devices to old ones. Until the
        answer the readings are held, and they stay so if the user cancels.
        """
        old = {
            name: device
            for name, device in in_running(after, bench.config, renamed).items()
            if _forwards(device)
        }
        other = [
            device.name
            for device in after.device
            if device.name in old
            and _forwards(device)
            # The others have the same token as before.
            and (device.name in typed or not has_account_of(device, old[device.name]))
        ]
        names = {old[name].name: name for name in other}
        counted = {names[name]: count for name, count in self._plotted(bench.config, names).items()}

        def ask() -> None:
            new = [d.name for d in bench.config.device if _forwards(d) and d.name not in old]
            self._ask_in_running(bench, "ask_old_readings", self._plotted(bench.config, new))
            found = self._plotted(bench.config, other)
            grown = {name: count for name, count in found.items() if count > counted.get(name, 0)}
            self._ask_in_running(bench, "ask_refused_readings", grown)

        return ask

    def _ask_in_running(self, bench: BenchView, code: str, counts: Mapping[str, int]) -> None:
        """Ask about readings of a running bench, `counts` by device, unless another question is open."""

        def answered(*, send: bool) -> None:
            for device in counts:
                self._actions.decide_unassigned(bench, device, send=send)

        if counts and not self.is_open:
            self._ask_whether_to_send(code, counts, answered, QApplication.activeWindow())

    def carry_out(self, bench: BenchView) -> Then:
        """Do in `bench`, which has just been started, what the user has decided.

        Returns what asks about readings for a token that was corrected before the start.
        """
        for device in self._unassigned:
            self._actions.decide_unassigned(bench, device, send=self._send)
        decided, self._unassigned = self._unassigned, []

        def ask() -> None:
            rest = [d.name for d in bench.config.device if _forwards(d) and d.name not in decided]
            self._ask_in_running(bench, "ask_refused_readings", self._plotted(bench.config, rest))

        return ask

    def show_notes(self) -> None:
        """Say where readings are that the bench does not have."""
        for note, tone in self._notes.items():
            self._actions.report(note, tone)
        self._notes = {}

    def _plotted(self, config: BenchConfig, devices: Iterable[str]) -> dict[str, int]:
        """How many readings were meant for no account, for each of `devices` that has such readings."""
        journal, find = Path(config.bench.journal), self._find
        counts = {device: find(journal, device).unassigned for device in devices} if find else {}
        return {device: count for device, count in counts.items() if count}

    def _ask_whether_to_send(
        self, code: str, counts: Mapping[str, int], answered: Answered, parent: QWidget | None = None
    ) -> None:
        self._ask(
            "title_old_readings",
            Message(code, count=sum(counts.values())),
            Choice("button_send_too", lambda: answered(send=True)),
            Choice("button_do_not_send", lambda: answered(send=False)),
            parent,
        )

    def _ask(
        self, title: str, message: Message, change: Choice, default: Choice, parent: QWidget | None = None
    ) -> None:
        """Ask in front of `parent`; of this window if that is None, or a dialog, which may be closing."""
        if parent is None or isinstance(parent, QDialog):
            parent = self._form.window()

        def closed(act: Then | None) -> None:
            self._box = None
            if act:
                act()

        self._box = choose(parent, title, message, (change, default), closed)

    def _meet_old_journal(self, find: FindEarlier, board: str) -> None:
        """Let the board that was used last continue the journal which earlier versions kept for all boards.

        It does so while that journal has pending readings. The user is told where it is.
        """
        journals, settings = self._form.journals, self._form.journals.settings
        if not journals.old.exists():
            return
        settings.old_board = settings.old_board or self._form.address_of(settings.last_port) or board
        found = find(journals.old, DEVICE_NAME)
        journals.old_board = port_identity(settings.old_board) if found.waiting + found.unassigned else ""
        if journals.path(board) == journals.old:
            return
        path = str(journals.old)
        if found.waiting:
            note = Message("old_journal_waits", count=found.waiting, path=path, port=settings.old_board)
            self._notes[wording.of_port(settings.old_board, note)] = "warn"
        elif found.readings and not settings.old_journal_told:
            settings.old_journal_told = True
            self._notes[Message("old_journal_kept", path=path)] = "good"


def _about(found: EarlierReadings) -> Message:
    """The question whether the board is the one that sent the readings in `found`."""
    if found.last_at_us is None:
        return Message("ask_same_board_undated", count=found.readings)
    at = datetime.fromtimestamp(found.last_at_us / 1e6).astimezone()
    return Message("ask_same_board", count=found.readings, at=f"{at:%Y-%m-%d %H:%M}")


def _forwards(device: DeviceConfig) -> bool:
    """Whether the readings of `device` are sent to its server."""
    from app.bench.forwarding import not_forwarded_reason  # only here, so that the window opens sooner

    return bool(device.server) and not not_forwarded_reason(device)

"""The form for a single board: port, baud rate, server and token. Shown if no bench file is open.

Invariants: the typed token is masked; its field is emptied on connect; the token is used only for the server
and the board that the user chose along with it; each board has a journal of its own; when the list of ports
changes, the port that the user has chosen stays chosen. The board of an earlier Connect gives way to another
one while it is not there, so that nobody connects what somebody else has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIntValidator
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.bench.status import PortInfo, addresses
from app.config import board_names
from app.config.addresses import BLYNK_REGIONS, REPLAY, SIMULATED, USB, recording_path
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.config.errors import ConfigError
from app.config.loading import with_paths
from app.messages.languages import text, text_of
from ui.boards.journals import BoardJournals
from ui.boards.keep_box import KeepBox
from ui.boards.live_fields import LiveFields
from ui.boards.port_list import PortEntry, address_now, entries, in_order, is_there, name_of, offered
from ui.settings import Settings
from ui.widgets.editable_box import FIELD_PX, editable_box, line_of

DEVICE_NAME = "board"
_BENCH_NAME = "My bench"
"""Each journal contains `DEVICE_NAME`, so neither name is translated."""
BAUD_RATES = (
    *(300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 74880, 115200, 230400, 250000),
    *(460800, 500000, 921600, 1000000, 2000000),
)
_STRETCH, _CONNECTED_STRETCH = (5, 2, 5, 3), (5, 2, 5, 5)
"""How the four fields share the width. While connected, the port cannot be changed, and others need room."""
TOKEN_PLACE = "env:PINBRIDGE_WINDOW"  # noqa: S105 - the place of a token, not a token


class NewcomerForm(QWidget):
    """The form: four fields in a row, each with its name above it."""

    submitted = Signal()
    """Emitted when the user presses Return in a field."""
    test_asked = Signal()
    """Emitted when the user wants to know whether the server accepts the token."""
    forget_asked = Signal(DeviceConfig)
    """Emitted with the board when the user wants its token to be removed from the keyring."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.journals = BoardJournals(settings)
        self._ports: Sequence[PortInfo] = ()
        self._kept: dict[str, str] = {}
        """The tokens that the user has typed; the keys are those of `_token_name`."""
        self._absent = PortEntry("", "")
        """The chosen port while it is not in the list."""
        self._offered = settings.last_port if settings.last_port.startswith(USB) else ""
        """The port that the form has chosen by itself; empty after the user has chosen one."""
        self.port_box = editable_box("label_port_box", "tip_port")
        self.baud_box = editable_box("label_baud_rate_box", "tip_baud_rate")
        self.server_box = editable_box("label_server_box", "tip_server")
        self.token_field = QLineEdit()
        self.token_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        )
        self.token_field.setAccessibleName(text("label_token_field"))
        self.token_field.setToolTip(text("tip_token"))
        self.token_field.setMinimumHeight(FIELD_PX)
        self.token_field.setMaxLength(256)
        self.test_button = QToolButton()
        self.test_button.setText(text("button_test"))
        self.test_button.setToolTip(text("tip_test"))
        self.test_button.setMinimumHeight(FIELD_PX)
        self.test_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.keep_box = KeepBox(settings)
        self.reset_action = QAction(text("menu_reset_board"), self)
        """Shown in the window's menu and not in the form, because it is rarely needed."""
        self.reset_action.setCheckable(True)
        self.reset_action.setChecked(True)
        for rate in BAUD_RATES:
            self.baud_box.addItem(str(rate))
        self.baud_box.setValidator(QIntValidator(50, 20_000_000, self))
        self.baud_box.setCurrentText(str(settings.baud_rates.get(settings.last_port, 115200)))
        self.server_box.addItems(["", *BLYNK_REGIONS])
        self.server_box.setCurrentText(settings.last_server)
        line_of(self.server_box).setPlaceholderText(text("label_no_server"))
        self.server_box.setItemData(0, text("label_no_server"), Qt.ItemDataRole.AccessibleTextRole)
        line_of(self.port_box).setPlaceholderText(text("label_no_port"))
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        fields = (
            ("label_port", self.port_box),
            ("label_baud_rate", self.baud_box),
            ("label_server", self.server_box),
            ("label_token", self.token_field),
        )
        for column, (name, field) in enumerate(fields):
            label = QLabel(text(name))
            label.setProperty("heading", True)
            label.setBuddy(field)
            if field is self.token_field:
                # The field first, because this is the order in which Tab goes through the widgets.
                grid.addWidget(field, 1, column)
                above = QHBoxLayout()
                above.setSpacing(10)
                above.addWidget(label, 1)
                above.addWidget(self.keep_box)
                grid.addLayout(above, 0, column, 1, 2)
            else:
                grid.addWidget(label, 0, column)
                grid.addWidget(field, 1, column)
        grid.addWidget(self.test_button, 1, len(fields))
        for line in (
            line_of(self.port_box),
            line_of(self.baud_box),
            line_of(self.server_box),
            self.token_field,
        ):
            line.returnPressed.connect(self.submitted)
        self.port_box.currentTextChanged.connect(self._port_chosen)
        self.port_box.activated.connect(self._keep_port)
        self.server_box.currentTextChanged.connect(self.show_token)
        self.test_button.clicked.connect(self.test_asked)
        self.keep_box.clicked.connect(self._keep_clicked)
        self.live = LiveFields(self.baud_box, self.server_box, self.token_field, lambda: self._server)
        self.show_token()

    @property
    def port(self) -> str:
        """The chosen port as it is written in a bench file; empty if none is chosen."""
        typed = self.port_box.currentText().strip()
        at = self.port_box.findText(typed)
        if at >= 0:
            return str(self.port_box.itemData(at))
        return self._absent.port if typed == self._absent.name else typed

    @property
    def board(self) -> str:
        """The address of the board at the chosen port, by which its journal and its token are found."""
        return self.address_of(self.port)

    def address_of(self, port: str) -> str:
        """The address of the board that is at `port` now; `port` itself if none is known to be there."""
        if path := recording_path(port):
            return f"{REPLAY}{Path(path).absolute()}"
        return address_now(port, self._ports)

    def show_ports(self, ports: Sequence[PortInfo]) -> None:
        """List `ports` and the simulated board.

        The port that the user has chosen stays chosen even if it is not in `ports`. If the user has chosen
        none since the last Connect, that is the board which was connected then; while it is not there, it is
        the first board.
        """
        ports = self._ports = in_order(ports)
        self.journals.note_ports([*addresses(ports), *(info.device for info in ports)])
        typed = self.port_box.currentText()
        last = self._settings.last_port
        chosen = self.port or last
        if chosen == self._offered and is_there(last, ports):
            chosen = self._offered = last
        wanted, at = entries(ports, [text_of(name_of(info)) for info in ports], chosen, typed.strip())
        wanted.append(PortEntry(text("label_simulated_board"), SIMULATED))
        shown = [(self.port_box.itemText(n), self.port_box.itemData(n)) for n in range(self.port_box.count())]
        if wanted == shown or self.port_box.view().isVisible() or line_of(self.port_box).hasFocus():
            return
        self.port_box.blockSignals(True)
        self.port_box.clear()
        for name, port in wanted:
            self.port_box.addItem(name, port)
        if chosen == SIMULATED:
            at = len(ports)
        elif chosen == self._offered and not is_there(chosen, ports) and offered(ports) >= 0:
            at = offered(ports)
            self._offered = wanted[at].port
        self.port_box.setCurrentIndex(at)
        if at < 0:
            self._absent = PortEntry(typed.strip() or chosen, chosen)
            self.port_box.setEditText(typed or chosen)
        self.port_box.blockSignals(False)
        line_of(self.port_box).setCursorPosition(0)
        self._show_choices_of_port()

    def choose_port(self, entry: PortEntry) -> None:
        """Choose a port, also one that is not in the list so far, and the baud rate chosen last for it.

        If it is chosen already, the baud rate does not change.
        """
        self._keep_port()
        if self.port == entry.port:
            return
        at = self.port_box.findData(entry.port)
        self._absent = entry
        self.port_box.setCurrentIndex(at)
        if at < 0:
            self.port_box.setEditText(entry.name)

    def focus_gap(self) -> None:
        """Focus the token field if a server is chosen and the token for it is missing."""
        if self._server and not self._has_token:
            self.token_field.setFocus()

    def config(self, folder: Path) -> BenchConfig:
        """The settings of a bench with one device: the board that the form describes.

        Instead of a port, the user may have typed `replay:` and the path of a recording. A relative path is
        resolved against `folder`. Raises ConfigError if a field is missing or invalid.
        """
        if not self.port:
            raise ConfigError("port_not_chosen")
        if not self.baud_box.currentText().strip().isdecimal():
            raise ConfigError("baud_rate_no_number")
        server = self._server
        if server and not self._has_token:
            raise ConfigError("token_not_given")
        if self.token_field.text().strip() and not server:
            raise ConfigError("token_without_server")
        device = _device(
            self.port,
            server,
            baud_rate=int(self.baud_box.currentText()),
            reset_on_connect=self.reset_action.isChecked(),
            place=self.keep_box.place,
        )
        journal = str(self.journals.path(self.board))
        bench = BenchSection(name=_BENCH_NAME, journal=journal)
        return with_paths(BenchConfig(bench=bench, device=(device,)), folder)

    def account(self) -> tuple[DeviceConfig, str]:
        """A device with the chosen server, and the token for it; the other fields do not matter.

        The token is empty if it is in the keyring. Raises PinbridgeError if server or token are missing or
        invalid.
        """
        if not self._has_token:
            self.focus_gap()
            raise ConfigError("token_not_given")
        typed = self.token_field.text().strip() or self._kept.get(self._token_name(self._server), "")
        return _device(SIMULATED, self._server, place=self.keep_box.place), typed

    def take_server(self, server: str) -> None:
        """Choose another server for the same token, as the user has agreed to."""
        if token := self._kept.get(self._token_name(self._server)):
            self._kept[self._token_name(server)] = token
        self.server_box.setCurrentText(server)

    def leave_server(self) -> None:
        """Choose no server, and empty the field for its token."""
        self.server_box.setCurrentText("")
        self.token_field.clear()

    def take_token(self, server: str) -> dict[str, str]:
        """Empty the token field, and return the token for `server` as `{device: token}`.

        If the field was empty already, the token that the user typed last is returned, but only if it was
        typed for `server` and the chosen board. The result is empty if no token was typed for them.
        """
        typed, name = self.token_field.text().strip(), self._token_name(server)
        self.token_field.clear()
        if typed and name:
            self._kept[name] = typed
        self.show_token()
        return {DEVICE_NAME: self._kept[name]} if name in self._kept else {}

    def remember(self, config: BenchConfig) -> None:
        """Put the choices into the settings, as the defaults for next time. The token is not stored."""
        device = config.device[0]
        self._settings.last_port, self._settings.last_server = device.port, device.server
        self._offered = self.port if self.board.startswith(USB) else ""
        self._settings.remember(self._settings.baud_rates, device.port, device.baud_rate)
        self._settings.remember(self._settings.resets, device.port, device.reset_on_connect)

    def take_over(self, other: NewcomerForm) -> None:
        """Copy the choices and the typed text from `other`, the form of another window."""
        self._kept, self._ports = other._kept, other._ports
        self.journals.take_over(other.journals)
        at = self.port_box.findData(other.port)
        self.port_box.setCurrentIndex(at)
        if at < 0:
            self._absent = other._absent
            self.port_box.setEditText(other.port_box.currentText())
        self.baud_box.setCurrentText(other.baud_box.currentText())
        self.server_box.setCurrentText(other.server_box.currentText())
        self.token_field.setText(other.token_field.text())
        self.reset_action.setChecked(other.reset_action.isChecked())
        self._offered = other._offered
        self.show_token()
        self.keep_box.setChecked(other.keep_box.isChecked())

    @property
    def _server(self) -> str:
        """The chosen server, with its scheme and without a slash at the end; empty if none is chosen."""
        server = self.server_box.currentText().strip()
        if server and "://" not in server:
            server = f"https://{server}"
        return server.rstrip("/")

    @property
    def has_typed_token(self) -> bool:
        """Whether the user has typed a token for the chosen board and server, now or earlier in this run."""
        return bool(self.token_field.text().strip()) or self._token_name(self._server) in self._kept

    @property
    def _has_token(self) -> bool:
        return self.has_typed_token or self.keep_box.has_token

    def _token_name(self, server: str) -> str:
        """The name of the token for the chosen board and `server`; empty if one of them is missing."""
        if not server or not self.port:
            return ""
        return board_names.keyring_name(self.journals.path(self.board).name, server)

    def _keep_port(self) -> None:
        self._offered = ""

    def _port_chosen(self) -> None:
        self._keep_port()
        self._show_choices_of_port()

    def _show_choices_of_port(self) -> None:
        """Show what the user has chosen for this port before: its baud rate, and whether it is reset."""
        known = self._settings.baud_rates.get(self.port)
        if known:
            self.baud_box.setCurrentText(str(known))
        self.reset_action.setChecked(self._settings.resets.get(self.port, True))
        self.show_token()

    def show_token(self) -> None:
        """Say whether a token is needed, and where the one for the chosen board and server is."""
        server = self._server
        name = self._token_name(server)
        self.keep_box.show_for(name)
        code = "label_token_hidden" if server else "label_token_not_needed"
        if name in self._kept:
            code = "label_token_kept"
        elif self.keep_box.has_token:
            code = "token_there"
        self.token_field.setPlaceholderText(text(code))
        can_test = bool(server) and self.isEnabled() and not self.live.is_on
        self.test_button.setVisible(can_test)
        self.keep_box.setVisible(can_test and self.keep_box.can_keep)

    def _keep_clicked(self) -> None:
        if self.keep_box.has_token and not self.keep_box.isChecked():
            place = f"keyring:{self._token_name(self._server)}"
            self.forget_asked.emit(_device(SIMULATED, self._server, place=place))

    def show_state(self, *, connected: bool, busy: bool) -> None:
        """While the board is connected, only its port cannot be changed; while the window is `busy`, nothing.

        While the board is connected, the buttons beside the token are hidden: others need the room.
        """
        self.live.switch(on=connected)
        self.setEnabled(not busy)
        self.port_box.setEnabled(not connected)
        for column, stretch in enumerate(_CONNECTED_STRETCH if connected else _STRETCH):
            self._grid.setColumnStretch(column, stretch)
        self.show_token()

    def show_settings(self, baud_rate: int, server: str) -> None:
        """Show what a connected board uses now."""
        self.baud_box.setCurrentText(str(baud_rate))
        self.server_box.setCurrentText(server)
        self.live.note_used()

    def keep_token(self, server: str, token: str) -> None:
        """Keep a token that the user has typed elsewhere for `server`, as if it was typed here."""
        self._kept[self._token_name(server)] = token
        self.show_token()


def _device(port: str, server: str, *, place: str = "", **more: Any) -> DeviceConfig:
    """`place` is where the token is kept; if it is empty, the token is kept nowhere."""
    return DeviceConfig(
        name=DEVICE_NAME,
        port=port,
        server=server,
        auth_token=(place or TOKEN_PLACE) if server else "",
        **more,
    )

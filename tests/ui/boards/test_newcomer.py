"""The form for a single board, without a bench file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSizePolicy
from pytestqt.qtbot import QtBot

from app.config import folders
from tests.ui.fake_bench import PORTS
from tests.ui.stage import PATIENCE_MS
from tests.ui.test_around_the_window import PICO
from ui.boards.newcomer import BAUD_RATES, NewcomerForm
from ui.settings import Settings

UNO = "usb:2341:0043:85734323"


@pytest.fixture
def settings() -> Settings:
    return Settings(last_port=UNO, baud_rates={UNO: 9600}, resets={UNO: False})


@pytest.fixture
def form(qtbot: QtBot, settings: Settings) -> NewcomerForm:
    form = NewcomerForm(settings)
    qtbot.addWidget(form)
    form.show_ports(PORTS)
    return form


def line_of(box: QComboBox) -> QLineEdit:
    line = box.lineEdit()
    assert line
    return line


def test_each_box_has_a_tool_tip_and_a_placeholder(form: NewcomerForm) -> None:
    said = {
        form.port_box: ("Port", "Where the board is plugged in", "Choose a port"),
        form.baud_box: ("Baud rate", "The number in Serial.begin()", ""),
        form.server_box: (
            "Server",
            "The Blynk server; leave it empty to plot and keep readings without sending them",
            "none: plot only",
        ),
    }
    for box, (name, tip, hint) in said.items():
        line = line_of(box)
        assert (box.accessibleName(), line.accessibleName()) == (name, name)
        assert (box.toolTip(), line.placeholderText()) == (tip, hint)
        assert line.completer() is None
        assert (box.iconSize().width(), box.iconSize().height()) == (0, 0)
        assert box.sizeAdjustPolicy() is QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        assert box.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
        assert box.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Fixed
        count = box.count()
        box.setCurrentText("4711")
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert box.count() == count


def test_every_field_has_a_mnemonic_and_return_connects(form: NewcomerForm) -> None:
    asked: list[str] = []
    form.submitted.connect(lambda: asked.append("connect"))
    fields = [form.port_box, form.baud_box, form.server_box, form.token_field]
    assert [label.buddy() for label in form.findChildren(QLabel)] == fields
    for field in fields:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked == ["connect"] * 4


def test_the_token_is_hidden_on_the_screen_and_from_input_methods(form: NewcomerForm) -> None:
    field = form.token_field
    assert field.echoMode() is QLineEdit.EchoMode.Password
    hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    assert field.inputMethodHints() & hints == hints
    assert field.accessibleName() == "Auth token"
    assert (
        field.toolTip()
        == "The device's auth token; this window never shows it, and stores it only if you tick Keep"
    )
    field.insert("x" * 257)
    assert field.text() == "x" * 256


def test_the_token_field_says_whether_a_token_is_needed_or_kept(form: NewcomerForm) -> None:
    hint = form.token_field.placeholderText
    assert hint() == "not needed"
    form.server_box.setCurrentText("https://fra1.blynk.cloud/")
    assert hint() == "hidden"
    form.token_field.setText(" a token ")
    assert form.take_token("https://fra1.blynk.cloud") == {"board": "a token"}
    assert (form.token_field.text(), hint()) == ("", "kept, hidden")
    assert form.take_token("https://fra1.blynk.cloud") == {"board": "a token"}
    form.server_box.setCurrentText("https://lon1.blynk.cloud")
    assert hint() == "hidden"
    assert form.take_token("https://lon1.blynk.cloud") == {}
    assert form.take_token("") == {}
    form.token_field.setText("a token for no server")
    assert form.take_token("") == {}
    assert form.take_token("https://fra1.blynk.cloud") == {"board": "a token"}


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_new_list_of_ports_changes_neither_choice_nor_baud_rate(form: NewcomerForm) -> None:
    form.baud_box.setCurrentText("57600")
    form.show_ports(PORTS)
    assert form.baud_box.currentText() == "57600"
    form.port_box.setCurrentIndex(1)
    form.baud_box.setCurrentText("57600")
    form.show_ports((*PORTS, PICO))
    assert (form.port, form.baud_box.currentText()) == ("/dev/ttyUSB0", "57600")
    form.port_box.showPopup()
    form.show_ports(())
    assert form.port_box.count() == len(PORTS) + 2
    form.port_box.hidePopup()


def test_the_board_of_the_last_time_is_chosen_wherever_it_is_in_the_list(qtbot: QtBot) -> None:
    form = NewcomerForm(Settings(last_port="/dev/ttyUSB0"))
    qtbot.addWidget(form)
    form.show_ports(PORTS)
    assert form.port == "/dev/ttyUSB0"


def test_the_list_of_ports_does_not_change_while_the_user_types(qtbot: QtBot, form: NewcomerForm) -> None:
    with qtbot.waitExposed(form, timeout=PATIENCE_MS):
        form.show()
    form.activateWindow()
    line = line_of(form.port_box)
    line.setFocus()
    form.show_ports(())
    assert form.port_box.count() == len(PORTS) + 1
    form.baud_box.setFocus()
    form.show_ports(())
    assert form.port_box.count() == 1


def test_a_typed_port_stays_and_without_one_the_first_board_is_chosen(
    qtbot: QtBot,
) -> None:
    form = NewcomerForm(Settings())
    qtbot.addWidget(form)
    form.show_ports(())
    assert (form.port, form.port_box.currentText()) == ("", "")
    form.show_ports(PORTS)
    assert (form.port, line_of(form.port_box).cursorPosition()) == (UNO, 0)
    form.port_box.setEditText(" /dev/rfcomm0 ")
    form.show_ports(())
    assert (form.port, form.port_box.currentText()) == ("/dev/rfcomm0", " /dev/rfcomm0 ")


def test_the_settings_of_a_board_come_back_with_it(
    form: NewcomerForm, settings: Settings, tmp_path: Path
) -> None:
    device = form.config(tmp_path).device[0]
    assert (device.port, device.baud_rate, device.reset_on_connect) == (UNO, 9600, False)
    form.port_box.setCurrentIndex(1)
    form.baud_box.setCurrentText("74880")
    assert form.reset_action.isChecked()
    other = form.config(tmp_path)
    assert (other.device[0].baud_rate, other.device[0].reset_on_connect) == (74880, True)
    form.remember(other)
    assert settings.baud_rates == {UNO: 9600, "/dev/ttyUSB0": 74880}
    form.port_box.setCurrentIndex(0)
    assert form.config(tmp_path) == form.config(tmp_path)
    assert form.config(tmp_path).device[0] == device


def test_baud_rates_reach_from_the_slowest_to_the_fastest_and_any_can_be_typed(
    form: NewcomerForm, tmp_path: Path
) -> None:
    assert (
        *(300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 74880, 115200, 230400, 250000),
        *(460800, 500000, 921600, 1000000, 2000000),
    ) == BAUD_RATES
    assert [form.baud_box.itemText(n) for n in range(form.baud_box.count())] == list(map(str, BAUD_RATES))
    for typed, is_one in (("49", False), ("50", True), ("20000000", True), ("20000001", False)):
        form.baud_box.setCurrentText(typed)
        assert line_of(form.baud_box).hasAcceptableInput() is is_one
    form.baud_box.setCurrentText("31250")
    assert form.config(tmp_path).device[0].baud_rate == 31250
    form.baud_box.setCurrentText("")
    with pytest.raises(ValueError, match="baud rate"):
        form.config(tmp_path)


def test_a_server_can_be_typed_without_its_scheme(form: NewcomerForm, tmp_path: Path) -> None:
    form.server_box.setCurrentText(" fra1.blynk.cloud/ ")
    with pytest.raises(ValueError, match="auth token"):
        form.config(tmp_path)
    form.token_field.setText("Zq7-known-token-3Xw9")
    assert form.config(tmp_path).device[0].server == "https://fra1.blynk.cloud"
    assert form.token_field.echoMode() is QLineEdit.EchoMode.Password
    form.server_box.setCurrentText("")
    with pytest.raises(ValueError, match="server"):
        form.config(tmp_path)


def test_every_region_of_blynk_is_offered_and_none_at_first(form: NewcomerForm) -> None:
    offered = [form.server_box.itemText(n) for n in range(form.server_box.count())]
    regions = ("fra1", "lon1", "ny3", "sgp1", "blr1")
    assert offered == ["", *(f"https://{region}.blynk.cloud" for region in regions)]
    assert form.server_box.currentText() == ""


def test_the_simulated_board_is_always_offered(form: NewcomerForm, tmp_path: Path) -> None:
    form.show_ports(())
    form.port_box.setCurrentIndex(form.port_box.findText("Simulated board (no hardware)"))
    assert form.config(tmp_path).device[0].port == "simulated:"


def test_without_a_bench_file_a_board_has_the_same_journal_each_day(
    form: NewcomerForm, tmp_path: Path
) -> None:
    assert form.config(tmp_path).bench.journal == str(
        folders.data_folder() / "usb-2341-0043-85734323-eb66fc8f33a8fdf3.db"
    )


def test_a_port_that_goes_and_comes_back_stays_chosen(form: NewcomerForm) -> None:
    form.show_ports(PORTS[1:])
    assert form.port != "/dev/ttyUSB0"
    form.show_ports(PORTS)
    assert form.port == UNO

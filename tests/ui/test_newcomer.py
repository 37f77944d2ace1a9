"""The form for whoever comes without a bench file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app import folders
from tests.ui.fake_bench import PORTS
from ui.newcomer import BAUD_RATES, NewcomerForm
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


def test_what_was_chosen_for_a_board_comes_back_with_it(
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
    assert {300, 9600, 74880, 115200, 250000, 2_000_000} <= set(BAUD_RATES)
    form.baud_box.setCurrentText("31250")
    assert form.config(tmp_path).device[0].baud_rate == 31250
    form.baud_box.setCurrentText("")
    with pytest.raises(ValueError, match="baud rate"):
        form.config(tmp_path)


def test_server_is_written_as_people_write_it(form: NewcomerForm, tmp_path: Path) -> None:
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


def test_without_hardware_the_simulated_board_is_there(form: NewcomerForm, tmp_path: Path) -> None:
    form.show_ports(())
    form.port_box.setCurrentIndex(form.port_box.findText("Simulated board (no hardware)"))
    assert form.config(tmp_path).device[0].port == "simulated:"


def test_the_journal_of_whoever_has_no_file_is_the_same_one_each_day(
    form: NewcomerForm, tmp_path: Path
) -> None:
    assert form.config(tmp_path).bench.journal == str(folders.data_folder() / "My-bench.db")


def test_port_that_goes_and_comes_stays_chosen(form: NewcomerForm) -> None:
    form.show_ports(PORTS[1:])
    assert form.port != "/dev/ttyUSB0"
    form.show_ports(PORTS)
    assert form.port == UNO

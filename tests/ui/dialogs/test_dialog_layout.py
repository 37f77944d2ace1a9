"""The order, the margins and the gaps in the larger dialogs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages.message import Message, verbatim
from tests.ui.layouts import check
from tests.ui.test_notice_buttons import BOARDS
from ui.boards.port_choice import PortChoice
from ui.dialogs.data_dialog import Offer, Period, SaveDataDialog
from ui.dialogs.token_dialog import Asked, TokenDialog
from ui.settings import Settings
from ui.theme import theme
from ui.theme.colors import LIGHT


def token_dialog(config: BenchConfig, parent: QWidget) -> QDialog:
    greenhouse, cellar = config.device
    devices = (
        Asked(greenhouse, False, False, True, verbatim("The keyring has none.")),
        Asked(cellar, True, True, False),
    )
    return TokenDialog(devices, lambda _typed, _kept: None, lambda *_: None, parent)


DIALOGS: dict[Callable[[BenchConfig, QWidget], QDialog], str] = {
    token_dialog: """
  TokenDialog wide 620
  QVBoxLayout room 24 20 24 16 gap 14
    ScrollPage x1
      QVBoxLayout room 0 0 0 0 gap 10
        QLabel.title 'Auth tokens'
        QLabel.faint "Copy them from Blynk's device page. They are never shown, nor written to a file." wraps
        QGridLayout room 0 0 0 0 gap 18 4
          QLabel.heading 'greenhouse' at 0 0
          QLabel 'for https://fra1.blynk.cloud' at 0 1 x1
          QLineEdit at 1 0 over 2 columns
          QToolButton 'Test it' at 1 2
          QCheckBox 'Keep in the keyring' at 1 3
          QLabel.faint 'The keyring has none.' wraps at 2 0 over 4 columns
          QLabel.heading 'cellar' at 3 0
          QLabel 'for ' at 3 1 x1
          QLineEdit at 4 0 over 2 columns
          QToolButton 'Test it' at 4 2
          QLabel.faint 'For this run' at 4 3
        room x1
    QDialogButtonBox
  """,
    lambda _config, parent: PortChoice("greenhouse", BOARDS, lambda _port: None, parent): """
        PortChoice
        QVBoxLayout room 24 20 24 16 gap 14
          ScrollPage x1
            QVBoxLayout room 0 0 0 0 gap 8
              QLabel.title 'Which board is greenhouse?'
              QLabel.faint 'They look the same; the place shows which socket each is in.'
              QRadioButton '/dev/ttyUSB0  USB Serial  1A86:7523  at 1-1.2'
              QRadioButton '/dev/ttyUSB1  USB Serial  1A86:7523  at 1-1.3'
          QDialogButtonBox
    """,
    lambda _config, parent: SaveDataDialog(
        Offer(("greenhouse",), "greenhouse", (Period(Message("save_all")),), 0.0, True),
        Settings(),
        lambda _choice: None,
        parent,
    ): """
        SaveDataDialog wide 540
        QVBoxLayout room 24 20 24 16 gap 14
          ScrollPage x1
            QVBoxLayout room 0 0 0 0 gap 10
              QLabel.title 'Save data'
              QFormLayout room 0 0 0 0 gap 10 8
                QLabel 'De&vice'
                ChoiceBox 24 letters
                QLabel 'Datastrea&ms'
                DatastreamTree high 2
                QLabel '&Readings'
                ChoiceBox 24 letters
                QLabel '&From'
                QLineEdit
                QLabel '&To'
                QLineEdit
                QLabel '&Layout'
                ChoiceBox 24 letters
                QLabel 'T&imes'
                ChoiceBox 24 letters
                QLabel 'File t&ype'
                ChoiceBox 24 letters
                QLabel '&Separator'
                ChoiceBox 24 letters
                QLabel '&Decimal sign'
                ChoiceBox 24 letters
              QLabel.faint 'A German or French Excel wants ; and ,' wraps
              QLabel.faint 'In LibreOffice, tick “Detect special numbers”, so that times are dates.' wraps
              room x1
          QDialogButtonBox
    """,
}


@pytest.mark.parametrize("make", DIALOGS, ids=["tokens", "choice", "saving"])
def test_each_dialog_has_its_order_and_its_margins(
    qtbot: QtBot, config: BenchConfig, make: Callable[[BenchConfig, QWidget], QDialog]
) -> None:
    theme.apply(LIGHT)
    parent = QWidget()
    qtbot.addWidget(parent)
    check(make(config, parent), DIALOGS[make])

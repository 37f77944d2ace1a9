"""The layout of the window: order, margins, and which widgets take the remaining room."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.config.bench_file import BenchConfig
from app.messages.message import verbatim
from tests.ui.layouts import check, described
from tests.ui.stage import PATIENCE_MS
from ui.boards.connection_bar import ConnectionBar
from ui.notices.line import Notices
from ui.notices.row import NoticeRow
from ui.panes import Panes
from ui.plot.overview import EmptyPane, Overview
from ui.settings import Settings
from ui.situation import Notice
from ui.theme import theme
from ui.theme.colors import LIGHT
from ui.window import MainWindow

PANES = {
    "ConnectionBar": """
        ConnectionBar.card
        QHBoxLayout room 14 9 14 11 gap 14
          QStackedWidget expanding fixed x1
            NewcomerForm
            QWidget
              QHBoxLayout room 0 0 0 0 gap 18
                QVBoxLayout room 0 0 0 0 gap 3 x1
                  QLabel.heading
                  ElidedLabel 'Port, baud rate and server' in the middle x1
                QToolButton "Cloud's page" high 36 at the bottom
          QToolButton.record ' Record' high 36 at the bottom
          QToolButton 'Release port' high 36 at the bottom
          QPushButton.primary 'Connect' wide 140 high 36 at the bottom
    """,
    "NewcomerForm": """
        NewcomerForm
        QGridLayout room 0 0 0 0 gap 10 3
          QLabel.heading '&Port' at 0 0 x5
          ChoiceBox 7 letters high 32 at 1 0 x5
          QLabel.heading 'Ba&ud rate' at 0 1 x2
          ChoiceBox 7 letters high 32 at 1 1 x2
          QLabel.heading '&Server' at 0 2 x5
          ChoiceBox 7 letters high 32 at 1 2 x5
          QLineEdit high 32 at 1 3 x3
          QHBoxLayout room 0 0 0 0 gap 10 at 0 3 over 2 columns x3
            QLabel.heading 'Auth &token' x1
            KeepBox 'Keep'
          QToolButton 'Test it' high 32 at 1 4
    """,
    "Panes": """
        Panes
        QVBoxLayout room 0 0 0 0 gap 8
          QHBoxLayout room 0 0 0 0 gap 8 x1
            Rail
            QSplitter handle 8 x1
              QWidget x3
                QHBoxLayout room 0 0 0 0 gap 8
                  QSplitter handle 8 x1
                    LeftPane.card x3
                    PlotPane.card x7
              LowerPane.card x1
          StatusBar
    """,
    "LeftPane": """
        LeftPane.card
        QVBoxLayout room 2 6 2 6 gap 4
          QLabel.heading 'Datastreams' room 8 4 0 0
          QStackedWidget x1
            QWidget
              QVBoxLayout room 0 0 0 0 gap 6
                QLabel.faint "Datastreams appear here with the board's first lines." room 10 8 10 8 wraps
                room x1
            DatastreamTable
    """,
    "PlotPane": """
        PlotPane.card
        QVBoxLayout room 10 10 10 6 gap 6
          QStackedWidget
            QWidget
              QVBoxLayout room 0 0 0 0 gap 6
                PlotTools
                QLabel.tone=warn 'View paused; reading and sending go on'
                QLabel.tone=warn wraps
                Measuring
                PlotArea
            EmptyPane
            Overview
    """,
    "LowerPane": """
        LowerPane.card
        QVBoxLayout room 6 6 6 6 gap 4
          QHBoxLayout room 0 0 0 0 gap 4
            QTabBar
            QStackedWidget x1
              QWidget
                QHBoxLayout room 0 0 0 0 gap 10
                  ElidedLabel.faint 'What the list shows' x1
                  room
                  QToolButton 'Jump to newest'
                  FindBar x4
                  QToolButton 'Find'
                  QToolButton 'Only rejected lines'
                  QToolButton 'Show'
                  QToolButton 'Clear'
              QWidget
                QHBoxLayout room 0 0 0 0 gap 6
                  QLabel.faint 'No line was rejected' ignored x1
                  FixButtons
                  QToolButton 'Copy all'
              QWidget
                QHBoxLayout room 0 0 0 0 gap 2
                  room x1
                  QToolButton 'Send here'
                  QToolButton 'Send again'
                  QToolButton 'Discard…'
                  QToolButton 'Skip this reading'
          QStackedWidget x1
            ConsolePane
            RejectedLines
            CloudPane
    """,
    "ConsolePane": """
        ConsolePane
        QVBoxLayout room 0 0 0 0 gap 4
          QStackedWidget x1
            RowsView Time 20, Board 0, Verdict 15, Line 38, Hint
          SendArea
    """,
    "FindBar": """
        FindBar
        QHBoxLayout room 0 0 0 0 gap 6
          QLineEdit wide 48 x3
          ElidedLabel 'Lines with the text' x1
          QToolButton '↑'
          QToolButton '↓'
          QToolButton 'Aa'
          QToolButton 'Only hits'
          QToolButton '✕'
    """,
    "SendArea": """
        SendArea
        QVBoxLayout room 0 0 0 0 gap 4
          MacroRow
          FileRow
          SendBox
    """,
    "MacroRow": """
        MacroRow
        QHBoxLayout room 6 0 0 0 gap 6
          room x1
          QToolButton '»'
    """,
    "FileRow": """
        FileRow
        QHBoxLayout room 6 0 0 0 gap 8
          ElidedLabel 'File on its way to the board' x1
          QProgressBar 16 letters at most
          QToolButton 'Cancel'
    """,
    "SendBox": """
        SendBox
        QHBoxLayout room 6 0 0 0 gap 8
          QLabel.heading 'Se&nd'
          SendField x1
          ChoiceBox 0 letters
          QToolButton '+'
          QPushButton 'Send'
    """,
    "RejectedLines": """
        RejectedLines
        QVBoxLayout room 0 0 0 0 gap 6
          QHBoxLayout room 0 0 0 0 gap 8 x1
            QListWidget 30 letters at most high 40
            RowsView Time as its text, Reason as its text, Line 34, Hint x1
    """,
    "CloudPane": """
        CloudPane
        QVBoxLayout room 0 0 0 0 gap 6
          QSplitter handle 4
            QScrollArea high 40
              QFormLayout room 6 2 6 2 gap 14 4
                QLabel.heading 'State'
                QLabel wraps
                QLabel.heading 'Not in the journal'
                QLabel wraps
                QLabel.heading 'Refused'
                QLabel wraps
                QLabel.heading 'Waiting'
                QLabel wraps
                QLabel.heading 'Held'
                QLabel wraps
                QLabel.heading 'Last success'
                QLabel wraps
                QLabel.heading 'This month'
                QLabel wraps
                QLabel.heading 'Warnings'
                QLabel wraps
                FixButtons
            QWidget
              QVBoxLayout room 0 0 0 0 gap 6
                QLabel.faint 'No readings are refused.' at the top
                RowsView Received as its text, Datastream 12, Value 9, What the cloud said x1
    """,
    "StatusBar": """
        StatusBar
        QHBoxLayout room 6 0 6 0 gap 16
          ElidedLabel 'Port: ○ Not connected' x1
          ElidedLabel 'Lines per second'
          ElidedLabel 'Rejected lines'
          ElidedLabel 'Recording'
          ElidedLabel 'Cloud'
          ElidedLabel 'Readings'
          ElidedLabel 'Last success'
          ElidedLabel 'Messages left this month'
    """,
}


@pytest.fixture
def _dressed(qapp: QApplication) -> None:
    """Apply the program's own style, so that the desktop's style does not matter."""
    assert qapp
    theme.apply(LIGHT)


def test_the_window_has_its_panes_below_each_other(window: MainWindow) -> None:
    check(
        window.page,
        """
        QWidget
        QVBoxLayout room 10 4 10 6 gap 4
          ConnectionBar.card
          Notices
          PlayerBar
          QStackedWidget x1
            FirstPage
            Panes
        """,
    )


@pytest.mark.usefixtures("_dressed")
def test_each_pane_has_its_layout() -> None:
    bar, panes = ConnectionBar(Settings()), Panes(Settings())
    parts = (bar, bar.form, panes, *panes.findChildren(QWidget))
    every = {type(part).__name__: part for part in parts}
    for name, text in PANES.items():
        check(every[name], text)


@pytest.mark.usefixtures("_dressed")
def test_when_the_window_grows_the_plot_grows_most(qtbot: QtBot) -> None:
    panes = Panes(Settings())
    qtbot.addWidget(panes)
    below = panes.status_line.sizeHint().height() + 8
    panes.resize(450 + 8 + 830, 480 + 8 + 210 + below)
    with qtbot.waitExposed(panes, timeout=PATIENCE_MS):
        panes.show()
    seen = []
    for by in (0, 1, 2, 3, 4, 1000):
        panes.resize(1288 + by, 698 + below + by)
        panes.grab()  # lays out the panes
        plot, lower = panes.plot, panes.lower_pane
        seen.append((panes.left.width(), plot.width(), plot.height(), lower.height()))
    assert seen == [
        (450, 830, 480, 210),
        (450, 831, 481, 210),
        (451, 831, 481, 211),
        (451, 832, 482, 211),
        (451, 833, 483, 211),
        (802, 1478, 1176, 514),
    ]


@pytest.mark.usefixtures("_dressed")
def test_a_notice_has_a_sign_a_text_and_a_button() -> None:
    notices = Notices()
    notice = Notice("warn", verbatim("it waits"), "button_try_now", also="button_look")
    notices.show_all([notice])
    assert described(notices).splitlines()[1] == "QHBoxLayout room 12 2 6 2 gap 10"
    check(
        NoticeRow(notice, lambda: None, notices),
        """
        NoticeRow.notice=warn
        QHBoxLayout room 12 5 6 5 gap 10
          QLabel.tone=warn '!'
          QToolButton ':'
          QLabel 'it waits' wraps expanding x1
          QToolButton 'Look'
          QToolButton 'Try now'
        """,
    )


@pytest.mark.usefixtures("_dressed")
def test_a_sentence_in_the_plot_s_place_is_a_little_above_the_middle() -> None:
    check(
        EmptyPane(),
        """
        EmptyPane
        QVBoxLayout room 32 24 32 24 gap 6
          room x2
          QLabel.title wraps centred
          6
          QHBoxLayout room 0 0 0 0 gap 6
            room x1
            QLabel.faint wraps centred 70 letters at most wide 280 x100
            room x1
          FixButtons
          room x3
        """,
    )


@pytest.mark.usefixtures("_dressed")
def test_a_bench_file_is_two_tables_below_its_name(config: BenchConfig) -> None:
    overview = Overview()
    overview.show_bench(config, "bench.toml")
    check(
        overview.widget(),
        """
        QWidget
        QVBoxLayout room 28 22 28 22 gap 6
          QLabel.title 'Bench 1'
          QLabel.faint 'Nothing has been opened or sent yet. Check the settings, then press Connect.' wraps
          12
          QGridLayout room 0 0 0 0 gap 22 7
            QLabel.heading 'Device' at 0 0
            QLabel.heading 'Port' at 0 1
            QLabel.heading 'Baud rate' at 0 2
            QLabel.heading 'Sends to' at 0 3 x1
            QLabel.heading 'Token from' at 0 4
            QLabel 'greenhouse' wraps at 1 0
            QLabel 'usb:2341:0043:85734323' wraps at 1 1
            QLabel '115200' at 1 2
            QLabel 'https://fra1.blynk.cloud' wraps at 1 3 x1
            QLabel 'keyring:greenhouse' at 1 4
            QLabel 'cellar' wraps at 2 0
            QLabel 'COM7' wraps at 2 1
            QLabel '115200' at 2 2
            QLabel 'nowhere: plot and journal only' wraps at 2 3 x1
            QLabel '–' at 2 4
          16
          QGridLayout room 0 0 0 0 gap 22 7
            QLabel.heading 'Bench file' at the top at 0 0
            QLabel 'bench.toml' wraps at 0 1 x1
            QLabel.heading 'Journal' at the top at 1 0
            QLabel 'JOURNAL' wraps at 1 1 x1
          room x1
        """.replace("JOURNAL", config.bench.journal),
    )

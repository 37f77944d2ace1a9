"""A board is itself: in the window, with real benches and journals, and a keyring in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from pytestqt.qtbot import QtBot

from app.bench import earlier
from app.bench.bench import Bench
from app.bench.status import JournalCounts, PortInfo
from app.commands.window_tokens import WindowTokens
from app.config import board_names, folders
from app.config.bench_file import BenchConfig
from app.config.loading import parse
from app.journal import decisions
from app.journal.journal import Journal
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.security import tokens
from tests.bench.test_earlier import ANOTHER, NOW_US, plotted
from tests.security.test_tokens import Ring, ring  # noqa: F401 - a fixture
from tests.ui.controls import type_in
from tests.ui.stage import PATIENCE_MS
from ui.contract import Program
from ui.menus import add_menus
from ui.settings import Settings
from ui.window import MainWindow

TOKEN = "Zq7-known-token-3Xw9"
FRA = "https://fra1.blynk.cloud"
UNO = PortInfo("/dev/ttyACM0", "Arduino Uno", "2341:0043", "85734323", "1-1")
MEGA = PortInfo("/dev/ttyACM1", "Arduino Mega", "2341:0042", "75735323", "1-2")
CLONE = PortInfo("/dev/ttyUSB7", "USB Serial", "1A86:7523", "", "1-3")
PLACE = "usb:1A86:7523@1-3"
AT = time.strftime("%Y-%m-%d %H:%M", time.localtime(NOW_US // 1_000_000))


class Desk:
    """A window at which a person works, with real benches, and boards that are plugged in and out."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.settings = Settings()
        self.ports = [CLONE]
        self.benches: list[Bench] = []
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.window = MainWindow(
            Program(self._make, lambda: self.ports, WindowTokens(), find_earlier=earlier.find),
            settings=self.settings,
        )
        add_menus(self.window)
        self.qtbot.addWidget(self.window)
        with self.qtbot.waitExposed(self.window, timeout=PATIENCE_MS):
            self.window.show()

    def restart(self) -> None:
        self.window.close()
        self.open()

    def _make(self, config: BenchConfig, typed: Mapping[str, str]) -> Bench:
        found = {device.name: typed.get(device.name) or tokens.resolve(device) for device in config.device}
        self.benches.append(Bench(config, found))
        return self.benches[-1]

    def plug(self, *ports: PortInfo) -> None:
        """Plug in `ports` and unplug all others."""
        self.ports = list(ports)
        self.window.refresh_ports()

    def connect(self) -> None:
        assert self.window.bar.button.text() == "Connect"
        self._toggle()

    def disconnect(self) -> None:
        assert self.window.bar.button.text() == "Disconnect"
        self._toggle()

    def _toggle(self) -> None:
        QTest.mouseClick(self.window.bar.button, Qt.MouseButton.LeftButton)

    @property
    def is_connected(self) -> bool:
        return self.window.connection.connected

    @property
    def journal(self) -> str:
        """The name of the journal of the bench that was made last."""
        return Path(self.benches[-1].config.bench.journal).name

    @property
    def counts(self) -> JournalCounts:
        return self.benches[-1].status().devices[0].counts

    @property
    def question(self) -> QMessageBox:
        (box,) = [box for box in self.window.findChildren(QMessageBox) if box.isVisible()]
        return box

    @property
    def asks(self) -> bool:
        return any(box.isVisible() for box in self.window.findChildren(QMessageBox))

    def answer(self, word: str) -> None:
        (button,) = [b for b in self.question.buttons() if b.text().replace("&", "") == word]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def answer_by_key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.question, key)

    @property
    def default(self) -> QAbstractButton:
        button = self.question.defaultButton()
        assert button is not None
        return button

    def type_account(self, server: str, token: str) -> None:
        form = self.window.bar.form
        type_in(form.server_box, server)
        if token:
            type_in(form.token_field, token)


@pytest.fixture
def desk(qtbot: QtBot, ring: Ring) -> Iterator[Desk]:  # noqa: ARG001, F811
    desk = Desk(qtbot)
    yield desk
    desk.window.close()


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud([Device("board", TOKEN, open=True)]) as cloud:
        yield cloud


def journal_of(port: str, number: int = 1) -> Path:
    folder = folders.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / board_names.journal_name(port, number)


def yesterday(path: Path, account: bytes = b"", readings: int = 3) -> Path:
    """Leave readings of v1 as an earlier run of the program would; `account` is what they are meant for."""
    plotted(path, (account, "v1=1\n" * readings))
    return path


def test_each_board_has_a_journal_of_its_own(desk: Desk) -> None:
    desk.plug(UNO)
    yesterday(journal_of(UNO.port), ANOTHER)
    desk.connect()
    assert not desk.asks  # it has a serial number
    assert desk.journal == journal_of(UNO.port).name
    assert desk.counts.held == 3
    desk.disconnect()
    desk.plug(MEGA)
    desk.window.bar.form.port_box.setCurrentIndex(0)
    desk.connect()
    assert not desk.asks
    assert desk.journal == journal_of(MEGA.port).name
    assert desk.counts == JournalCounts()
    assert not any("held" in text for text in desk.window.notices.texts)


def test_a_port_that_was_typed_stands_for_the_board_that_is_there(desk: Desk) -> None:
    desk.plug(UNO)
    type_in(desk.window.bar.form.port_box, "/dev/ttyACM0")
    desk.connect()
    assert desk.journal == journal_of(UNO.port).name
    assert desk.benches[-1].config.device[0].port == "/dev/ttyACM0"


def test_a_board_without_a_serial_number_is_asked_about(desk: Desk) -> None:
    yesterday(journal_of(PLACE))
    desk.connect()
    assert (desk.is_connected, desk.benches) == (False, [])
    assert desk.question.text() == (
        f"There are 3 readings of a board on this port, the last from {AT}. Is it the same board?"
    )
    assert desk.default.text() == "Another board"
    desk.window.connection.connect_bench()  # a second time changes nothing
    desk.answer_by_key(Qt.Key.Key_Escape)
    assert (desk.is_connected, desk.asks) == (False, False)
    desk.connect()
    desk.answer("Same board")
    assert desk.is_connected
    assert desk.journal == journal_of(PLACE).name
    assert desk.counts.readings == 3


def test_another_board_begins_another_journal_and_the_first_one_stays(desk: Desk) -> None:
    first = yesterday(journal_of(PLACE), ANOTHER)
    desk.connect()
    desk.answer_by_key(Qt.Key.Key_Return)
    assert desk.journal == journal_of(PLACE, 2).name
    assert desk.counts == JournalCounts()
    assert earlier.find(first, "board").waiting == 3
    assert desk.window.notices.texts == [
        f"3 readings of the other board still wait to be sent: they are kept in {first}."
    ]


def test_a_board_that_stays_plugged_in_is_asked_about_once(desk: Desk) -> None:
    yesterday(journal_of(PLACE))
    for answer in ("Same board", "", ""):
        desk.connect()
        if answer:
            desk.answer(answer)
        assert desk.is_connected
        desk.disconnect()
        desk.window.refresh_ports()
    desk.plug()
    desk.plug(CLONE)
    desk.connect()
    assert desk.asks
    desk.answer("Another board")
    desk.disconnect()
    desk.connect()
    assert not desk.asks
    assert desk.journal == journal_of(PLACE, 2).name


def test_the_next_start_asks_again_and_about_the_newest_board(desk: Desk) -> None:
    yesterday(journal_of(PLACE))
    yesterday(journal_of(PLACE, 2), readings=1)
    desk.restart()
    desk.connect()
    assert desk.question.text() == (
        f"There is 1 reading of a board on this port, from {AT}. Is it the same board?"
    )


def test_a_board_that_was_never_seen_is_not_asked_about_on_its_first_day(desk: Desk) -> None:
    desk.connect()
    assert desk.is_connected
    assert desk.journal == journal_of(PLACE).name


def test_old_readings_are_not_sent_unless_the_user_wants_it(desk: Desk, cloud: LocalCloud) -> None:
    desk.plug(UNO)
    yesterday(journal_of(UNO.port))
    desk.type_account(cloud.url, TOKEN)
    desk.connect()
    assert desk.benches == []
    assert desk.question.text().startswith("You plotted without a server: send the 3 old readings too?")
    assert desk.default.text() == "No"
    desk.answer_by_key(Qt.Key.Key_Return)
    assert desk.is_connected
    assert desk.counts == JournalCounts(3, expired=3)
    assert desk.window.notices.texts == ["board: 3 old readings stay in the journal and are not sent."]
    desk.disconnect()
    desk.connect()
    assert desk.is_connected  # it asks once
    assert desk.counts == JournalCounts(3, expired=3)


def test_old_readings_are_sent_if_the_user_wants_it_but_not_those_for_another_account(
    desk: Desk, cloud: LocalCloud
) -> None:
    desk.plug(UNO)
    plotted(journal_of(UNO.port), (b"", "v1=1\nv1=2\n"), (ANOTHER, "v1=3\n"))
    desk.type_account(cloud.url, TOKEN)
    desk.connect()
    desk.answer_by_key(Qt.Key.Key_Escape)
    assert not desk.is_connected
    assert earlier.find(journal_of(UNO.port), "board").unassigned == 2
    desk.type_account(cloud.url, TOKEN)
    desk.connect()
    desk.answer("Send them too")
    desk.qtbot.waitUntil(lambda: desk.counts.forwarded == 2, timeout=PATIENCE_MS)
    assert desk.counts == JournalCounts(3, forwarded=2, pending=1, held=1)


def test_a_bench_file_that_gets_a_server_asks_the_same(
    desk: Desk, cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    yesterday(tmp_path / "b.db")
    text = (
        '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n'
        f'server = "{cloud.url}"\nauth_token = "env:PINBRIDGE_T"\n'
    )
    desk.window.connection.open_bench(parse(text.encode(), "b.toml", tmp_path), "b.toml")
    desk.connect()
    desk.answer("No")
    assert desk.counts == JournalCounts(3, expired=3)


def keep(desk: Desk) -> None:
    QTest.keyClick(desk.window.bar.form.keep_box, Qt.Key.Key_Space)


def test_a_ticked_box_keeps_the_token_for_this_board_and_server(desk: Desk, ring: Ring) -> None:  # noqa: F811
    form = desk.window.bar.form
    desk.plug(UNO, MEGA)
    assert not form.keep_box.isVisible()
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    assert desk.is_connected
    assert [entry.endswith(TOKEN) for entry in ring.entries.values()] == [True]
    assert TOKEN not in repr(desk.settings)
    assert TOKEN not in repr(desk.benches[-1].config)
    desk.restart()
    form = desk.window.bar.form
    assert (form.keep_box.isChecked(), form.token_field.placeholderText()) == (
        True,
        "there; type to replace it",
    )
    desk.connect()
    assert desk.is_connected
    desk.disconnect()
    for server, place in (("https://cloud.example", 0), (FRA, 1)):
        form.server_box.setCurrentText(server)
        form.port_box.setCurrentIndex(place)
        assert (form.keep_box.isChecked(), form.token_field.placeholderText()) == (False, "hidden")
        desk.connect()
        assert not desk.is_connected


def test_unticking_the_box_forgets_the_token(desk: Desk, ring: Ring) -> None:  # noqa: F811
    desk.plug(UNO)
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    desk.restart()
    ring.broken = True
    keep(desk)
    assert desk.window.bar.form.keep_box.isChecked()
    assert desk.window.notices.texts[0].startswith("The token was not removed from the keyring: ")
    ring.broken = False
    keep(desk)
    assert ring.entries == {}
    assert desk.window.notices.texts[0] == "The token was removed from the keyring."
    assert desk.window.bar.form.token_field.placeholderText() == "hidden"
    desk.connect()
    assert not desk.is_connected


def test_a_token_that_has_left_the_keyring_is_asked_for(desk: Desk, ring: Ring) -> None:  # noqa: F811
    desk.plug(UNO)
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    desk.restart()
    ring.entries.clear()
    desk.connect()
    assert desk.window.notices.texts[0].startswith("Type the auth token again, because the keyring")
    desk.type_account(FRA, TOKEN)
    desk.connect()
    assert desk.is_connected


def test_a_keyring_that_fails_is_reported_and_the_bench_runs(desk: Desk, ring: Ring) -> None:  # noqa: F811
    desk.plug(UNO)
    desk.type_account(FRA, TOKEN)
    keep(desk)
    ring.broken = True
    desk.connect()
    assert desk.is_connected
    assert "the token is used for this run only" in desk.window.notices.texts[0]
    assert not desk.window.bar.form.keep_box.isChecked()


def test_another_board_on_the_same_port_does_not_get_the_token_of_the_last_one(
    desk: Desk,
) -> None:
    desk.type_account(FRA, TOKEN)
    keep(desk)
    desk.connect()
    desk.disconnect()
    yesterday(journal_of(PLACE), ANOTHER)
    desk.plug()
    desk.plug(CLONE)
    desk.connect()
    desk.answer("Another board")
    assert not desk.is_connected
    assert desk.window.bar.form.token_field.placeholderText() == "hidden"
    assert "auth token" in desk.window.notices.texts[0]
    desk.type_account(FRA, TOKEN)
    desk.connect()
    assert desk.journal == journal_of(PLACE, 2).name


def old_journal() -> Path:
    return journal_of(PLACE).with_name("My-bench.db")


@pytest.mark.parametrize("account", [b"", ANOTHER])
def test_the_board_of_the_last_time_continues_the_journal_of_all_boards_while_something_waits(
    desk: Desk, account: bytes
) -> None:
    yesterday(old_journal(), account)
    desk.settings.last_port = UNO.port
    desk.plug(UNO)
    desk.restart()
    desk.connect()
    assert desk.journal == "My-bench.db"


def test_another_board_says_where_the_readings_of_an_earlier_version_wait(desk: Desk) -> None:
    old = yesterday(old_journal(), ANOTHER)
    desk.settings.last_port = UNO.port
    desk.plug(MEGA)
    desk.window.bar.form.port_box.setCurrentIndex(0)
    desk.connect()
    assert desk.journal == journal_of(MEGA.port).name
    (text,) = desk.window.notices.texts
    assert (str(old) in text, UNO.port in text) == (True, True)
    assert text.startswith("3 earlier readings still wait to be sent")


def test_an_old_journal_in_which_nothing_waits_is_named_once(desk: Desk) -> None:
    old = old_journal()
    plotted(old, (b"", "v1=1\n"))
    journal = Journal(old)
    decisions.discard(journal, "board", everything=True)
    journal.close()
    desk.plug(UNO)
    desk.settings.last_port = UNO.port
    said: list[list[str]] = []
    for _ in range(2):
        desk.connect()
        said.append(desk.window.notices.texts)
        desk.disconnect()
    assert desk.journal == journal_of(UNO.port).name
    assert said[0] == [f"Each board has its own journal now. Earlier readings are in {old}."]
    assert said[1] == []

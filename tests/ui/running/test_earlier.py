"""A board is itself: it has its own journal, and takes nothing for its own that another board has left."""

from __future__ import annotations

import itertools
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bench.status import EarlierReadings, JournalCounts
from app.config.loading import parse
from app.journal import decisions, deleting, earlier
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.journal.test_earlier import ANOTHER, plotted
from tests.ui.controls import type_in
from tests.ui.running.desk import (
    AT,
    CLONE,
    MEGA,
    PLACE,
    TOKEN,
    UNO,
    Desk,
    journal_of,
    yesterday,
)
from tests.ui.stage import PATIENCE_MS


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


def test_a_board_that_was_unplugged_while_it_was_connected_is_asked_about(desk: Desk) -> None:
    yesterday(journal_of(PLACE))
    desk.connect()
    desk.answer("Same board")
    # As after the port was gone for a while: another board may have been plugged in meanwhile.
    desk.benches[-1]._devices.sessions["board"].link.opened = 2
    desk.disconnect()
    desk.connect()
    assert desk.asks


def test_readings_whose_time_is_not_known_any_more_are_asked_about_too(desk: Desk) -> None:
    with closing(Journal(yesterday(journal_of(PLACE)))) as journal:
        journal.bind("board", b"")
        carry_out(deleting.delete_data(journal, "board"))
    desk.connect()
    assert desk.question.text() == "There were 3 readings of a board on this port. Is it the same board?"


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
    assert desk.question.text().startswith("You plotted without sending: send the 3 old readings too?")
    assert desk.default.text() == "No"
    desk.answer_by_key(Qt.Key.Key_Return)
    assert desk.is_connected
    assert desk.counts == JournalCounts(3, expired=3)
    # The port of the board may have been looked for by now.
    assert desk.window.notices.texts[0] == "3 old readings stay in the journal and are not sent."
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


def give_a_server(desk: Desk, cloud: LocalCloud) -> None:
    """Type an account into the form while its board is connected."""
    form = desk.window.bar.form
    desk.type_account(cloud.url, TOKEN)
    QTest.keyClick(form.token_field, Qt.Key.Key_Return)


def connect_without_a_server(desk: Desk) -> None:
    desk.plug(UNO)
    yesterday(journal_of(UNO.port))
    desk.connect()
    assert desk.counts == JournalCounts(3, pending=3)


@pytest.mark.parametrize(
    "answer", [Qt.Key.Key_Return, pytest.param(Qt.Key.Key_Escape, marks=pytest.mark.long), "Send them too"]
)
def test_a_connected_board_that_gets_a_server_asks_the_same(
    desk: Desk, cloud: LocalCloud, answer: Qt.Key | str
) -> None:
    connect_without_a_server(desk)
    give_a_server(desk, cloud)
    assert desk.question.text().startswith("You plotted without sending: send the 3 old readings too?")
    assert desk.default.text() == "No"
    desk.benches[-1].try_now("board")
    assert desk.counts == JournalCounts(3, pending=3, held=3)  # nothing is sent before the answer
    if isinstance(answer, str):
        desk.answer(answer)
        wanted = JournalCounts(3, forwarded=3)
    else:
        desk.answer_by_key(answer)
        expires = answer is Qt.Key.Key_Return
        wanted = JournalCounts(3, expired=3) if expires else JournalCounts(3, pending=3, held=3)
    desk.qtbot.waitUntil(lambda: desk.counts == wanted, timeout=PATIENCE_MS)
    assert not desk.asks


def test_nothing_is_asked_if_nothing_was_plotted_or_only_the_server_changes(
    desk: Desk, cloud: LocalCloud
) -> None:
    desk.plug(UNO)
    desk.connect()
    give_a_server(desk, cloud)
    assert not desk.asks  # it has plotted nothing yet
    with LocalCloud([Device("board", TOKEN, open=True)]) as other:
        give_a_server(desk, other)
    assert desk.benches[-1].config.device[0].server == other.url
    assert not desk.asks


def mistype_the_token(desk: Desk, cloud: LocalCloud) -> None:
    """Connect a board with 3 readings to be sent and a token that the server does not know."""
    desk.plug(UNO)
    yesterday(journal_of(UNO.port))
    desk.type_account(cloud.url, "mistyped-token")
    desk.connect()
    desk.answer("Send them too")
    cloud_of = desk.benches[-1].status
    desk.qtbot.waitUntil(lambda: cloud_of().devices[0].cloud.state == "paused", timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("answer", "is_connected"),
    [
        ("No", True),
        ("Send them too", False),
        pytest.param("No", False, marks=pytest.mark.long),
        pytest.param("Send them too", True, marks=pytest.mark.long),
    ],
)
def test_what_came_with_a_mistyped_token_is_asked_about_when_it_is_corrected(
    desk: Desk, cloud: LocalCloud, is_connected: bool, answer: str
) -> None:
    mistype_the_token(desk, cloud)
    if is_connected:
        give_a_server(desk, cloud)
    else:
        desk.disconnect()
        desk.type_account(cloud.url, TOKEN)
        desk.connect()
    assert desk.question.text().startswith("3 readings came while the server did not know the token: send")
    assert desk.counts == JournalCounts(3, pending=3, held=3)
    desk.answer(answer)
    sent = 3 * (answer != "No")
    wanted = JournalCounts(3, forwarded=sent, expired=3 - sent)
    desk.qtbot.waitUntil(lambda: desk.counts == wanted, timeout=PATIENCE_MS)


def test_what_came_with_a_token_that_is_typed_once_more_is_not_asked_about(
    desk: Desk, cloud: LocalCloud
) -> None:
    """The server may know it by now."""
    mistype_the_token(desk, cloud)
    desk.disconnect()
    desk.connect()
    assert not desk.asks
    assert desk.counts == JournalCounts(3, pending=3)


def test_what_is_plotted_after_the_server_was_left_is_not_asked_about(
    desk: Desk, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.plug(UNO)
    desk.type_account(cloud.url, TOKEN)
    desk.connect()
    connection, bench, come = desk.window.connection, desk.benches[-1], itertools.count()
    monkeypatch.setattr(connection._questions, "_find", lambda *_args: EarlierReadings(unassigned=next(come)))
    device = msgspec.structs.replace(bench.config.device[0], server="", auth_token="")
    ask = connection.reconfigure(bench, msgspec.structs.replace(bench.config, device=(device,)), {})
    ask()
    assert not desk.asks


def test_what_stays_held_is_not_asked_about_at_every_change(desk: Desk, cloud: LocalCloud) -> None:
    mistype_the_token(desk, cloud)
    give_a_server(desk, cloud)
    desk.answer_by_key(Qt.Key.Key_Escape)
    with LocalCloud([Device("board", TOKEN, open=True)]) as other:
        give_a_server(desk, other)
        assert not desk.asks
        assert desk.counts == JournalCounts(3, pending=3, held=3)
        desk.disconnect()


def test_the_editor_asks_the_same_when_a_running_device_gets_a_server(
    desk: Desk, cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINBRIDGE_T", TOKEN)
    yesterday(tmp_path / "b.db")
    path = tmp_path / "b.toml"
    path.write_text('[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n')
    desk.window.connection.open_file(path)
    desk.connect()
    assert not desk.asks
    desk.window.editing.edit()
    editor = desk.window.editing.editor
    assert editor is not None
    (device,) = editor.draft.devices
    editor.draft.put(device, "server", cloud.url)
    editor.draft.put(device, "auth_token", "env:PINBRIDGE_T")
    editor.draft.put(device, "name", "bed")
    editor.activateWindow()
    desk.qtbot.waitUntil(editor.isActiveWindow, timeout=PATIENCE_MS)
    desk.window.editing.save()
    assert desk.question.parent() is editor  # not behind it
    desk.answer("No")
    desk.qtbot.waitUntil(lambda: desk.counts == JournalCounts(3, expired=3), timeout=PATIENCE_MS)
    editor.draft.put(device, "daily_points", 9)
    desk.window.editing.save()
    assert not desk.asks
    editor.close()


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
    with closing(Journal(old)) as journal:
        carry_out(decisions.discard(journal, "board", everything=True))
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

"""A recording that has ended says where it is; the user opens its folder, names it, and closes the notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.bench.bench import Bench
from app.bench.status import EndedRecording, LinkState, LinkStatus, RecordingStatus
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.messages.message import Message, verbatim
from tests.ui.browser import browser
from tests.ui.fake_bench import FakeBench, FakeClock
from tests.ui.screens import scrolled
from tests.ui.stage import Stage
from tests.ui.test_leaving import close_by_hand
from ui.notices.answers import FIRST_S
from ui.recordings.name_dialog import NameDialog
from ui.window import MainWindow


def ended(stage: Stage, name: str = "greenhouse 2026-11-27 12.34.56.pbrec") -> Path:
    path = stage.folder / "recordings" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"bytes of a board")
    stage.device.recorded = EndedRecording(str(path), 1_234_567, 83_000_000)
    stage.frames()
    return path


def notice(path: Path) -> str:
    return f"The recording is in {path} (1.23 MB, 01:23)."


def test_it_says_where_it_is_until_it_is_closed(stage: Stage) -> None:
    path = ended(stage)
    assert stage.window.notices.texts == [notice(path)]
    stage.click_notice("Close")
    stage.frames()
    assert stage.window.notices.texts == []


def test_it_comes_first_for_some_seconds_although_another_board_fails(stage: Stage) -> None:
    stage.bench.devices["cellar"].link = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("It is unplugged."))
    stage.frames()
    stage.clock.now_s += 100
    path = ended(stage)
    assert stage.window.notices.label.text() == notice(path)
    stage.clock.now_s += FIRST_S
    stage.frames()
    assert stage.window.notices.texts == ["It is unplugged.", notice(path)]


def test_its_board_is_named_and_shown_by_a_click(stage: Stage) -> None:
    path = ended(stage)
    stage.window.rail.choose("cellar")
    assert stage.window.notices.lines == [f"greenhouse: {notice(path)}"]
    stage.click_notice("greenhouse:")
    assert stage.window.rail.chosen == "greenhouse"


def test_one_that_has_failed_is_no_good_one(stage: Stage) -> None:
    path = ended(stage)
    failed = Message("recording_write_failed", path=str(path), words="No space left on device")
    stage.device.recorded = EndedRecording(str(path), 1_234_567, 83_000_000, failed)
    stage.frames()
    assert stage.window.notices.texts == [f"The recording in {path} is not complete (1.23 MB, 01:23)."]
    assert stage.window.notices.property("notice") == "warn"


def test_its_folder_opens(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    path = ended(stage)
    with browser() as shown:
        stage.click_notice("Open folder")
        assert shown.opened == [path.parent.as_uri()]


def test_it_is_named_by_keyboard_alone(stage: Stage) -> None:
    path = ended(stage)
    assert stage.settings.runs == [str(path)]
    stage.window.notices.also.setFocus()
    stage.press("Space")
    dialog = stage.dialog(NameDialog)
    QTest.keyClicks(dialog.field, "fan: 2/3 ")
    dialog.field.insert("Lüfter")  # Qt can type only ASCII in tests
    stage.press("Return", dialog.field)
    new = path.with_name("fan- 2-3 Lüfter.pbrec")
    assert new.read_bytes() == b"bytes of a board"
    assert not path.exists()
    assert stage.settings.runs == [str(new)]
    stage.frames()
    assert stage.window.notices.texts == [notice(new)]


def test_its_new_name_is_said_also_after_disconnecting(stage: Stage) -> None:
    path = ended(stage)
    stage.window.connection.disconnect_bench()
    for name in ("first", "second"):
        stage.click_notice("Name this run…")
        dialog = stage.dialog(NameDialog)
        dialog.field.setText(name)
        stage.press("Return", dialog.field)
        stage.frames()
        assert stage.window.notices.texts == [notice(path.with_name(f"{name}.pbrec"))]
    stage.click_notice("Close")
    stage.frames()
    assert stage.window.notices.texts == []


def test_another_recording_is_never_overwritten(stage: Stage) -> None:
    path = ended(stage)
    other = path.with_name("first.pbrec")
    other.write_bytes(b"another run")
    stage.click_notice("Name this run…")
    dialog = stage.dialog(NameDialog)
    assert dialog.field.width() >= dialog.fontMetrics().horizontalAdvance(path.stem) + 20
    dialog.field.setText("first")
    stage.press("Return", dialog.field)
    QApplication.processEvents()
    assert dialog.problem.text() == f"{other} is there already: choose another name."
    assert scrolled(dialog) == []
    assert (path.read_bytes(), other.read_bytes()) == (b"bytes of a board", b"another run")


def test_closing_the_window_while_it_records_says_where_the_recording_is(stage: Stage) -> None:
    stage.device.recording = RecordingStatus("/home/me/a.pbrec", 10)
    assert not close_by_hand(stage)
    assert stage.question().text() == "The recording ends, and is kept in /home/me/a.pbrec."
    stage.agree()
    assert stage.bench.stopped == 1


@pytest.fixture
def recorded(window: MainWindow, tmp_path: Path) -> Path:
    """The folder of the recording of a real board, to which `window` is connected."""
    device = DeviceConfig(name="board", port="simulated:", record=True)
    config = BenchConfig(bench=BenchSection(journal=str(tmp_path / "journal.db")), device=(device,))
    bench = Bench(config, {})
    connection = window.connection
    connection._program = connection._program._replace(make_bench=lambda _config, _tokens: bench)
    connection.open_bench(config, "bench.toml")
    connection.connect_bench()
    return tmp_path / "recordings"


def open_another(window: MainWindow) -> None:
    """Open and connect another bench, as the demo is."""
    config = BenchConfig(bench=BenchSection(journal="other.db"))
    window.connection.open_bench(config, "other.toml")
    window.connection._program = window.connection._program._replace(
        make_bench=lambda config, tokens: FakeBench(config, tokens, FakeClock())
    )
    window.connection.connect_bench()


@pytest.mark.parametrize(
    "end",
    [
        lambda window: window.connection.disconnect_bench(),
        lambda window: window.connection.close_bench_file(),
        open_another,
    ],
    ids=["disconnected", "nothing open", "another one"],
)
def test_however_a_real_bench_ends_it_says_where_its_recording_is(
    window: MainWindow, recorded: Path, end: Callable[[MainWindow], None]
) -> None:
    end(window)
    for _ in range(2):
        window._show_notices()
    (path,) = recorded.iterdir()
    (told,) = window.notices.texts
    assert told.startswith(f"The recording is in {path} (")


def test_a_recording_that_was_seen_is_not_announced_beside_another_bench(stage: Stage) -> None:
    ended(stage)
    stage.window.connection.close_bench_file()
    assert stage.window.notices.texts == []


def test_a_recording_that_ends_with_the_window_is_among_the_recent_ones(
    window: MainWindow, recorded: Path
) -> None:
    window.close()
    (path,) = recorded.iterdir()
    assert window.settings.runs == [str(path)]

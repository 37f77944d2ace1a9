"""A person saves and copies what is in view and between the cursors, by keys, in every language."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QComboBox

from app.messages.languages import text
from tests.ui.fake_bench import FakeClock
from tests.ui.recordings.runs import opened
from tests.ui.stage import Stage
from ui.dialogs.data_dialog import SaveDataDialog


def at_ten_seconds(stage: Stage) -> FakeClock:
    """A recording of a number each second is paused when 10 s of it have been played."""
    _, clock = opened(stage, 20)
    clock.now_s += 10
    stage.frames()
    stage.press("P", stage.window.pane.plot)
    stage.frames()
    return clock


def asked(stage: Stage) -> SaveDataDialog:
    stage.press("Ctrl+S")
    return stage.dialog(SaveDataDialog)


def choose(stage: Stage, box: QComboBox, data: object) -> None:
    """Choose an entry with the arrow keys."""
    while box.currentData() != data:
        before = box.currentIndex()
        stage.press("Down" if box.findData(data) > before else "Up", box)
        assert box.currentIndex() != before


def choose_period(stage: Stage, dialog: SaveDataDialog, code: str) -> None:
    begins = text(code, first="|", last="").partition("|")[0]
    box = dialog.period_box
    while not box.currentText().startswith(begins):
        before = box.currentIndex()
        stage.press("Down", box)
        assert box.currentIndex() != before


def test_what_is_in_view_is_copied_as_a_table_for_a_spreadsheet(spoken: Stage) -> None:
    at_ten_seconds(spoken)
    spoken.window.pane.view.set_span(3.5)
    dialog = asked(spoken)
    choose_period(spoken, dialog, "save_in_view")
    choose(spoken, dialog.time_box, "elapsed")
    choose(spoken, dialog.separator_box, ";")
    choose(spoken, dialog.decimal_box, ",")
    spoken.click(dialog.copy)
    spoken.wait_for_notice(text("data_copied", count=4))
    assert QApplication.clipboard().text() == (
        "elapsed_s\tv1\n0,000000\t6\n1,000000\t7\n2,000000\t8\n3,000000\t9\n"
    )


def test_what_is_between_the_cursors_is_saved_with_dates(spoken: Stage) -> None:
    at_ten_seconds(spoken)
    spoken.press("X", spoken.window.pane.plot)
    spoken.frames()
    path = spoken.folder / "saved.csv"
    spoken.answers_with(path)
    dialog = asked(spoken)
    choose_period(spoken, dialog, "save_between_cursors")
    spoken.press("Return", dialog)
    spoken.wait_for_notice(text("data_saved", count=3, path=str(path)))
    # The tests' time zone is 5 h 30 min ahead of UTC.
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "time_local,v1",
        *(f"2026-09-21 19:43:2{second}.000,{second - 1}" for second in (4, 5, 6)),
    ]


def test_a_typed_period_is_saved_reading_by_reading(spoken: Stage) -> None:
    at_ten_seconds(spoken)
    path = spoken.folder / "saved.csv"
    spoken.answers_with(path)
    dialog = asked(spoken)
    spoken.press("End", dialog.period_box)
    dialog.from_field.setText("2026-09-21 19:43:22")
    dialog.to_field.setText("2026-09-21 19:43:24")
    choose(spoken, dialog.layout_box, "long")
    choose(spoken, dialog.time_box, "utc")
    spoken.press("Return", dialog)
    spoken.wait_for_notice(text("data_saved", count=2, path=str(path)))
    assert path.read_text(encoding="utf-8").splitlines() == [
        "id,received_at,device,target,value,fate",
        "1,2026-09-21T14:13:22.000000Z,run 1,v1,1,",
        "2,2026-09-21T14:13:23.000000Z,run 1,v1,2,",
    ]


def test_a_parquet_file_is_saved(spoken: Stage) -> None:
    at_ten_seconds(spoken)
    dialog = asked(spoken)
    choose(spoken, dialog.kind_box, "parquet")
    path = spoken.folder / "saved.parquet"
    spoken.answers_with(path)
    spoken.click(dialog.agree)
    spoken.wait_for_notice(text("data_saved", count=20, path=str(path)))
    assert path.read_bytes()[:4] == b"PAR1"

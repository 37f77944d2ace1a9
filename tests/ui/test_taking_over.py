"""A new window takes over from the old one, which happens when the user chooses another language."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSplitter

from app.bench.status import Form, RefusedReading, Selection
from app.messages.message import Message, verbatim
from tests.ui.bad_cloud import wait_for_cloud
from tests.ui.conftest import BENCH
from tests.ui.fake_bench import FakeExported
from tests.ui.plot.drawing import shows
from tests.ui.stage import Stage
from ui.datastreams.model import STALE_ROLE, VALUE
from ui.dialogs.job import Progress
from ui.dialogs.token_dialog import TokenDialog
from ui.lower_pane import CLOUD, REJECTED
from ui.window import MainWindow

NY3 = "https://ny3.blynk.cloud"


def test_a_demo_goes_on_and_ends_in_the_new_window(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.start_demo()
    other = follow()
    (demo,) = stage.demos
    assert (other.connection.demo, other.connection.connected, demo.is_closed) == (demo, True, False)
    assert other.windowTitle() == "Bench 1 – Pinbridge"
    other.connection.disconnect_bench()
    other.connection.connect_bench()
    assert stage.bench.started == 1
    other.close()
    assert (stage.bench.stopped, demo.is_closed) == (1, True)


def test_the_first_page_or_what_was_plotted_is_shown_again(
    stage: Stage, follow: Callable[[], MainWindow]
) -> None:
    stage.window.connection.close_bench_file()
    assert follow().first_page.isVisible()
    stage.window.connection.connect_bench()
    stage.window.connection.disconnect_bench()
    assert follow().panes.isVisible()


def test_a_bench_that_runs_goes_on(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    old = stage.window
    other = follow()
    assert (other.connection.connected, old.connection.connected, old.connection.bench) == (True, False, None)
    assert not old.frames.is_on
    assert not old._ports_timer.isActive()
    assert (len(stage.made), stage.bench.started, stage.bench.stopped) == (1, 1, 0)
    assert other.pane.shows_plot
    assert len(other.pane.plot.strips) == 4
    assert other.left.rows.rowCount() == 4
    assert len(other.console.model.rows) == len(stage.device.lines)
    stage.device.say("v2=999", stage.clock.now_s)
    stage.frames()
    assert other.console.model.rows[-1].text == "v2=999"
    other.device_actions.try_now()
    assert stage.bench.calls == [("try_now", "greenhouse")]
    other.close()
    assert stage.bench.stopped == 1


def test_the_plot_shows_the_same_stretch_and_curves(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    pane = stage.window.pane
    pane.view.set_span(7)
    pane.tools.pause_button.click()
    pane.tools.lock_button.click()
    pane.tools.cursors_button.click()
    pane.toggle_curve(("greenhouse", "v1"))
    stage.frames()
    stage.clock.now_s += 3
    other = follow().pane
    assert (other.is_paused, other.view.span_s, other.view.right_s(0)) == (True, 7, stage.clock.now_s - 3)
    assert other.tools.pause_button.isChecked()
    assert other.tools.lock_button.isChecked()
    assert other.tools.cursors_button.isChecked()
    assert other.hidden == {("greenhouse", "v1")}
    assert len(other.plot.strips) == 3


def test_a_view_that_runs_goes_on_running(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.press("T")
    stage.press("-")
    pane = follow().pane
    assert (pane.is_paused, pane.view.span_s, len(pane.plot.strips)) == (False, 30, 2)
    assert pane.hidden == frozenset()


def test_panes_and_sizes_are_those_of_before(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    old = stage.window
    old.lower_pane.show_page(REJECTED)
    old.console.only_rejected.click()
    old.console.send_box.field.setText("led=1")
    split = old.panes.findChildren(QSplitter)[0]
    split.setSizes([200, 300])
    sizes = split.sizes()
    other = follow()
    assert other.lower_pane.front == REJECTED
    assert other.console.only_rejected.isChecked()
    assert other.console.send_box.field.text() == "led=1"
    assert other.panes.findChildren(QSplitter)[0].sizes() == sizes


def test_a_value_that_was_stale_is_stale(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    for second in range(20):
        stage.clock.now_s += 1
        if second < 4:
            stage.device.say("v0=1", stage.clock.now_s)
        stage.frames()
    assert stage.window.left.rows.index(0, VALUE).data(STALE_ROLE)
    other = follow()
    stage.frames()
    assert other.left.rows.index(0, VALUE).data(STALE_ROLE)


def test_the_window_has_the_size_of_before(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.resize(1000, 700)
    assert follow().size() == QSize(1000, 700)
    stage.window.showMaximized()
    stage.wait_until(stage.window.isMaximized)
    other = follow()
    assert other.isMaximized()
    other.showNormal()
    stage.wait_until(lambda: other.size() == QSize(1000, 700))


def test_a_message_stays_until_it_is_closed(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    assert follow().notices.texts == []
    stage.window.show_message(Message("nothing_to_save"), "warn")
    other = follow()
    assert other.notices.texts == [str(Message("nothing_to_save"))]
    stage.click_notice("Close")
    assert other.notices.texts == []


def test_an_export_goes_on(stage: Stage, follow: Callable[[], MainWindow], tmp_path: Path) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def export(_selection: Selection, _form: Form, _path: Path, progress: Progress) -> FakeExported:
        begun.set()
        assert may_go_on.wait(60)
        progress(1, 1)
        return FakeExported(2, [])

    stage.bench.export = export  # type: ignore[method-assign, assignment]
    stage.window.saving.save_data(stage.bench, Selection({"greenhouse"}), Form(), tmp_path / "data.csv")
    assert begun.wait(60)
    follow()
    may_go_on.set()
    stage.wait_for_notice(f"2 readings are in {tmp_path / 'data.csv'}.")


def test_after_the_end_the_plot_stays(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.disconnect_bench()
    stage.clock.now_s += 60
    other = follow()
    assert (other.connection.connected, stage.bench.stopped) == (False, 1)
    assert other.pane.shows_plot
    assert shows(other.pane.plot.strips[-1], 10, stage.clock.now_s - 60)
    assert other.bar.button.text() == "Connect"
    assert "Not connected" in other.status_line.port.text()
    other.connection.connect_bench()
    assert (other.connection.connected, len(stage.made)) == (True, 2)


def test_after_the_end_the_rejected_lines_stay(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames()
    rows = stage.window.lower_pane.rejected.model.rowCount()
    assert rows > 0
    stage.window.connection.disconnect_bench()
    other = follow()
    assert other.lower_pane.rejected.model.rowCount() == rows
    assert "Not connected" in other.status_line.port.text()


def test_after_the_end_the_refused_readings_stay(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    wait_for_cloud(stage.device, 3)
    reading = RefusedReading(1, "v1", 1.5, 0, verbatim("no such pin"))
    stage.device.refused = [reading]
    stage.window.lower_pane.show_page(CLOUD)
    stage.frames(30)
    assert stage.window.lower_pane.cloud.model.rowCount() == 1
    stage.window.connection.disconnect_bench()
    assert follow().lower_pane.cloud.model.rowCount() == 1


def test_a_page_that_is_chosen_after_the_end_is_filled(stage: Stage) -> None:
    wait_for_cloud(stage.device, 3)
    stage.window.connection.disconnect_bench()
    assert stage.window.lower_pane.rejected.model.rowCount() == 0
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames()
    assert stage.window.lower_pane.rejected.model.rowCount() > 0
    stage.window.lower_pane.show_page(CLOUD)
    stage.frames(30)
    assert "refused" not in stage.bench.asked  # because its journal is closed
    assert not stage.window.lower_pane.cloud._empty.isVisible()
    assert "Not connected" in stage.window.status_line.port.text()


def test_a_bench_file_that_waits_goes_on_waiting(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.open_bench(stage.config, "bench.toml")
    other = follow()
    assert (other.connection.connected, other.connection.bench) == (False, None)
    assert other.pane.overview.isVisible()
    assert other.windowTitle() == "Bench 1 – Pinbridge"
    assert not other._ports_timer.isActive()


def test_tokens_that_were_typed_are_known(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.disconnect_bench()
    stage.window.ask_for_tokens()
    dialog = stage.dialog(TokenDialog)
    dialog.fields["greenhouse"].setText("another token")
    dialog.keeps["greenhouse"].setChecked(False)
    dialog.agree.click()
    other = follow()
    other.connection.connect_bench()
    assert stage.bench.tokens == {"greenhouse": "another token"}


def test_the_form_is_filled_in_as_before(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    form.port_box.setEditText("COM33")
    form.baud_box.setCurrentText("74880")
    form.server_box.setCurrentText(NY3)
    form.reset_action.setChecked(False)
    form.token_field.setText("a token")
    other = follow()
    assert other.bar.form.isVisible()
    assert other._ports_timer.isActive()
    other.connection.connect_bench()
    (device,) = stage.bench.config.device
    assert (device.port, device.baud_rate, device.server) == ("COM33", 74880, NY3)
    assert not device.reset_on_connect
    assert stage.bench.tokens == {"board": "a token"}
    again = follow()
    assert again.connection.connected
    assert not again._ports_timer.isActive()
    assert again.windowTitle() == "Pinbridge"
    again.connection.disconnect_bench()
    again = follow()
    assert again._ports_timer.isActive()
    again.connection.connect_bench()
    assert stage.bench.tokens == {"board": "a token"}
    assert len(stage.made) == 3


def test_a_port_of_the_list_stays_chosen(stage: Stage, follow: Callable[[], MainWindow]) -> None:
    stage.window.connection.close_bench_file()
    for at in range(3):
        stage.window.bar.form.port_box.setCurrentIndex(at)
        port = stage.window.bar.form.port
        assert follow().bar.form.port == port


def test_a_picture_is_taken_of_the_last_window(
    stage: Stage, follow: Callable[[], MainWindow], tmp_path: Path
) -> None:
    stage.window.picture_at_end = tmp_path / "window.png"
    old = stage.window
    other = follow()
    assert not (tmp_path / "window.png").exists()
    other.close()
    assert (other.picture_written, old.picture_written) == (True, False)
    assert (tmp_path / "window.png").exists()


def test_what_went_wrong_at_the_start_is_said_in_the_new_window(
    stage: Stage, follow: Callable[[], MainWindow]
) -> None:
    stage.window.connection.close_bench_file()
    stage.window.show_message(verbatim("bench.toml: no such key"))
    assert follow().notices.texts == ["bench.toml: no such key"]


def test_the_editor_goes_on_with_its_unsaved_changes(
    stage: Stage, follow: Callable[[], MainWindow], tmp_path: Path
) -> None:
    path = tmp_path / "lab.toml"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    stage.window.editing.edit()
    before = stage.window.editing.editor
    assert before
    before.draft.put(before.draft.bench, "name", "Lab 7")
    other = follow()
    editor = other.editing.editor
    assert editor
    assert (stage.window.editing.editor, editor.draft) == (editor, before.draft)
    editor.save_button.click()
    assert other.connection.config
    assert other.connection.config.bench.name == "Lab 7"
    assert b"Lab 7" in path.read_bytes()

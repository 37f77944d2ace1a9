"""The window with the analyses as a person uses it, beside the main window."""

from __future__ import annotations

from tests.ui.stage import Stage
from ui.plot.analysis.window import AnalysisWindow


def test_it_follows_cursors_devices_and_benches(stage: Stage) -> None:
    stage.press("A")
    window = stage.dialog(AnalysisWindow)
    window.timer.stop()

    def renew() -> AnalysisWindow:
        stage.frames()
        window.renew()
        return window

    assert [box.currentText() for box in renew().page.boxes] == ["Sine", "Temperature"]
    assert window.period.text() == "In view: 10 s"
    values = [stage.device.streams[target].values for target in ("v0", "v1")]
    figure = window.page.chart.figure
    assert figure is not None
    assert [figure.xs.tolist(), figure.ys.tolist()] == values

    stage.window.activateWindow()
    stage.press("X", stage.window.pane.plot)
    assert renew().period.text() == "Between the cursors: 3 s"
    assert "no two readings" in window.page.chart.accessibleDescription()  # there are none so long ago
    for _ in range(61):
        stage.press("Ctrl+Shift+Right", stage.window.pane.plot)
    assert renew().period.text() == "Between the cursors: 6.05 s"
    assert window.page.words.text().startswith("31 pairs; ")

    stage.press("X", stage.window.pane.plot)
    stage.bench.devices["cellar"].say("v9=4.5", stage.clock.now_s)
    stage.press("Ctrl+PgDown", stage.window.pane.plot)
    assert [box.currentText() for box in renew().page.boxes] == ["v9", "v9"]
    assert window.page.words.text().startswith("1 pair; v9")

    stage.window.connection.close_bench_file()
    assert renew().page.chart.accessibleDescription() == "There are no curves in the plot yet."
    stage.connect()
    assert renew().page.words.text().startswith("40 pairs; ")
    stage.window.close()
    assert not window.isVisible()

"""In every language, all texts of the window fit when the window has its smallest size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyleOptionViewItem,
    QTabBar,
    QWidget,
)

from app.bench.status import RejectedTarget
from app.messages import languages
from app.wire.datastreams import REASON_LABELS
from tests.ui.controls.lower import show_cloud
from tests.ui.datastreams.test_model import LOOKS, row, update
from tests.ui.recordings.runs import opened
from tests.ui.stage import Stage
from ui import wording
from ui.console.model import VERDICT
from ui.datastreams.model import SMALL_ROLE, TONE_ROLE, VALUE
from ui.lower_pane import REJECTED
from ui.widgets.scroll_page import ScrollPage

# German texts are the longer ones: the default run looks at them alone.
pytestmark = pytest.mark.parametrize(
    "language",
    [pytest.param(code, marks=() if code == "de" else pytest.mark.long) for code in languages.offered()],
    indirect=True,
)
SMALLEST = (820, 520)


@pytest.fixture
def small(spoken: Stage) -> Stage:
    spoken.window.resize(*SMALLEST)
    return spoken


def needed(widget: QWidget) -> QSize:
    """The least size at which all of a widget's text can be read."""
    size = widget.sizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return QSize(0, widget.heightForWidth(widget.width()))
    if isinstance(widget, QLineEdit):
        metrics, is_in_box = widget.fontMetrics(), isinstance(widget.parent(), QComboBox)
        size.setWidth(metrics.horizontalAdvance(widget.placeholderText()) + (0 if is_in_box else 20))
        if is_in_box:
            size.setHeight(metrics.height())  # the edges are the box's
    return size


def shown(widget: QWidget) -> QSize:
    """The size of a widget without the parts that other widgets clip; in a scroll area, its whole size.

    The page of a window can scroll too, but must not need to.
    """
    parent: QObject | None = widget
    while parent and (not isinstance(parent, QScrollArea) or isinstance(parent, ScrollPage)):
        parent = parent.parent()
    return widget.size() if parent else widget.visibleRegion().boundingRect().size()


def cut_off(window: QWidget) -> list[str]:
    """The texts of a window that are cut off, each with its visible size and the size it needs."""
    found = []
    for widget in filter(QWidget.isVisible, window.findChildren(QWidget)):
        if isinstance(widget, QHeaderView):
            for column in range(widget.count()):
                if widget.sectionSize(column) < widget.sectionSizeHint(column):
                    name = widget.model().headerData(column, widget.orientation())
                    found.append(f"{name}: {widget.sectionSize(column)} of {widget.sectionSizeHint(column)}")
        elif isinstance(widget, QLabel | QAbstractButton | QLineEdit | QTabBar):
            size, wanted = shown(widget), needed(widget)
            if size.width() < wanted.width() or size.height() < wanted.height():
                text = "" if isinstance(widget, QTabBar) else widget.text()
                found.append(f"{type(widget).__name__} {text!r}: {size.toTuple()} of {wanted.toTuple()}")
    return found


def form(stage: Stage) -> None:
    """Leave the window as it opens without a bench file: it shows the form."""
    assert not stage.made


def form_with_server(stage: Stage) -> None:
    stage.window.bar.form.server_box.setCurrentText("https://fra1.blynk.cloud")


def local_cloud(stage: Stage) -> None:
    greenhouse, *others = stage.config.device
    here = msgspec.structs.replace(greenhouse, server="http://127.0.0.1:8080")
    stage.config = msgspec.structs.replace(stage.config, device=(here, *others))
    stage.window.connection.start_demo()
    stage.frames()
    assert stage.window.bar.page_button.isVisible()


def overview(stage: Stage) -> None:
    stage.window.connection.open_bench(stage.config, "bench.toml")


def nothing_to_plot(stage: Stage) -> None:
    overview(stage)
    stage.window.connection.connect_bench()
    stage.frames()


def console(stage: Stage) -> None:
    stage.connect()


def paused(stage: Stage) -> None:
    stage.connect()
    stage.window.pane.toggle_pause()
    stage.frames()


def rejected(stage: Stage) -> None:
    stage.connect()
    for _ in range(1234):
        stage.device.say("hello", stage.clock.now_s)
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(30)


def cloud(stage: Stage) -> None:
    stage.connect()
    for _ in range(1234):
        stage.device.say("hello", stage.clock.now_s)
    show_cloud(stage)


def replay(stage: Stage) -> None:
    _, clock = opened(stage)
    clock.now_s += 20
    stage.frames(6)


STATES = (
    replay,
    form,
    form_with_server,
    local_cloud,
    overview,
    nothing_to_plot,
    console,
    paused,
    rejected,
    cloud,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_texts_of_the_smallest_window_fit(small: Stage, state: Callable[[Stage], None]) -> None:
    state(small)
    QApplication.processEvents()
    assert (small.window.width(), small.window.height()) == SMALLEST
    assert "\n".join(cut_off(small.window)) == ""


def test_verdicts_fit_in_their_column(small: Stage) -> None:
    small.connect()
    view = small.window.console.view
    room = view.columnWidth(VERDICT) - 16  # without the style's padding and Qt's margins
    for code in wording.KIND_LABELS.values():
        assert view.fontMetrics().horizontalAdvance(languages.text(code)) <= room


@pytest.fixture(params=[100, 160])
def sized(spoken: Stage, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A window of the usual size with texts of two sizes."""
    theme = spoken.window.settings.theme
    spoken.window.resize(1280, 800)
    spoken.window.settings.text_percent = request.param
    spoken.window.set_theme(theme)
    yield spoken
    spoken.window.settings.text_percent = 100
    spoken.window.set_theme(theme)


def test_times_of_refused_readings_and_rejected_lines_fit_in_their_columns(sized: Stage) -> None:
    sized.connect()
    sized.device.say("hello", sized.clock.now_s)
    show_cloud(sized)
    sized.window.lower_pane.show_page(REJECTED)
    sized.frames(30)
    rejected = sized.window.lower_pane.rejected.view
    for view, columns in ((sized.window.lower_pane.cloud.view, (0,)), (rejected, (0, 1))):
        assert view.model().rowCount()
        for column in columns:
            assert view.sizeHintForColumn(column) <= view.columnWidth(column)


def test_every_reason_fits_in_the_list_of_rejected_lines(sized: Stage) -> None:
    view = sized.window.lower_pane.rejected.view
    room = view.columnWidth(1) - 16  # without the style's padding and Qt's margins
    for code in REASON_LABELS.values():
        assert view.fontMetrics().horizontalAdvance(languages.text(code)) <= room


def test_each_reason_below_a_rejected_value_fits(spoken: Stage) -> None:
    spoken.window.resize(1280, 800)
    spoken.connect()
    table = spoken.window.left.table
    for reason in REASON_LABELS:
        rejected = RejectedTarget(reason, 1, 1_790_000_001_000_000)
        entry = msgspec.structs.replace(row("v1", 927, "Ticker"), rejected=rejected)
        table.rows.clear()
        update(table.rows, [entry], LOOKS[:1], spoken.clock.now_s, has_cloud=True)
        option, value = QStyleOptionViewItem(), table.rows.index(0, VALUE)
        table.initViewItemOption(option)
        assert value.data(TONE_ROLE) == "bad", reason
        needed = table.itemDelegate().sizeHint(option, value)
        assert needed.width() <= table.columnWidth(VALUE), value.data(SMALL_ROLE)

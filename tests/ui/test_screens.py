"""Pictures of the window by property: on small and large screens, in each language and theme, in each state.

Nothing is cut off, nothing overlaps or is outside its parent or the screen, and every text can be read.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import CloudState, CloudStatus, LinkState, LinkStatus
from app.config.bench_file import BenchConfig, DeviceConfig
from app.messages import languages
from app.messages.languages import text
from app.messages.message import Message
from tests.ui.controls.lower import show_cloud
from tests.ui.fake_bench import FakeClock
from tests.ui.recordings.runs import every_second
from tests.ui.recordings.runs import opened as opened_run
from tests.ui.screens import (
    chips_out_of_sight,
    cut_boxes,
    elided_without_tip,
    faint,
    outside,
    overlapping,
    plot_out_of_sight,
    scrolled,
    visible_children,
)
from tests.ui.stage import Stage
from tests.ui.test_every_dialog import ROWS
from tests.ui.test_texts_fit import cut_off, overview
from ui import window_place
from ui.datastreams.model import FATES
from ui.lower_pane import REJECTED
from ui.placement import Area, Wish, placed
from ui.settings import Settings
from ui.theme import theme
from ui.theme.colors import LIGHT, Theme
from ui.widgets.scroll_page import ScrollPage

SCREENS = {"1280x800": (1280, 800), "1366x768": (1366, 768), "1920x1080": (1920, 1080), "200 %": (960, 540)}
"""The sizes in logical pixels."""
TASK_BAR = 40
THEMES = (Theme.LIGHT, Theme.DARK, Theme.HIGH_CONTRAST)


def form(stage: Stage) -> None:
    assert not stage.made


def form_connected(stage: Stage) -> None:
    """A board of the form, whose token is known and can be replaced."""
    form = stage.window.bar.form
    form.port_box.setCurrentIndex(0)
    form.server_box.setCurrentText("https://fra1.blynk.cloud")
    form.token_field.setText("a token that is typed")
    stage.window.connection.connect_bench()
    stage.settings.kept_tokens = [form._token_name("https://fra1.blynk.cloud")]
    form.keep_box.can_keep = True
    form._kept.clear()
    form.show_token()
    stage.frames(6)
    assert form.token_field.placeholderText() == text("token_there")


def running(stage: Stage) -> None:
    stage.connect()


def trouble(stage: Stage) -> None:
    stage.connect()
    stage.device.link = LinkStatus(LinkState.NO_SUCH_PORT, Message("port_went_away", port="/dev/ttyACM0"))
    for number in range(1234):
        stage.device.say(f"temp: {number}", stage.clock.now_s)
    stage.frames(30)


def paused(stage: Stage) -> None:
    stage.connect()
    stage.device.cloud = CloudStatus(CloudState.PAUSED, Message("cloud_invalid_token"))
    stage.window.pane.toggle_pause()
    stage.frames(6)


def rejected(stage: Stage) -> None:
    trouble(stage)
    stage.window.lower_pane.show_page(REJECTED)
    stage.frames(30)


def cloud(stage: Stage) -> None:
    stage.connect()
    show_cloud(stage)


def audience(stage: Stage) -> None:
    stage.connect()
    size = stage.window.size()
    stage.window.toggle_beamer()
    QApplication.processEvents()
    stage.window.resize(size)
    stage.frames(6)


def replay(stage: Stage) -> None:
    """Two recordings, with the strip of controls and the rail."""
    player, clock = opened_run(stage)
    stage.window.connection.add_recording(every_second(stage.folder / "with fan.pbrec", range(5)))
    stage.wait_until(lambda: player.is_whole)
    clock.now_s += 20
    stage.frames(6)


def class_room(stage: Stage) -> None:
    """Twenty boards, of which the last three fail."""
    entries = [
        stage.config.device[0],
        *(DeviceConfig(name=f"pupil {n}", port=f"COM{n + 8}") for n in range(19)),
    ]
    stage.config = msgspec.structs.replace(stage.config, device=tuple(entries))
    stage.connect()
    for name in ("pupil 16", "pupil 17", "pupil 18"):
        stage.bench.devices[name].link = LinkStatus(LinkState.NO_SUCH_PORT, Message("cloud_invalid_token"))
    stage.frames(30)


STATES = (
    class_room,
    replay,
    form,
    form_connected,
    overview,
    running,
    trouble,
    paused,
    rejected,
    cloud,
    audience,
)


def opened(
    qtbot: QtBot,
    config: BenchConfig,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    screen: str,
) -> Stage:
    """A window in the size in which it opens on a screen, without its title bar and the task bar."""
    width, height = SCREENS[screen]
    area = Area(0, 0, width, height - TASK_BAR)
    monkeypatch.setattr(window_place, "screens", lambda: [area])
    stage = Stage(qtbot, config, clock, monkeypatch, folder, Settings(theme=Theme.LIGHT))
    if stage.window.isMaximized():
        stage.window.showNormal()
        stage.wait_until(lambda: not stage.window.isMaximized())
    wanted = placed(Wish(1280, 800), [area]).area
    stage.window.resize(wanted.width, wanted.height)
    QApplication.processEvents()
    assert stage.window.size().toTuple() == (wanted.width, wanted.height)
    return stage


@pytest.fixture
def open_on(
    qtbot: QtBot, config: BenchConfig, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str, str], Stage]]:
    """A function that opens a window on a screen in a language."""
    stages: list[Stage] = []
    monkeypatch.setenv("LANGUAGE", "en")

    def open_it(screen: str, language: str) -> Stage:
        languages.choose(language)
        stages.append(opened(qtbot, config, clock, monkeypatch, tmp_path, screen))
        return stages[-1]

    yield open_it
    for stage in stages:
        stage.window.close()
    languages.choose("en")


def settle(stage: Stage) -> None:
    for _ in range(4):
        QApplication.processEvents()
        stage.frames(3)


def wrong(window: QWidget) -> list[str]:
    """What is wrong in a window: texts that are cut off, and widgets in a wrong place."""
    return [
        *cut_off(window),
        *outside(window),
        *overlapping(window),
        *scrolled(window),
        *plot_out_of_sight(window),
        *chips_out_of_sight(window),
        *elided_without_tip(window),
    ]


def look(stage: Stage, themes: Sequence[Theme]) -> None:
    settle(stage)
    assert "\n".join(wrong(stage.window)) == ""
    for chosen in themes:
        stage.window.set_theme(chosen)
        settle(stage)
        assert "\n".join([*plot_out_of_sight(stage.window), *faint(stage.window)]) == "", chosen


SHORT = [
    ("200 %", "de", trouble, THEMES[2:]),
    ("1366x768", "de", form, THEMES[1:2]),
    ("200 %", "de", overview, ()),
    ("200 %", "de", class_room, THEMES[2:]),
    ("1280x800", "en", class_room, ()),
    ("200 %", "en", form_connected, ()),
    ("200 %", "de", form_connected, ()),
    ("1366x768", "de", replay, THEMES[:1]),
]
LONG = [
    pytest.param(screen, language, state, THEMES, marks=pytest.mark.long)
    for screen, language, state in itertools.product(SCREENS, ("en", "de"), STATES)
]


@pytest.mark.parametrize(("screen", "language", "state", "themes"), [*SHORT, *LONG])
def test_every_text_can_be_read_and_nothing_is_out_of_place(
    open_on: Callable[[str, str], Stage],
    screen: str,
    language: str,
    state: Callable[[Stage], None],
    themes: Sequence[Theme],
) -> None:
    stage = open_on(screen, language)
    state(stage)
    look(stage, themes)


def on_screen(dialog: QDialog) -> bool:
    return (
        dialog.screen().availableGeometry().size().expandedTo(dialog.size())
        == dialog.screen().availableGeometry().size()
    )


def asks(stage: Stage) -> None:
    show_cloud(stage)
    stage.window.device_actions.delete_data()


DIALOGS = {**{row.kind.__name__: row.open for row in ROWS}, "QMessageBox": asks}


@pytest.mark.parametrize(
    ("language", "name", "themes"),
    [
        ("de", "TokenDialog", THEMES[1:2]),
        *(
            pytest.param(language, name, THEMES, marks=pytest.mark.long)
            for language, name in itertools.product(languages.offered(), DIALOGS)
        ),
    ],
)
def test_dialogs_can_be_read(
    open_on: Callable[[str, str], Stage], language: str, name: str, themes: Sequence[Theme]
) -> None:
    stage = open_on("1366x768", language)
    stage.connect()
    for chosen in themes:
        stage.window.set_theme(chosen)
        DIALOGS[name](stage)
        QApplication.processEvents()
        (dialog,) = [d for d in stage.window.findChildren(QDialog) if d.isVisible()]
        assert on_screen(dialog)
        found = [*cut_off(dialog), *cut_boxes(dialog), *outside(dialog), *overlapping(dialog), *faint(dialog)]
        assert "\n".join(found) == ""
        dialog.reject()
        QApplication.processEvents()


@pytest.mark.parametrize(
    ("language", "percent"),
    [
        ("de", 110),
        *(
            pytest.param(language, percent, marks=pytest.mark.long)
            for language, percent in itertools.product(languages.offered(), (75, 90, 100, 110))
        ),
    ],
)
def test_larger_text_fits_at_200_percent_too(
    open_on: Callable[[str, str], Stage], language: str, percent: int
) -> None:
    stage = open_on("200 %", language)
    stage.settings.text_percent = percent
    stage.window.set_theme(Theme.LIGHT)
    running(stage)
    look(stage, ())


@pytest.mark.parametrize(
    ("language", "percent"), [("de", 150), pytest.param("en", 125, marks=pytest.mark.long)]
)
def test_the_plot_is_in_sight_with_large_text_on_a_small_screen(
    open_on: Callable[[str, str], Stage], language: str, percent: int
) -> None:
    """Only the pane below it may have to be scrolled to."""
    stage = open_on("200 %", language)
    stage.settings.text_percent = percent
    stage.window.set_theme(Theme.LIGHT)
    running(stage)
    settle(stage)
    assert "\n".join(plot_out_of_sight(stage.window)) == ""
    (area,) = [area for area in stage.window.findChildren(ScrollPage) if area.isVisible()]
    assert area.horizontalScrollBar().maximum() == 0
    assert stage.window.left.table.isColumnHidden(FATES)


@pytest.mark.long
@pytest.mark.parametrize("language", languages.offered())
@pytest.mark.parametrize("percent", [125, 150, 200])
def test_what_does_not_fit_scrolls_and_is_not_cut_off(
    open_on: Callable[[str, str], Stage], language: str, percent: int
) -> None:
    stage = open_on("200 %", language)
    stage.settings.text_percent = percent
    stage.window.set_theme(Theme.LIGHT)
    running(stage)
    settle(stage)
    page = stage.window.page
    assert page.minimumSizeHint().width() <= page.width()
    assert "\n".join([*outside(page), *overlapping(page)]) == ""


def test_a_table_without_room_for_all_columns_gets_them_back(stage: Stage) -> None:
    table = stage.window.left.table
    stage.connect()
    stage.window.step_text_size(5)
    stage.wait_until(lambda: table.isColumnHidden(FATES))
    stage.window.step_text_size(0)
    stage.wait_until(lambda: not table.isColumnHidden(FATES))
    assert table.columnWidth(FATES) > 0


def test_the_properties_notice_what_is_wrong(qtbot: QtBot) -> None:
    theme.apply(LIGHT)
    window = QMainWindow()
    qtbot.addWidget(window)
    page = QWidget()
    window.setCentralWidget(page)
    column = QVBoxLayout(page)
    good, pale = QLabel("This text can be read"), QLabel("This one is too pale")
    pale.setStyleSheet("color: #9AA5AE")
    for label in (good, pale):
        column.addWidget(label)
    window.resize(300, 200)
    window.show()
    QApplication.processEvents()
    assert [line.partition(":")[0] for line in faint(window)] == ["QLabel 'This one is too pale'"]
    assert (cut_off(window), outside(window), overlapping(window)) == ([], [], [])
    good.move(250, 10)
    pale.setGeometry(10, 100, 60, 20)
    assert [line.partition(":")[0] for line in outside(window)] == ["QLabel 'This text can be read'"]
    assert "QLabel 'This one is too pale'" in "".join(cut_off(window))
    pale.setGeometry(good.geometry())
    assert len(overlapping(window)) == 1
    assert len(visible_children(window)) == 3

"""Every dialog: what Return does, what Escape does, and what each of its buttons does.

The button that agrees is clicked in the default run only in one dialog, because Return clicks it too.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import NamedTuple

import pytest
from PySide6.QtCore import QMargins
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)

import ui
from app.bench.status import LinkState, LinkStatus
from app.messages.message import Message, verbatim
from app.program import components, updates
from app.program.components import Component
from tests.ui.conftest import BENCH
from tests.ui.stage import Answer, Stage
from tests.ui.test_notice_buttons import BOARDS
from ui.bench.color_choice import ColorChoice
from ui.boards.port_choice import PortChoice
from ui.console.sending.file_dialog import FileDialog
from ui.console.sending.macro_dialog import MacroDialog
from ui.dialogs.data_dialog import SaveDataDialog
from ui.dialogs.fitting_dialog import FittingDialog
from ui.dialogs.marker import MarkerDialog, ask_for_new
from ui.dialogs.picture import PictureDialog
from ui.dialogs.ranges import RangesDialog, ask_for_ranges
from ui.dialogs.server_dialog import ServerDialog
from ui.dialogs.token_dialog import TokenDialog
from ui.dialogs.token_test import TokenTestDialog
from ui.dialogs.updates import UpdatesDialog
from ui.fixes.fix import Fix, Kind
from ui.help import opening
from ui.help.about import AboutDialog
from ui.help.dialog import HelpDialog
from ui.recordings.name_dialog import NameDialog

LONDON = "https://lon1.blynk.cloud"


class Row(NamedTuple):
    """A dialog: how to open it with all fields filled in, its buttons, and a check of its effect."""

    kind: type[QDialog]
    open: Callable[[Stage], None]
    agrees: str
    """The button that agrees; empty if there is none."""
    refuses: str
    done: Callable[[Stage], bool]
    """Whether the dialog has done what the user agreed to."""
    others: tuple[str, ...] = ()
    """Buttons that neither agree nor refuse."""


def open_help(stage: Stage) -> None:
    opening.show_help(stage.window)


def open_about(stage: Stage) -> None:
    stage.monkeypatch.setattr(components, "components", lambda: [Component("numpy", "2.0.2", "BSD")])
    opening.show_about(stage.window)


def open_updates(stage: Stage) -> None:
    stage.monkeypatch.setattr(updates, "ask", lambda: verbatim("You have the newest version."))
    opening.show_updates(stage.window)


def open_saving(stage: Stage) -> None:
    stage.answers_with(stage.folder / "data.csv")
    stage.window.ask_for_data()


def open_tokens(stage: Stage) -> None:
    stage.window.ask_for_tokens()
    (field,) = stage.dialog(TokenDialog).fields.values()
    QTest.keyClicks(field, "another token")


def open_choice(stage: Stage) -> None:
    stage.device.link = LinkStatus(LinkState.AMBIGUOUS, verbatim("Two boards could be meant."), BOARDS)
    stage.window.device_actions.choose_port()
    stage.click(stage.dialog(PortChoice).buttons[1][0])


def open_server(stage: Stage) -> None:
    button = Fix(Kind.CHANGE_SERVER, Message("button_change_server"))
    stage.window.fixing.fix("greenhouse", button)
    stage.dialog(ServerDialog).box.setCurrentText(LONDON)


def open_test(stage: Stage) -> None:
    stage.keyring.answer = Answer(False, verbatim("Another region accepts the token."), LONDON)
    form = stage.window.bar.form
    form.server_box.setCurrentText("https://fra1.blynk.cloud")
    form.token_field.setText("another token")
    form.test_asked.emit()
    stage.wait_until(stage.dialog(TokenTestDialog).agree.isVisible)


def open_colors(stage: Stage) -> None:
    path = stage.folder / "bench.toml"
    path.write_bytes(BENCH)
    stage.window.connection.open_file(path)
    stage.window.connection.connect_bench()
    stage.window.editing.ask_for_look("v1")


def open_naming(stage: Stage) -> None:
    path = stage.folder / "greenhouse.pbrec"
    path.write_bytes(b"a run")
    NameDialog(path, lambda _new: None, stage.window).open()
    stage.dialog(NameDialog).field.setText("12")


def open_ranges(stage: Stage) -> None:
    ask_for_ranges(stage.window.pane)
    row = stage.dialog(RangesDialog).rows[0]
    row.low.setText("-7")
    row.high.setText("50")
    row.locked.setChecked(True)


def open_marker(stage: Stage) -> None:
    ask_for_new(stage.bench.timelines, "greenhouse", stage.clock.now_s, stage.window)
    stage.dialog(MarkerDialog).field.setText("window opened")


def open_picture(stage: Stage) -> None:
    stage.answers_with(stage.folder / "plot.png")
    stage.window.pictures.ask()


def open_macros(stage: Stage) -> None:
    stage.window.console.sending.edit()
    dialog = stage.dialog(MacroDialog)
    dialog.new_button.click()
    QTest.keyClicks(dialog.line_field, "led=1")


def open_file(stage: Stage) -> None:
    path = stage.folder / "g.txt"
    path.write_text("a\nb\n")
    stage.monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    stage.window.console.sending.ask_for_file()


def has_color(stage: Stage) -> bool:
    config = stage.window.connection.config
    return config is not None and config.device[0].datastream[1].color == "#0072B2"


ROWS = (
    Row(HelpDialog, open_help, "", "Close", lambda _stage: False),
    Row(AboutDialog, open_about, "", "Close", lambda _stage: False, ("Copy",)),
    Row(UpdatesDialog, open_updates, "", "Close", lambda _stage: False),
    Row(
        SaveDataDialog,
        open_saving,
        "Save as…",
        "Cancel",
        lambda stage: bool(stage.bench.calls) and (stage.folder / "data.csv").exists(),
        ("Copy",),
    ),
    Row(
        RangesDialog,
        open_ranges,
        "Use these ranges",
        "Cancel",
        lambda stage: stage.window.pane.plot.groups[0].scale.low == -7,
    ),
    Row(
        MarkerDialog,
        open_marker,
        "Keep the marker",
        "Cancel",
        lambda stage: [marker.note for marker in stage.bench.timelines.markers.values()] == ["window opened"],
    ),
    Row(
        PictureDialog,
        open_picture,
        "Save as…",
        "Cancel",
        lambda stage: (stage.folder / "plot.png").exists(),
        ("Copy",),
    ),
    Row(
        TokenDialog,
        open_tokens,
        "Use these tokens",
        "Cancel",
        lambda stage: stage.keyring.held == {"greenhouse": "another token"},
        ("Test it",),
    ),
    Row(
        TokenTestDialog,
        open_test,
        f"Use {LONDON}",
        "Close",
        lambda stage: stage.window.bar.form.server_box.currentText() == LONDON,
    ),
    Row(
        ServerDialog,
        open_server,
        "Use this server",
        "Cancel",
        lambda stage: stage.bench.config.device[0].server == LONDON,
    ),
    Row(
        PortChoice,
        open_choice,
        "Use this board",
        "Cancel",
        lambda stage: stage.bench.calls == [("choose_port", "greenhouse", "/dev/ttyUSB1")],
    ),
    Row(
        NameDialog,
        open_naming,
        "Rename",
        "Cancel",
        lambda stage: (stage.folder / "12.pbrec").exists(),
    ),
    Row(
        MacroDialog,
        open_macros,
        "Use these lines",
        "Cancel",
        lambda stage: [macro.line for macro in stage.settings.macros] == ["led=1"],
        ("New", "Remove", "Up", "Down"),
    ),
    Row(
        FileDialog,
        open_file,
        "Send",
        "Cancel",
        lambda stage: stage.bench.calls == [("send", "greenhouse", "a", "\n")],
    ),
    Row(
        ColorChoice,
        open_colors,
        "Blue",
        "Cancel",
        has_color,
        (
            "Vermilion",
            "Green",
            "Orange",
            "Purple",
            "Sky blue",
            "Yellow",
            "Grey",
            "Automatic",
            "Other…",
            "Solid",
            "Dashed",
            "Dotted",
            "Dash-dot",
        ),
    ),
)
EACH = pytest.mark.parametrize("row", ROWS, ids=[row.kind.__name__ for row in ROWS])
AGREEING = pytest.mark.parametrize(
    ("row", "by"),
    [
        pytest.param(
            *(row, by),
            id=f"{row.kind.__name__}-{by}",
            marks=() if by == "Return" or row.kind is RangesDialog else pytest.mark.long,
        )
        for row in ROWS
        if row.agrees
        for by in ("button", "Return")
    ],
)


def word(button: QAbstractButton) -> str:
    return button.text().replace("&", "")


def is_open(stage: Stage, row: Row) -> bool:
    return any(dialog.isVisible() for dialog in stage.window.findChildren(row.kind))


def test_every_dialog_has_a_row() -> None:
    kinds = set()
    for found in pkgutil.walk_packages(ui.__path__, "ui."):
        module = importlib.import_module(found.name)
        kinds |= {
            kind
            for kind in vars(module).values()
            if isinstance(kind, type) and issubclass(kind, QDialog) and kind.__module__ == module.__name__
        }
    assert kinds - {FittingDialog} == {row.kind for row in ROWS}


@EACH
def test_it_has_the_buttons_of_its_row_a_title_and_the_margins_of_the_others(stage: Stage, row: Row) -> None:
    row.open(stage)
    dialog = stage.dialog(row.kind)
    found = dialog.findChildren(QAbstractButton)
    buttons = {word(button) for button in found if isinstance(button, QPushButton | QToolButton)}
    assert buttons - {""} == {row.agrees, row.refuses, *row.others} - {""}
    layout = dialog.layout()
    assert layout
    assert layout.contentsMargins() == QMargins(24, 20, 24, 16)
    titles = [label.property("title") for label in dialog.findChildren(QLabel)]
    assert titles[0] or row.kind in (UpdatesDialog, HelpDialog)  # these have none; a page has its own


@EACH
def test_cancelling_closes_it_and_does_nothing(stage: Stage, row: Row) -> None:
    for by in ("button", "Esc"):
        row.open(stage)
        dialog = stage.dialog(row.kind)
        if by == "button":
            (button,) = [b for b in dialog.findChildren(QPushButton) if word(b) == row.refuses]
            stage.click(button)
        else:
            stage.press(by, dialog)
        assert not is_open(stage, row), by
        assert not row.done(stage), by
        assert stage.bench.calls == [], by


@AGREEING
def test_agreeing_does_it_and_closes(stage: Stage, row: Row, by: str) -> None:
    row.open(stage)
    dialog = stage.dialog(row.kind)
    if by == "button":
        (button,) = [b for b in dialog.findChildren(QPushButton) if word(b) == row.agrees]
        stage.click(button)
    else:
        field = next(iter(dialog.findChildren(QLineEdit)), None)
        stage.press(by, field or dialog)
    assert not is_open(stage, row)
    stage.wait_until(lambda: row.done(stage))

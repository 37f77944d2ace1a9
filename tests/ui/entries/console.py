"""Test rows for the entries of the View menu that concern the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from PySide6.QtWidgets import QApplication

from app.bench.status import RawBytes
from tests.ui.entries import Entries
from tests.ui.stage import Stage
from ui.console.model import TEXT
from ui.lower_pane import CLOUD, CONSOLE

ENTRIES = Entries()
entry = ENTRIES.row


@entry("View / Only rejected lines in the console", "W")
def shows_only_rejected_lines(stage: Stage) -> Iterator[None]:
    kinds = {str(line.tag.kind) for line in stage.window.console.model.rows}
    assert kinds == {"accepted", "rejected", "comment"}
    yield
    assert {str(line.tag.kind) for line in stage.window.console.model.rows} == {"rejected"}
    yield
    assert len({line.tag.kind for line in stage.window.console.model.rows}) == 3


@entry("View / Clear the console", "Ctrl+K")
def clears_the_console(stage: Stage) -> Iterator[None]:
    assert stage.window.console.view.model().rowCount() > 0
    yield
    assert stage.window.console.view.model().rowCount() == 0


IN_CONSOLE = "View / Lines shown in the console"


@entry(f"{IN_CONSOLE} / Find…", "Ctrl+F")
def opens_the_search(stage: Stage) -> Iterator[None]:
    stage.window.lower_pane.show_page(CLOUD)
    yield
    assert stage.window.lower_pane.front == CONSOLE
    assert stage.window.focusWidget() is stage.window.console.find_bar.field


def finds(path: str, key: str, step: int) -> None:
    @entry(path, key)
    def course(stage: Stage) -> Iterator[None]:
        console = stage.window.console
        console.open_search()
        console.find_bar.field.setText("v3=")
        hits = [row for row in range(console.model.rowCount()) if "v3=" in console.model.row(row).text]
        assert console.view.chosen == [hits[-1]]
        yield
        assert console.view.chosen == [hits[(len(hits) - 1 + step) % len(hits)]]


finds(f"{IN_CONSOLE} / Find next", "F3", 1)
finds(f"{IN_CONSOLE} / Find previous", "Shift+F3", -1)


def shows_only(path: str, kinds: set[str]) -> None:
    @entry(path)
    def course(stage: Stage) -> Iterator[None]:
        console = stage.window.console
        console.send_box.field.setText("led=1")
        stage.press("Return", console.send_box.field)
        stage.frames()
        console.only_rejected.setChecked(kinds != {"rejected"})
        yield
        assert {str(row.tag.kind) for row in console.model.rows} == kinds
        assert console.only_rejected.isChecked() is (kinds == {"rejected"})


shows_only(f"{IN_CONSOLE} / Verdict / All lines", {"accepted", "rejected", "comment", "sent"})
shows_only(f"{IN_CONSOLE} / Verdict / Only accepted lines", {"accepted"})
shows_only(f"{IN_CONSOLE} / Verdict / Only rejected lines", {"rejected"})
shows_only(f"{IN_CONSOLE} / Verdict / Only comments", {"comment"})
shows_only(f"{IN_CONSOLE} / Verdict / Only sent lines", {"sent"})


@entry(f"{IN_CONSOLE} / Datastream / All datastreams")
def shows_all_datastreams(stage: Stage) -> Iterator[None]:
    console = stage.window.console
    console.menu.show_targets(("v1",))
    console.menu.streams.actions()[1].trigger()
    assert {row.tag.target for row in console.model.rows} == {"v1"}
    yield
    assert len({row.tag.target for row in console.model.rows}) > 1


@entry(f"{IN_CONSOLE} / All boards")
def shows_all_boards(stage: Stage) -> Iterator[None]:
    stage.bench.devices["cellar"].say("v9=4.5", stage.clock.now_s)
    yield
    stage.frames()
    assert {row.tag.device for row in stage.window.console.model.rows} == {"greenhouse", "cellar"}
    yield
    assert {row.tag.device for row in stage.window.console.model.rows} == {"greenhouse"}


@entry(f"{IN_CONSOLE} / Hex view", "H")
def shows_bytes(stage: Stage) -> Iterator[None]:
    stage.device.raw = RawBytes(0, b"v1=1\r\n\xff", ((0, 0),))
    yield
    stage.frames()
    view = stage.window.console.hex_view
    assert view is not None
    assert view.model().index(0, 2).data().split() == ["76", "31", "3d", "31", "0d", "0a", "ff"]
    yield
    assert stage.window.console.view.isVisible()


@entry(f"{IN_CONSOLE} / Colours of the log")
def shows_or_strips_colours(stage: Stage) -> Iterator[None]:
    console = stage.window.console
    delegate = cast(Any, console.view.itemDelegateForColumn(TEXT))
    assert delegate.shows_colors
    yield
    assert not delegate.shows_colors


@entry(f"{IN_CONSOLE} / Copy with time and verdict")
def copies_details(stage: Stage) -> Iterator[None]:
    yield
    stage.window.console.view.selectRow(0)
    stage.press("Ctrl+C", stage.window.console.view)
    assert len(QApplication.clipboard().text().split("\t")) == 4


@entry(f"{IN_CONSOLE} / Save these lines…")
def saves_the_lines(stage: Stage) -> Iterator[None]:
    path = stage.folder / "lines.txt"
    stage.answers_with(path)
    yield
    stage.wait_until(path.exists)
    assert len(path.read_text(encoding="utf-8").splitlines()) == stage.window.console.model.rowCount()

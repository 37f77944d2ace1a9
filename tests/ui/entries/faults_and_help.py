"""Test rows for the entries of the Faults menu, which only a demo has, and of the Help menu."""

from __future__ import annotations

from collections.abc import Iterator

from app.messages.message import Message, verbatim
from app.program import updates
from tests.ui.entries import Entries
from tests.ui.stage import Stage
from ui.dialogs.updates import UpdatesDialog
from ui.help.about import AboutDialog
from ui.help.dialog import HelpDialog

ENTRIES = Entries()
entry = ENTRIES.row


@entry("Faults / Play down")
def plays_a_fault(stage: Stage) -> Iterator[None]:
    stage.window.connection.start_demo()
    yield
    assert stage.faults.on == {"down": True, "flood": False}
    yield
    assert stage.faults.on == {"down": False, "flood": False}


@entry("Faults / Play flood")
def shows_a_fault_that_ended_by_itself(stage: Stage) -> Iterator[None]:
    stage.window.connection.start_demo()
    yield
    assert stage.faults.on == {"down": False, "flood": True}
    stage.faults.on["flood"] = False
    yield
    assert stage.faults.on == {"down": False, "flood": True}


@entry("Help / Help topics", "F1")
def shows_the_help(stage: Stage) -> Iterator[None]:
    yield
    assert stage.dialog(HelpDialog).windowTitle() == "Help"


@entry("Help / Is there a newer version?")
def asks_for_a_newer_version(stage: Stage) -> Iterator[None]:
    asked: list[str] = []

    def ask() -> Message:
        asked.append("asked")
        return verbatim("You have the newest version.")

    stage.monkeypatch.setattr(updates, "ask", ask)
    assert asked == []
    yield
    dialog = stage.dialog(UpdatesDialog)
    stage.wait_until(lambda: dialog.sentence.text() == "You have the newest version.")
    assert asked == ["asked"]


@entry("Help / About Pinbridge")
def shows_the_versions(stage: Stage) -> Iterator[None]:
    yield
    assert stage.dialog(AboutDialog).windowTitle() == "About this program"

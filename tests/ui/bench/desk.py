"""A window with a bench file on the disk and its editor, and what a user does there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QToolButton, QWidget

from app.config.bench_file import BenchConfig
from app.config.loading import load
from app.wire.datastreams import Datastream
from tests.ui.controls import type_in
from tests.ui.stage import LEFT, Stage
from ui.bench.editor import BenchEditor
from ui.bench.form import Binding

FILE = """\
# The lab's bench.
[bench]
name = "Bench 1"
journal = "bench-1.db"

[organisation.school]  # ours
monthly_messages = 100000

[[device]]  # at the window
name = "greenhouse"
port = "usb:2341:0043:85734323"
server = "https://fra1.blynk.cloud"
auth_token = "keyring:greenhouse"

[[device.datastream]]
virtual_pin = 0
name = "Sine"

[[device.datastream]]
virtual_pin = 1  # the sensor
name = "Temperature"
unit = "°C"
type = "double"

[[device]]
name = "cellar"
port = "COM7"
"""


class Desk:
    """The stage's window with the bench file `FILE`, and its editor."""

    def __init__(self, stage: Stage, text: str = FILE) -> None:
        self.stage, self.window = stage, stage.window
        self.path: Path = stage.folder / "lab.toml"
        self.path.write_text(text, encoding="utf-8")
        self.window.connection.open_file(self.path)

    def connect(self) -> None:
        self.window.connection.connect_bench()
        self.stage.frames()

    def announce(self, *datastreams: Datastream) -> None:
        """Let the board of the first device announce `datastreams`."""
        status = self.stage.device.status
        announced = partial(msgspec.structs.replace, announced=datastreams)
        self.stage.monkeypatch.setattr(self.stage.device, "status", lambda: announced(status()))

    def edit(self) -> BenchEditor:
        self.window.activateWindow()
        self.stage.wait_until(self.window.isActiveWindow)
        self.stage.press("Ctrl+E", self.window)
        self.stage.wait_until(self.editor.isActiveWindow)
        return self.editor

    @property
    def editor(self) -> BenchEditor:
        editor = self.window.editing.editor
        assert editor
        assert editor.isVisible()
        return editor

    def choose(self, *path: int) -> None:
        """Choose a table in the list at the left: by its place, or by those of a device and a datastream."""
        outline = self.editor.outline
        item = outline.topLevelItem(path[0])
        for place in path[1:]:
            assert item
            item = item.child(place)
        assert item
        QTest.mouseClick(outline.viewport(), LEFT, pos=outline.visualItemRect(item).center())

    def binding(self, key: str) -> Binding:
        form = self.editor.form
        assert form
        return form.bindings[key]

    def type(self, key: str, text: str) -> None:
        widget = self.binding(key).field.focus
        type_in(widget, text)
        if not text:
            line = widget.lineEdit() if isinstance(widget, QComboBox) else widget
            assert isinstance(line, QLineEdit)
            self.stage.press("Del", line)

    def pick(self, key: str, text: str) -> None:
        """Choose an entry of a list by keyboard."""
        box = self.binding(key).field.focus
        assert isinstance(box, QComboBox)
        at = box.findText(text)
        assert at >= 0, [box.itemText(place) for place in range(box.count())]
        box.setFocus()
        while box.currentIndex() != at:
            self.stage.press("Down" if box.currentIndex() < at else "Up", box)
            if box.view().isVisible():  # The text before was no entry.
                box.view().setCurrentIndex(box.model().index(at, 0))
                self.stage.press("Return", box.view())

    def tick(self, key: str) -> None:
        box = self.binding(key).field.focus
        assert isinstance(box, QCheckBox)
        self.stage.press("Space", box)

    def problem(self, key: str) -> str:
        label = self.binding(key).problem
        return label.text() if label.isVisible() else ""

    def press(self, name: str) -> None:
        """Click a button of the editor by its name."""
        self.stage.click(self.button(name))

    def button(self, name: str) -> QWidget:
        kinds = [*self.editor.findChildren(QPushButton), *self.editor.findChildren(QToolButton)]
        (found,) = [
            button
            for button in kinds
            if name in (button.accessibleName(), button.text().replace("&", "")) and button.isVisible()
        ]
        return found

    def save(self) -> BenchConfig:
        """Save, and return what the file has then."""
        self.press("Save")
        return self.loaded

    @property
    def loaded(self) -> BenchConfig:
        return load(self.path)

    @property
    def said(self) -> str:
        """The message at the top of the editor."""
        notice = self.editor.notice
        return notice.label.text() if notice.isVisible() else ""

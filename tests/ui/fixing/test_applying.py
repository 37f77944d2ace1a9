"""What a fix writes into the bench file, also if that was changed by hand meanwhile."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.config.loading import load
from app.wire.datastreams import DatastreamType
from tests.ui.fixing.test_fixing import UNREADABLE, by_mouse, choose_rejected, device, named, port_says, told
from tests.ui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
FILE = (
    '# My bench\n[[device]]\nname = "greenhouse"  # the big one\nport = "COM1"\nbaud_rate = 115200\n'
    '[[device.datastream]]\nvirtual_pin = 1\ntype = "double"\n'
)


def open_file(stage: Stage) -> Path:
    """Open a bench file that is on the disk, and connect it."""
    path = stage.folder / "real.pinbridge"
    path.write_text(FILE, encoding="utf-8")
    stage.window.connection.open_file(path)
    stage.window.connection.connect_bench()
    stage.frames()
    return path


def test_a_fix_is_written_into_the_bench_file_with_its_comments(stage: Stage) -> None:
    path = open_file(stage)
    port_says(stage, UNREADABLE)
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[1])
    text = path.read_text(encoding="utf-8")
    assert "# My bench" in text
    assert "# the big one" in text
    assert load(path).device[0].baud_rate == 9600
    stage.frames()
    stage.click_notice("Undo")
    assert load(path).device[0].baud_rate == 115200


def test_a_bench_file_that_cannot_be_written_is_reported(stage: Stage) -> None:
    path = open_file(stage)
    path.write_text("nonsense", encoding="utf-8")
    port_says(stage, UNREADABLE)
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[1])
    assert device(stage).baud_rate == 9600
    assert "The bench file could not be written:" in told(stage)
    assert path.read_text(encoding="utf-8") == "nonsense"


def test_a_device_that_left_the_bench_file_meanwhile_is_reported(stage: Stage) -> None:
    path = open_file(stage)
    path.write_text(path.read_text(encoding="utf-8").replace("greenhouse", "roof"), encoding="utf-8")
    port_says(stage, UNREADABLE)
    by_mouse(stage, stage.window.pane.empty.fixes.buttons[1])
    assert device(stage).baud_rate == 9600
    assert told(stage).endswith(
        "The bench file could not be written: it was changed meanwhile, and has no device greenhouse now."
    )
    assert load(path).device[0].baud_rate == 115200


def test_what_was_written_by_hand_meanwhile_stays(stage: Stage) -> None:
    path = open_file(stage)
    path.write_text(f"{FILE}[[device.datastream]]\nvirtual_pin = 7  # my own\n", encoding="utf-8")
    (button,) = choose_rejected(stage, "v1=calm")
    by_mouse(stage, button)
    assert "# my own" in path.read_text(encoding="utf-8")
    assert types(path) == {1: DatastreamType.STRING, 7: None}
    stage.frames()
    stage.click_notice("Undo")
    assert types(path) == {1: DatastreamType.DOUBLE, 7: None}


def types(path: Path) -> dict[int | None, DatastreamType | None]:
    return {entry.virtual_pin: entry.type for entry in load(path).device[0].datastream}


def test_a_fix_of_a_bench_without_a_file_is_in_its_editor_too(stage: Stage) -> None:
    stage.window.connection.source = ""
    port_says(stage, UNREADABLE)
    stage.window.editing.edit()
    by_mouse(stage, named(stage, "Try 9600"))
    editor = stage.window.editing.editor
    assert editor is not None
    assert editor.draft.devices[0].get("baud_rate") == 9600
    assert not editor.draft.is_changed


def test_an_editor_that_began_with_another_bench_does_not_follow(stage: Stage) -> None:
    """A demo begins anew at each Connect, while its editor stays open."""
    connection = stage.window.connection
    connection.source = ""
    port_says(stage, UNREADABLE)
    stage.window.editing.edit()
    assert connection.config is not None
    (only, _) = connection.config.device
    connection.show_edited(msgspec.structs.replace(connection.config, device=(only,)), "")
    by_mouse(stage, named(stage, "Try 9600"))
    assert connection.config.device[0].baud_rate == 9600
    editor = stage.window.editing.editor
    assert editor is not None
    assert editor.draft.devices[0].get("baud_rate") == 115200

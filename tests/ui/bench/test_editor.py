"""The editor as a user meets it: the list, the form, what is wrong, and what is in the file afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QToolButton, QWidget

from app.bench.status import JournalCounts
from app.config.bench_file import BenchConfig
from app.config.loading import load
from tests.journal.test_earlier import plotted
from tests.ui.bench.desk import FILE, Desk
from ui.bench.model.draft import Kind
from ui.bench.model.keys import SECTIONS

BENCH, SCHOOL, GREENHOUSE, CELLAR = range(4)


def test_what_is_changed_is_in_the_file_with_all_comments_and_in_effect_at_once(desk: Desk) -> None:
    desk.connect()
    desk.edit()
    desk.type("name", "Lab 7")
    desk.choose(GREENHOUSE, 1)
    desk.type("unit", "K")
    assert desk.editor.state.text() == "Not saved yet"
    config = desk.save()
    assert desk.path.read_text(encoding="utf-8") == FILE.replace("Bench 1", "Lab 7").replace("°C", "K")
    assert desk.path.with_name("lab.toml.previous").read_text(encoding="utf-8") == FILE
    assert desk.stage.bench.calls == [("reconfigure", config, {}, {})]
    assert desk.window.windowTitle() == "Lab 7 – Pinbridge"
    assert desk.said == "Saved, and in effect now."
    assert not desk.button("Save").isEnabled()
    assert not desk.button("Revert").isEnabled()


@pytest.mark.long
def test_without_a_connection_the_next_connect_uses_the_change(desk: Desk) -> None:
    desk.edit()
    desk.choose(CELLAR)
    desk.type("port", "COM9")
    desk.save()
    assert desk.said == "Saved. It takes effect at the next Connect."
    desk.connect()
    assert desk.stage.bench.config == desk.loaded
    assert desk.stage.bench.config.device[1].port == "COM9"


def test_nonsense_is_refused_beside_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.type("baud_rate", "fast")
    desk.type("server", "http://example.com")
    assert desk.problem("baud_rate") == "✗ enter a whole number"
    assert desk.problem("server").startswith("✗ server would send the token unencrypted to example.com")
    assert desk.problem("port") == ""
    assert desk.editor.state.text() == "2 problems"
    assert not desk.button("Save").isEnabled()
    desk.choose(GREENHOUSE, 1)
    desk.type("min", "5")
    desk.type("max", "3")
    assert desk.problem("max") == "✗ min = 5 is greater than max = 3"
    assert [desk.editor.list.item(row).text() for row in range(3)] == [
        "greenhouse › Baud rate: enter a whole number",
        "greenhouse › Server: server would send the token unencrypted to example.com: "
        "write https://example.com",
        "greenhouse › v1  Temperature › Highest value: min = 5 is greater than max = 3",
    ]
    item = desk.editor.outline.topLevelItem(GREENHOUSE)
    assert item
    assert item.text(0) == "✗ greenhouse"
    desk.choose(GREENHOUSE)
    box = desk.binding("baud_rate").field.focus
    assert isinstance(box, QComboBox)
    assert box.currentText() == "fast"
    desk.type("baud_rate", "9600")
    desk.type("server", "lon1.blynk.cloud")
    desk.choose(GREENHOUSE, 1)
    desk.type("max", "")
    config = desk.save()
    assert (config.device[0].baud_rate, config.device[0].server) == (9600, "https://lon1.blynk.cloud")
    assert config.device[0].datastream[1].high > 1e300


@pytest.mark.long
def test_a_problem_in_the_list_leads_to_its_field(desk: Desk) -> None:
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.press("More settings")
    desk.type("data_bits", "9")
    desk.choose(BENCH)
    problems = desk.editor.list
    problems.setFocus()
    problems.setCurrentRow(0)
    desk.stage.press("Return", problems)
    assert desk.editor.outline.node is desk.editor.draft.devices[0]
    assert desk.binding("data_bits").field.focus.hasFocus()
    assert desk.problem("data_bits") == "✗ data_bits = 9 is not within 5…8"


def test_devices_and_datastreams_are_added_copied_moved_and_removed(desk: Desk) -> None:
    desk.edit()
    desk.choose(GREENHOUSE, 1)
    desk.press("+ Datastream")
    desk.type("name", "Humidity")
    desk.press("Up")
    desk.choose(GREENHOUSE)
    desk.press("Copy")
    assert desk.problem("port").startswith("✗ port is empty")
    desk.pick("port", "USB Serial on /dev/ttyUSB0")
    desk.press("Up")
    desk.choose(CELLAR + 1)
    desk.press("Remove")
    desk.press("+ Organisation")
    desk.type("name", "home")
    config = desk.save()
    assert [device.name for device in config.device] == ["greenhouse 2", "greenhouse"]
    assert (config.device[0].port, config.device[0].auth_token) == (
        "/dev/ttyUSB0",
        "keyring:greenhouse-2",
    )
    for device in config.device:
        assert [entry.name for entry in device.datastream] == ["Sine", "Humidity", "Temperature"]
        assert [entry.virtual_pin for entry in device.datastream] == [0, 2, 1]
    assert list(config.organisation) == ["school", "home"]
    assert "# the sensor" in desk.path.read_text(encoding="utf-8")


def test_everything_can_be_done_by_keyboard_alone(desk: Desk) -> None:
    editor = desk.edit()
    stage, outline = desk.stage, editor.outline
    outline.setFocus()
    for _ in range(GREENHOUSE):
        stage.press("Down", outline)
    assert desk.binding("name").field.focus.accessibleName() == "Name"
    stage.press("Alt+Down", outline)
    assert [device.get("name") for device in editor.draft.devices] == ["cellar", "greenhouse"]
    stage.press("Alt+Up", outline)
    for _ in range(2):
        stage.press("Down", outline)
    stage.press("Del", outline)
    assert [child.target for child in editor.draft.devices[0].children] == ["v0"]
    stage.press("Ctrl+S", editor)
    assert len(desk.loaded.device[0].datastream) == 1
    stage.press("Esc", editor)
    assert desk.window.editing.editor is None


@pytest.mark.long
def test_the_bench_itself_cannot_be_removed_or_moved(desk: Desk) -> None:
    editor = desk.edit()
    for name in ("Remove", "Up", "Down", "Copy", "+ Datastream"):
        assert not desk.button(name).isEnabled()
    for keys in ("Alt+Up", "Alt+Down"):
        desk.stage.press(keys, editor)
    desk.stage.press("Del", editor.outline)
    assert not editor.draft.is_changed


def move_to(desk: Desk, name: str) -> None:
    """Choose a device in the menu that the button opens."""
    tool = desk.button("To device")
    assert isinstance(tool, QToolButton)
    assert tool.isEnabled()
    assert tool.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert tool.popupMode() is QToolButton.ToolButtonPopupMode.InstantPopup
    menu = tool.menu()
    assert menu
    menu.aboutToShow.emit()
    (action,) = [action for action in menu.actions() if action.text() == name]
    action.trigger()


def test_a_datastream_is_moved_to_another_device_with_its_comments(desk: Desk) -> None:
    editor = desk.edit()
    desk.choose(GREENHOUSE, 1)
    node, comment = editor.outline.node, "# the sensor"
    assert comment in desk.path.read_text(encoding="utf-8").partition('"cellar"')[0]
    move_to(desk, "cellar")
    assert editor.outline.node is node
    assert desk.said == f"The readings that {node.target} has so far stay in the journal under greenhouse."
    loaded = desk.save()
    assert [len(device.datastream) for device in loaded.device] == [1, 1]
    assert comment in desk.path.read_text(encoding="utf-8").partition('"cellar"')[2]


def test_a_pin_that_the_other_device_has_is_refused_beside_its_field(desk: Desk) -> None:
    editor = desk.edit()
    desk.choose(CELLAR)
    desk.press("+ Datastream")
    desk.choose(GREENHOUSE, 0)
    assert editor.outline.node.target == "v0"
    move_to(desk, "cellar")
    assert desk.problem("virtual_pin") == "✗ v0 has it too: give each datastream its own"
    assert not desk.button("Save").isEnabled()
    desk.type("virtual_pin", "7")
    assert [entry.virtual_pin for entry in desk.save().device[1].datastream] == [0, 7]


def test_only_a_datastream_can_be_moved_to_another_device(desk: Desk) -> None:
    desk.edit()
    for path in ((BENCH,), (GREENHOUSE,)):
        desk.choose(*path)
        assert not desk.button("To device").isEnabled()
    desk.choose(CELLAR)
    desk.press("Remove")
    desk.choose(GREENHOUSE, 0)
    assert not desk.button("To device").isEnabled()


def test_revert_brings_back_what_the_file_has(desk: Desk) -> None:
    desk.edit()
    desk.choose(CELLAR)
    desk.type("name", "attic")
    desk.choose(GREENHOUSE)
    desk.press("Remove")
    desk.press("Revert")
    assert [device.get("name") for device in desk.editor.draft.devices] == ["greenhouse", "cellar"]
    assert not desk.editor.draft.is_changed
    assert desk.loaded == load(desk.path)


TYPED = {
    "name": "x y",
    "journal": "other.db",
    "keep_days": "7.5",
    "max_journal_mb": "100",
    "monthly_messages": "5",
    "port": "COM3",
    "baud_rate": "9600",
    "server": "https://blynk.cloud",
    "auth_token": "env:PINBRIDGE_X",
    "interval_s": "2.5",
    "data_bits": "7",
    "stop_bits": "2",
    "requests_per_s": "3",
    "daily_points": "77",
    "max_age_days": "3",
    "virtual_pin": "9",
    "id": "11",
    "unit": "V",
    "color": "#123ABC",
    "scale": "0.5",
    "offset": "-1",
    "values": "1, 2",
    "min": "-5",
    "max": "5.5",
    "min_change": "0.5",
    "max_silence_s": "60",
}
PICKED = {
    "organisation": "school",
    "forward": "only the latest values",
    "unknown_pins": "are rejected",
    "dtr": "off",
    "rts": "on",
    "parity": "even",
    "flow_control": "XON/XOFF",
    "line_end": "nothing",
    "backlog": "in sets with their times",
    "line_style": "Dashed",
    "type": "double: numbers",
    "out_of_range": "the nearest allowed value is kept",
}
FIRST = {"interval_s": ("forward", "only the latest values"), "values": ("type", "enum: some whole numbers")}
"""What must be chosen before, so that a key has an effect."""
PLACES = {Kind.BENCH: (BENCH,), Kind.ORGANISATION: (SCHOOL,), Kind.DEVICE: (GREENHOUSE,)}


def change(desk: Desk, key: str) -> None:
    """Change a key by its field, as a user does."""
    if key in FIRST:
        desk.pick(*FIRST[key])
    field = desk.binding(key).field.focus
    if not field.isVisible():
        desk.press("More settings")
    if isinstance(field, QCheckBox):
        desk.tick(key)
    elif key in PICKED:
        desk.pick(key, PICKED[key])
    else:
        assert isinstance(field, QLineEdit | QComboBox)
        desk.type(key, TYPED[key])


def saved(config: BenchConfig, kind: Kind, key: str) -> object:
    """The value of a key in the first table of its kind. For an organisation's name, it is the name."""
    match kind:
        case Kind.BENCH:
            return getattr(config.bench, key)
        case Kind.ORGANISATION:
            name, organisation = next(iter(config.organisation.items()))
            return name if key == "name" else getattr(organisation, key)
        case Kind.DEVICE:
            return getattr(config.device[0], key)
    return getattr(config.device[0].datastream[0], key)


SLOW = (Kind.DEVICE, Kind.DATASTREAM)
EACH = [pytest.param(kind, marks=pytest.mark.long if kind in SLOW else (), id=kind.name) for kind in Kind]


@pytest.mark.parametrize("kind", EACH)
def test_every_key_can_be_changed(desk: Desk, kind: Kind) -> None:
    editor = desk.edit()
    for key in [key.name for section in SECTIONS[kind] for key in section.keys]:
        desk.choose(*PLACES.get(kind, (GREENHOUSE, 0)))
        node = editor.outline.node
        before = node.get(key)
        change(desk, key)
        assert node.get(key) != before, key
        assert desk.problem(key) == ""
        shown = node.get(key).get("name") if key == "organisation" else node.get(key)
        assert saved(editor.draft.config(), kind, key) == shown
        if key in ("name", "port"):
            assert saved(desk.save(), kind, key) == shown
        else:
            desk.press("Revert")


def test_the_editor_has_no_control_without_a_test(desk: Desk) -> None:
    editor = desk.edit()
    desk.choose(GREENHOUSE, 0)
    assert editor.form
    fields = {
        widget
        for binding in editor.form.bindings.values()
        for widget in (binding.field.widget, *binding.field.widget.findChildren(QWidget))
    }
    found = {
        widget.accessibleName() or widget.text().replace("&", "")
        for widget in editor.findChildren(QAbstractButton)
        if widget not in fields and type(widget) is not QAbstractButton
    }
    assert found == {
        *("+ Device", "+ Datastream", "+ Organisation", "Copy", "Up", "Down", "To device", "Remove"),
        *("More settings", "Save", "Revert", "Close"),
    }


def test_removing_a_device_says_what_is_not_sent_yet(desk: Desk) -> None:
    desk.connect()
    desk.stage.device.say("v1=1", desk.stage.clock.now_s)
    desk.stage.device.streams["v1"].counts = JournalCounts(readings=1, pending=1)
    desk.stage.device.held = 2
    editor = desk.edit()
    desk.choose(GREENHOUSE)
    desk.press("Remove")
    assert desk.said == (
        "3 readings of greenhouse are not sent yet. Without the device, they stay in the journal, and are "
        "sent only if the device comes back."
    )
    assert editor.notice.tone == "warn"
    desk.press("Save")
    assert desk.said == (
        "Saved, and in effect now. 3 readings of greenhouse stay in the journal, and are sent only if the "
        "device comes back."
    )
    assert editor.notice.tone == "warn"


def test_removing_a_device_says_nothing_of_readings_that_were_not_to_be_sent(desk: Desk) -> None:
    desk.connect()
    desk.stage.bench.devices["cellar"].say("v1=1", desk.stage.clock.now_s)
    desk.edit()
    desk.choose(CELLAR)
    desk.press("Remove")
    assert desk.said == ""
    desk.press("Save")
    assert desk.said == "Saved, and in effect now."


def test_removing_a_device_looks_into_a_journal_that_nothing_uses(desk: Desk) -> None:
    parts = (b"an account", "v1=1\nv1=2\n"), (b"", "v1=3\n")
    plotted(desk.stage.folder / "bench-1.db", *parts, device="greenhouse")
    desk.edit()
    desk.choose(GREENHOUSE)
    desk.press("Remove")
    assert desk.said.startswith("2 readings of greenhouse are not sent yet.")

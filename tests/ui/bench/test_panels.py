"""What the board says beside the fields: live values, trials, suggestions, offers and sums."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app.wire.datastreams import Datastream, DatastreamType
from tests.ui.bench.desk import Desk
from ui.bench.device_panels import CostsPanel, OffersPanel
from ui.bench.panels import DatastreamPanel

RAW = (12, 900, 400, 700, 1020, 30, 512, 300, 800, 100) * 3


def panel(desk: Desk) -> DatastreamPanel:
    return desk.editor.findChildren(DatastreamPanel)[-1]


def raw(desk: Desk) -> None:
    """Let the board print raw numbers for v1 every second."""
    desk.connect()
    for place, number in enumerate(RAW):
        desk.stage.device.say(f"v1={number}", desk.stage.clock.now_s + place)


def test_a_range_is_tried_on_the_lines_at_hand_before_it_is_taken(desk: Desk) -> None:
    raw(desk)
    desk.edit()
    desk.choose(2, 1)
    assert panel(desk).trial.text() == "None of the last 30 lines would have been rejected."
    desk.type("max", "800")
    assert (
        panel(desk).trial.text() == "6 of the last 30 lines would have been rejected. The first one: v1=900"
    )
    assert desk.loaded.device[0].datastream[1].max is None
    desk.type("max", "x")
    assert not panel(desk).trial.isVisible()


@pytest.mark.long
def test_the_live_value_is_beside_the_scale(desk: Desk) -> None:
    raw(desk)
    desk.edit()
    desk.choose(2, 1)
    desk.type("scale", "0.01")
    desk.type("unit", "V")
    assert panel(desk).value.text() == "Now: the board says 100, the value is 1 V."
    desk.stage.device.say("v1=512", desk.stage.clock.now_s + 40)
    desk.editor.look()
    assert panel(desk).value.text() == "Now: the board says 512, the value is 5.12 V."


def test_a_suggestion_is_taken_with_one_click(desk: Desk) -> None:
    raw(desk)
    desk.edit()
    desk.choose(2, 1)
    desk.type("unit", "V")
    (suggested,) = [row for row in panel(desk).buttons if "volts" in row.accessibleName()]
    desk.stage.click(suggested)
    node = desk.editor.outline.node
    assert node.get("scale") == pytest.approx(5 / 1023, rel=1e-6)
    assert panel(desk).value.text().endswith(" V.")
    assert desk.save().device[0].datastream[1].scale == node.get("scale")


@pytest.mark.long
def test_nothing_is_said_without_a_board(desk: Desk) -> None:
    desk.edit()
    desk.choose(2, 1)
    assert not panel(desk).value.isVisible()
    assert panel(desk).buttons == []


def offers(desk: Desk) -> OffersPanel:
    return desk.editor.findChildren(OffersPanel)[-1]


def test_what_a_board_announces_or_sends_is_added_with_one_click(desk: Desk) -> None:
    desk.connect()
    air = Datastream(virtual_pin=4, name="Air", unit="°C", type=DatastreamType.DOUBLE)
    desk.announce(air, Datastream(virtual_pin=1))
    desk.stage.device.say("v9=1", desk.stage.clock.now_s)
    desk.edit()
    desk.choose(2)
    names = [button.accessibleName() for button in offers(desk).buttons]
    assert names == [
        "Add all: 2 datastreams can be added.",
        "Add: The board announces v4 Air, double, °C.",
        "Add: The board sends v9, which has no entry.",
    ]
    desk.stage.click(offers(desk).buttons[1])
    assert desk.save().device[0].datastream[2] == air
    assert [button.text() for button in offers(desk).buttons] == ["Add"]
    desk.stage.click(offers(desk).buttons[0])
    assert desk.save().device[0].datastream[3] == Datastream(virtual_pin=9)
    assert offers(desk).buttons == []


def test_what_a_sketch_prints_is_offered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sketch = desk.path.with_name("blink.ino")
    sketch.write_text('void loop() { Serial.print("v6="); Serial.println(2.5); }', encoding="utf-8")
    found: list[Path | str] = [desk.path.with_name("missing.ino"), "", desk.path, sketch]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(found.pop(0)), ""))
    desk.edit()
    desk.choose(2)
    desk.press("From a sketch…")
    assert "cannot be read" in offers(desk).remark.text()
    desk.press("From a sketch…")
    desk.press("From a sketch…")
    assert offers(desk).remark.text() == "lab.toml prints no datastream that is not in the list."
    desk.press("From a sketch…")
    assert not offers(desk).remark.isVisible()
    desk.stage.click(offers(desk).buttons[0])
    assert desk.save().device[0].datastream[2].virtual_pin == 6


def test_the_way_to_forward_has_its_sum_in_plain_words(desk: Desk) -> None:
    desk.connect()
    for second in (0, 60, 120, 180):
        desk.stage.device.say("v1=1", desk.stage.clock.now_s + second)
    desk.edit()
    desk.choose(2)
    sums = desk.editor.findChildren(CostsPanel)[-1].sums
    assert sums.text() == "43,000 messages a month: 43 % of the free plan."
    desk.pick("organisation", "school")
    assert sums.text() == "43,000 messages a month: 43 % of the 100,000 messages of school."
    desk.type("server", "")
    assert not sums.isVisible()

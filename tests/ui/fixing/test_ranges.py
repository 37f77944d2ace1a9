"""The button that widens the range of a datastream, from the rejected line to the running bench."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.wire.datastreams import Datastream, DatastreamType
from tests.ui.fixing.test_fixing import (
    PRESSES,
    Press,
    bench_file,  # noqa: F401 - a fixture
    by_mouse,
    choose_rejected,
    device,
    told,
)
from tests.ui.stage import Stage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@PRESSES
def test_a_range_is_widened_with_room_for_the_next_values(stage: Stage, press: Press) -> None:
    (bounded,) = [d for d in device(stage).datastream if d.virtual_pin == 1]
    entry = msgspec.structs.replace(bounded, min=None, max=900.0)
    board = msgspec.structs.replace(device(stage), datastream=(entry,))
    stage.bench.reconfigure(msgspec.structs.replace(stage.bench.config, device=(board,)), {})
    for value in range(700, 900, 20):
        stage.device.say(f"v1={value}", stage.clock.now_s)
    (button,) = choose_rejected(stage, "v1=901")
    assert button.text() == "Widen the range"
    press(stage, button)
    assert [(d.min, d.max) for d in device(stage).datastream] == [(None, 1500)]
    assert told(stage) == "greenhouse: v1 now takes values up to 1500."


@pytest.mark.parametrize(
    ("keys", "line", "said"),
    [
        ({"min": 0.0}, "v1=-5", "greenhouse: v1 now takes values from -20 up."),
        ({"min": 0.0, "max": 10.0}, "v1=12", "greenhouse: v1 now takes values from 0 to 40."),
        ({"type": DatastreamType.ENUM, "values": (1, 2)}, "v1=3", "greenhouse: v1 takes 3 now."),
    ],
)
def test_what_a_datastream_takes_now_is_said(
    stage: Stage, keys: dict[str, Any], line: str, said: str
) -> None:
    """The lines at hand have values of about 21 for v1."""
    stage.window.connection.source = ""  # the bench file has other datastreams
    board = msgspec.structs.replace(device(stage), datastream=(Datastream(virtual_pin=1, **keys),))
    stage.bench.reconfigure(msgspec.structs.replace(stage.bench.config, device=(board,)), {})
    (button,) = choose_rejected(stage, line)
    by_mouse(stage, button)
    assert told(stage) == said

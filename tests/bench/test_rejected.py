"""Rejected lines in a bench's status: they have rows, and hints that know the bench file."""

from __future__ import annotations

import pytest

from app.wire.datastreams import Reason
from tests.bench.clock import NOON_US
from tests.bench.trial import Trial


def test_a_datastream_whose_every_line_is_rejected_has_a_row(trial: Trial) -> None:
    trial.started()
    trial.say("v7=1\nv3=nan\nv3=\nv7=2\nv3.label=\nx=1\n")
    first, last = trial.device.datastreams
    assert (first.target, first.value, first.counts.readings) == ("v3", None, 0)
    assert first.rejected
    assert (first.rejected.reason, first.rejected.count) == (Reason.EMPTY_VALUE, 2)
    assert (last.target, last.value, last.rejected) == ("v7", 2, None)


@pytest.mark.parametrize("out_of_range", ["reject", "clamp"])
def test_the_last_number_outside_the_range_has_a_time(trial: Trial, out_of_range: str) -> None:
    trial.keys |= {
        "device.datastream.virtual_pin": "3",
        "device.datastream.max": "30",
        "device.datastream.out_of_range": f'"{out_of_range}"',
    }
    trial.started()
    trial.say("v3=30\nv4=31\nv3=x\n")
    assert [row.beyond_at_us for row in trial.device.datastreams] == [None, None]
    trial.clock.now_s += 1
    trial.say("v3=31\n")
    trial.clock.now_s += 1
    trial.say("v3=30\n")
    assert [row.beyond_at_us for row in trial.device.datastreams] == [NOON_US + 1_000_000, None]


def test_hints_for_rejected_lines_know_the_datastreams(trial: Trial) -> None:
    trial.keys |= {"device.datastream.virtual_pin": "3", "device.datastream.type": '"location"'}
    trial.started(unknown_pins='"reject"')
    trial.say("V3\n")
    (line,) = trial.bench.rejected("board")
    (shown,) = [said.verdict for said in trial.bench.console("board", 0, 9) if said.verdict.text == "V3"]
    assert line.hint == shown.hint
    assert str(line.hint) == 'write "=" and the value too, for example v3=13.4,52.5'

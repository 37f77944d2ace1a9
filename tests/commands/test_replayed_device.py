"""A replay has the name of the device that was recorded."""

from __future__ import annotations

import json
from pathlib import Path

from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from tests.commands.table import Runner


def test_its_readings_are_those_of_the_device_that_was_recorded(runner: Runner, tmp_path: Path) -> None:
    path = tmp_path / "lesson.pbrec"
    records = (
        Record(RecordKind.OPENED, 0, 0),
        Record(RecordKind.DATA, 0, 0, b"v1=1\n"),
        Record(RecordKind.ENDED, 0, 0),
    )
    header = pack_header(Header("greenhouse", "COM1", 115200, 0))
    path.write_bytes(header + b"".join(map(pack, records)))
    done = runner.run(f"replay {path} --speed 0 --journal {tmp_path / 'mine.db'} --json")
    (device,) = json.loads(done.out)["devices"]
    assert (device["name"], device["journal"]["readings"]) == ("greenhouse", 1)

"""What has come in is shown all together: the readings of a commit make one frame."""

from __future__ import annotations

from pathlib import Path

from app.bench.recent import Recent
from app.journal.journal import Journal
from app.wire.batches import Batch, Intake
from app.wire.readings import Grammar

AT_US = 1_700_000_000_000_000


def batch(lines: bytes) -> Batch:
    made = Intake(Grammar()).feed(lines, AT_US).batch
    assert made
    return made


def test_whoever_watches_is_told_once_when_all_readings_of_a_commit_are_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "b.db")
    for device in ("a", "b"):
        journal.bind(device, b"")
    recent = Recent(journal, print)
    told: list[list[int]] = []

    def count_all() -> None:
        keys = [("a", "v1"), ("a", "v2"), ("b", "v1")]
        told.append([len(recent.readings.recent(*key, 0.0, 1e12)[0]) for key in keys])

    recent.readings.watch(count_all)
    recent.add(journal.write([("a", batch(b"v1=1\nv2=2\nv1=3\n")), ("b", batch(b"v1=4\n"))], []))
    assert told == [[2, 1, 1]]
    recent.add([])
    recent.add(journal.write([("b", batch(b"v1=5\n"))], []))
    assert told == [[2, 1, 1], [2, 1, 2]]
    assert recent.latest == {("a", "v1"): (3.0, AT_US), ("a", "v2"): (2.0, AT_US), ("b", "v1"): (5.0, AT_US)}
    journal.close()

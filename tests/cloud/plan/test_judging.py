"""Readings that have not changed enough are superseded without a call, before anything else is decided."""

from __future__ import annotations

import random
from typing import Any

import pytest

from app.cloud.plan.judging import UNCHANGED, Judge
from app.cloud.plan.unchanged import is_unchanged
from app.config.bench_file import Forward
from app.messages.stored import encode
from app.wire.datastreams import Datastream, DatastreamType
from app.wire.streams import Fate, Reading
from tests.cloud.plan.judging_rig import ENTRY, REJECT, Rig
from tests.cloud.planner_rig import ACCEPT, GONE


def test_an_unchanged_reading_is_superseded_without_a_call_and_the_reason_is_stored() -> None:
    rig = Rig(("v1", 20.0))
    assert rig.send() == ["dataStreamId=7&20"]
    rig.add(("v1", 20.5), ("v1", 21.0), ("v1", 20.5))
    assert rig.send() == ["dataStreamId=7&21"]
    assert rig.fates() == "fsfs"
    assert rig.journal.fates[1, 2] == (Fate.SUPERSEDED, encode(UNCHANGED))
    assert str(UNCHANGED) == "changed by less than min_change"


def test_a_reading_is_compared_with_one_that_is_still_on_its_way() -> None:
    rig = Rig(("v1", 20.0), ("v1", 20.5), ("v1", 21.5), ("v1", 21.0))
    assert rig.fates() == "psps"
    assert rig.send() == ["dataStreamId=7&20", "dataStreamId=7&21.5"]


def test_drift_in_small_steps_is_not_lost() -> None:
    rig = Rig(*(("v1", 20 + step / 4) for step in range(13)))
    assert rig.send() == [f"dataStreamId=7&{value}" for value in (20, 21, 22, 23)]


def test_a_refused_reading_does_not_count() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    rig.add(("v1", 25.0), ("v1", 25.0))
    assert rig.send(REJECT) == ["dataStreamId=7&25"]
    rig.add(("v1", 20.5), ("v1", 25.0))
    assert rig.send() == ["dataStreamId=7&25"]
    assert rig.fates() == "frssf"


def test_a_reading_goes_after_the_longest_silence() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    for _ in range(3):
        rig.wait(299.0)
        rig.add(("v1", 20.0))
    assert rig.fates() == "fssp"


def test_the_backlog_of_an_outage_is_judged_by_its_times_of_arrival() -> None:
    rig = Rig(("v1", 20.0))
    assert rig.send(GONE) == ["dataStreamId=7&20"]
    for _ in range(1200):
        rig.now_s += 1.0
        rig.journal.append("v1", 20.0, rig.now_us)
    rig.look_at_all()
    assert [row.seq for row in rig.journal.pending(1, 1, 9999)] == [1, 601, 1201]
    assert rig.send() == ["dataStreamId=7&20"] * 3


@pytest.mark.parametrize(
    ("settings", "sent", "later"),
    [
        ({"batch": True}, ["v1=20&v2=5"], ["v2=5&v1=21", "v2=5"]),
        ({"forward": Forward.LATEST, "batch": True}, ["v1=20&v2=5"], ["v1=21&v2=5"]),
        ({"forward": Forward.TIMESTAMPED}, ["pin=v1 [20]", "pin=v2 [5]"], ["pin=v2 [5, 5]", "pin=v1 [21]"]),
    ],
    ids=["batch", "latest", "timestamped"],
)
def test_min_change_is_applied_before_batches_the_latest_and_sets(
    settings: dict[str, Any], sent: list[str], later: list[str]
) -> None:
    rig = Rig(("v1", 20.0), ("v2", 5.0), **settings)
    assert rig.send() == sent
    rig.now_s = 0.5
    rig.add(("v1", 20.5), ("v2", 5.0), ("v1", 21.0), ("v2", 5.0))
    assert rig.fates()[:2] == "fs"
    rig.wait(0.5)
    assert rig.send() == later
    assert rig.fates() == "fsf"


def test_with_latest_a_reading_that_is_superseded_by_a_newer_one_does_not_count() -> None:
    rig = Rig(("v1", 20.0), forward=Forward.LATEST)
    rig.send()
    rig.now_s = 0.5
    rig.add(("v1", 25.0), ("v1", 20.0))
    rig.wait(0.5)
    assert rig.send() == ["dataStreamId=7&20"]
    rig.add(("v1", 20.5), ("v1", 25.0))
    assert rig.fates() == "fsfsp"


def test_properties_and_events_are_never_left_out() -> None:
    entry = Datastream(virtual_pin=1, min_change=1.0)
    rig = Rig(*[("v1.label", "a"), ("event.hot", "b")] * 2, datastream=(entry,))
    assert rig.send() == ["pin=v1&label=a", "code=hot&description=b", "pin=v1&label=a"]


def test_a_reading_that_is_sent_again_always_goes_and_counts() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    rig.add(("v1", 25.0))
    rig.send(REJECT)
    rig.add(("v1", 20.5))
    rig.journal.send_again()
    rig.look_at_all()
    assert rig.send() == ["dataStreamId=7&25"]
    rig.add(("v1", 25.5), ("v1", 20.0))
    assert rig.send() == ["dataStreamId=7&20"]
    assert rig.fates() == "ffssf"


def test_a_pin_and_its_id_are_one_datastream() -> None:
    rig = Rig(("v1", 20.0), ("ds7", 20.5), ("ds7", 25.0), ("v1", 20.0), ("ds7", 20.0))
    assert rig.send() == [f"dataStreamId=7&{value}" for value in (20, 25, 20)]
    assert (rig.fates(), rig.fates("ds7")) == ("ff", "sfs")


def test_only_datastreams_with_min_change_are_judged_with_or_without_a_pin() -> None:
    rig = Rig(("ds9", 20.0), ("ds9", 20.5), ("v2", 1.0), ("v2", 1.0), ("v3", 1.0), ("v3", 1.0))
    rig.send()
    assert (rig.fates("ds9"), rig.fates("v2"), rig.fates("v3")) == ("fs", "ff", "ff")


def test_after_a_restart_the_last_forwarded_reading_is_found() -> None:
    rig = Rig(("v1", 30.0), ("ds7", 20.0), ("v1", 25.0))
    rig.send(ACCEPT, ACCEPT, REJECT)
    again = Rig(("v1", 20.5), journal=rig.journal)
    assert again.send() == []
    again = Rig(("v1", 25.5), journal=rig.journal)
    assert again.send() == ["dataStreamId=7&25.5"]


def test_after_a_restart_the_next_reading_goes_if_the_last_forwarded_one_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    monkeypatch.setattr(rig.journal, "last_forwarded", lambda _: None)
    again = Rig(("v1", 20.0), ("v1", 20.0), journal=rig.journal)
    assert again.send() == ["dataStreamId=7&20"]


def test_the_journal_is_not_read_if_only_held_and_marked_readings_are_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(("v1", 20.0), ("v1", 30.0))
    rig.send(REJECT)
    rig.journal.hold("v1")
    rig.journal.send_again()
    read: list[tuple[int, int, int]] = []

    def pending(stream: int, from_seq: int, limit: int) -> list[Reading]:
        read.append((stream, from_seq, limit))
        return []

    monkeypatch.setattr(rig.journal, "pending", pending)
    again = Rig(journal=rig.journal)
    assert again.send() == ["dataStreamId=7&20"]
    # The prefetch looks for what may be sent, and the judge for nothing.
    assert read == [(1, 1, 256)]


def test_what_waited_on_its_way_before_a_restart_still_goes() -> None:
    rig = Rig(("v1", 20.0))
    rig.send()
    rig.add(("v1", 25.0), ("v1", 25.5), ("v1", 20.0))
    assert rig.fates() == "fpsp"
    again = Rig(journal=rig.journal)
    assert again.send() == ["dataStreamId=7&25", "dataStreamId=7&20"]


def test_a_flood_of_unchanged_readings_is_no_overload() -> None:
    assert Judge([ENTRY]).left_out == 0
    rig = Rig(("v1", 20.0), requests_per_s=1.0)
    rig.send()
    for _ in range(60):
        rig.now_s += 0.5
        rig.add(*[("v1", 20.0)] * 20)
        assert rig.planner.status(rig.now_s, rig.now_us).warnings == ()
    assert rig.fates().count("s") == 1200


@pytest.mark.parametrize("seed", range(40))
def test_any_session_leaves_out_what_the_definition_says(seed: int) -> None:
    """A model judges each reading when it arrives: every call is answered before the next reading arrives."""
    chance = random.Random(seed)
    kind = chance.choice([None, DatastreamType.ENUM])
    entry = Datastream(virtual_pin=1, id=7, type=kind, min_change=1.0, max_silence_s=5.0)
    rig = Rig(datastream=(entry,), batch=chance.random() < 0.5)
    reference: Reading | None = None
    expected = {"v1": "", "ds7": ""}
    for _ in range(60):
        rig.now_s += chance.choice([0.1, 1.0, 4.0])
        target, value = chance.choice(["v1", "v1", "ds7"]), chance.choice([20.0, 20.5, 21.0, 22.0, 30.0])
        row = rig.journal.append(target, value, rig.now_us)
        rig.look_at_all()
        refused = chance.random() < 0.3
        rig.send(REJECT if refused else ACCEPT)
        if reference and is_unchanged(row, reference, entry):
            expected[target] += "s"
        else:
            expected[target] += "r" if refused else "f"
            reference = reference if refused else row
    for target, fates in expected.items():
        assert not fates or rig.fates(target) == fates

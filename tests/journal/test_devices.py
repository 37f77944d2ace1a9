"""Devices of an open journal get other names and accounts, and everything that belongs to them follows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.journal import rejected
from app.journal.clock_marks import last_arrival_us
from app.journal.devices import change_devices, refuse_account
from app.journal.journal import Account, Journal
from app.journal.rejected import RejectedLines
from app.journal.streams.accounts import AccountRange
from app.wire.streams import Fate, Run, Usage
from tests.boards.links import Heard
from tests.journal.outboxes import outbox
from tests.journal.test_journal import ACCOUNT, batch, opened

OTHER = b"b" * 16


def named(journal: Journal) -> dict[str, list[tuple[str, int, int, int]]]:
    """For each device, its streams: target, number of readings, forwarded and held ones."""
    found: dict[str, list[tuple[str, int, int, int]]] = {}
    for stream in journal.streams():
        counts = stream.counts()
        row = (stream.target, counts.readings, counts.forwarded, counts.held)
        found.setdefault(stream.device, []).append(row)
    assert found == {
        name: [(s.target, s.counts().readings, s.forwarded, s.held) for s in journal.streams(name)]
        for name in found
    }
    return found


@pytest.fixture
def two(tmp_path: Path) -> Journal:
    """A journal with the devices `board` (v1: 2 readings, 1 forwarded) and `other` (v1: 1, v2: 1)."""
    journal = opened(tmp_path / "j.db")
    journal.bind("other", OTHER)
    journal.write([("board", batch("v1=1\nv1=2\n", 7)), ("other", batch("v1=3\nv2=4\n", 8))], [])
    usage = [Usage("points of board", "2026-11-15", 5), Usage("points of other", "2026-11-15", 6)]
    journal.write([], [Run(1, 1, 1, Fate.FORWARDED)], usage)
    return journal


def counts(journal: Journal) -> tuple[int, int]:
    """How many readings of `other` are held, and how many of these are meant for no account."""
    streams = journal.streams("other")
    return sum(stream.held for stream in streams), sum(stream.unassigned for stream in streams)


def test_readings_for_a_token_that_no_server_knew_are_meant_for_no_other_account(two: Journal) -> None:
    refuse_account(two, "other", OTHER)
    assert counts(two) == (0, 0)
    two.bind("other", ACCOUNT)
    assert counts(two) == (2, 2)
    two.bind("other", OTHER)
    assert counts(two) == (2, 2)


def test_readings_for_a_token_that_is_known_later_are_sent_as_before(two: Journal, tmp_path: Path) -> None:
    refuse_account(two, "other", OTHER)
    two.bind("other", b"")  # it sends nothing for a while
    assert counts(two) == (2, 0)
    two.close()
    again = Journal(tmp_path / "j.db")
    again.bind("other", OTHER)
    assert counts(again) == (0, 0)
    assert [stream.account_ranges for stream in again.streams("other")] == [(AccountRange(1, OTHER),)] * 2


def test_two_devices_swap_their_names_with_everything_that_is_theirs(two: Journal, tmp_path: Path) -> None:
    names = {"board": "other", "other": "board"}
    lines = RejectedLines("board")
    heard = Heard("COM1")
    taken = heard.link._intake.feed(b"# first\nv1=x y\nv999=1\n", 1)
    assert taken.rejected
    lines.add(taken.rejected)
    two.write([], [], (), [lines.take()])
    usage = {f"points of {old}": f"points of {new}" for old, new in names.items()}
    change_devices(two, {}, renamed=names, usage=usage)
    assert named(two) == {"other": [("v1", 2, 1, 0)], "board": [("v1", 1, 0, 0), ("v2", 1, 0, 0)]}
    assert (two.account("other"), two.account("board")) == (ACCOUNT, OTHER)
    assert {use.budget: use.used for use in two.usage()} == {"points of other": 5, "points of board": 6}
    two.write([("board", batch("v1=5\n"))], [])
    assert [reading.value for reading in outbox(two, "board").pending(2, 1, 9)] == [3, 5]
    two.close()
    again = Journal(tmp_path / "j.db")
    again.bind("other", ACCOUNT)
    again.bind("board", OTHER)
    assert named(again) == {"other": [("v1", 2, 1, 0)], "board": [("v1", 2, 0, 0), ("v2", 1, 0, 0)]}
    assert {use.budget: use.used for use in again.usage()} == {"points of other": 5, "points of board": 6}
    assert [line.text for line in rejected.read(again.reader(), "other").lines()] == ["v999=1"]
    assert rejected.read(again.reader(), "board").lines() == []
    assert last_arrival_us(again.reader(), "other") == 7
    again.close()


def test_a_renamed_device_may_get_another_account_at_once(two: Journal) -> None:
    change_devices(two, {"hall": Account(OTHER)}, renamed={"board": "hall"})
    assert named(two)["hall"] == [("v1", 2, 1, 1)]
    two.write([("hall", batch("v1=5\n"))], [])
    assert named(two)["hall"] == [("v1", 3, 1, 1)]
    assert two.account("board") is None
    two.close()


def test_readings_of_a_device_that_leaves_are_held_and_its_last_ones_too(two: Journal) -> None:
    two.write([], [Run(2, 1, 1, Fate.REFUSED)])
    with two.transaction() as change:
        stream = change.stream(2)
        assert stream
        change.send_again(stream.stream, 1, 1)
    assert [stream.resent for stream in two.streams("other")] == [1, 0]
    change_devices(two, {}, left=["other"])
    assert named(two)["other"] == [("v1", 1, 0, 1), ("v2", 1, 0, 1)]
    assert [stream.resent for stream in two.streams("other")] == [0, 0]
    assert two.account("other") is None
    # Readings that were still on their way, also of a device whose data has been deleted meanwhile.
    two.write([("other", batch("v3=1\n")), ("gone", batch("v4=1\n"))], [])
    assert named(two)["other"][-1] == ("v3", 1, 0, 1)
    assert named(two)["gone"] == [("v4", 1, 0, 1)]
    # If the device comes back, its readings are no longer held.
    two.bind("other", OTHER)
    assert [row[3] for row in named(two)["other"]] == [0, 0, 1]
    two.close()


def test_a_budget_that_gets_a_free_name_replaces_what_was_stored_there(two: Journal) -> None:
    change_devices(two, {}, renamed={}, usage={"points of board": "points of other", "x": "points of y"})
    assert {use.budget: use.used for use in two.usage()} == {"points of other": 5}
    two.close()


def test_a_change_that_fails_changes_nothing(two: Journal) -> None:
    before = named(two), two.usage(), two.accounts
    with pytest.raises(sqlite3.IntegrityError):
        # Two devices of one name.
        change_devices(two, {"new": Account(ACCOUNT)}, renamed={"board": "other"}, left=["other"])
    assert (named(two), two.usage(), two.accounts) == before
    two.write([("board", batch("v1=5\n"))], [])
    assert named(two)["board"] == [("v1", 3, 1, 0)]
    two.close()


def test_an_outbox_hands_out_nothing_that_is_meant_for_another_account(two: Journal) -> None:
    before = outbox(two)
    change_devices(two, {"board": Account(OTHER)})
    two.write([("board", batch("v1=5\n"))], [])
    assert [reading.value for reading in before.pending(1, 1, 9)] == [2]
    assert [reading.value for reading in outbox(two).pending(1, 1, 9)] == [5]
    two.close()

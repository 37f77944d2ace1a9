"""What a journal has of a device is found without a bench; readings for no account are decided apart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bench.bench import Bench
from app.bench.status import EarlierReadings, JournalCounts
from app.config.loading import parse
from app.journal import deleting
from app.journal.earlier import find
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from app.messages.stored import decode
from tests.journal.test_journal import batch
from tests.processes import TOKEN
from tests.waiting import wait_until

NOW_US = time.time_ns() // 1000
ANOTHER = b"another account"


def plotted(path: Path, *parts: tuple[bytes, str], device: str = "board") -> None:
    """Make a journal with readings of a device; each part has an account, and what was printed."""
    journal = Journal(path)
    for number, (account, lines) in enumerate(parts):
        journal.bind(device, account)
        journal.write([(device, batch(lines, NOW_US + number))], [])
    journal.close()


def test_a_journal_that_is_not_there_or_not_readable_has_nothing(tmp_path: Path) -> None:
    assert find(tmp_path / "none.db", "board") == EarlierReadings()
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "other.db").write_text("not a journal")
    assert find(tmp_path / "other.db", "board") == EarlierReadings()


def test_readings_for_an_account_and_for_none_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    plotted(path, (b"", "v1=1\nv2=1\nv1=2\n"), (ANOTHER, "v1=3\n"))
    assert find(path, "board") == EarlierReadings(4, NOW_US + 1, waiting=1, unassigned=3)
    assert find(path, "lamp") == EarlierReadings()
    journal = Journal(path)
    carry_out(deleting.delete_data(journal, "board"))
    assert find(path, "board") == EarlierReadings()
    journal.close()


def test_after_all_readings_are_deleted_their_number_is_still_known(tmp_path: Path) -> None:
    path = tmp_path / "b.db"
    plotted(path, (b"", "v1=1\nv1=2\n"))
    journal = Journal(path)
    journal.bind("board", b"")
    carry_out(deleting.delete_data(journal, "board"))
    journal.close()
    assert find(path, "board") == EarlierReadings(2, None)


@pytest.fixture
def device() -> Device:
    return Device("board", TOKEN, open=True)


@pytest.fixture
def bench(tmp_path: Path, device: Device) -> Iterator[Bench]:
    """A bench whose board had no server at first, then another account, then none; now it has a server."""
    plotted(tmp_path / "b.db", (b"", "v1=1\nv2=1\n"), (ANOTHER, "v1=2\n"), (b"", "v1=3\n"))
    with LocalCloud([device]) as cloud:
        text = (
            '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n'
            f'server = "{cloud.url}"\nauth_token = "env:PINBRIDGE_T"\nrequests_per_s = 0\n'
        )
        bench = Bench(parse(text.encode(), "b.toml", tmp_path), {"board": TOKEN})
        bench.start()
        yield bench
        bench.stop()


def counts(bench: Bench) -> JournalCounts:
    return bench.status().devices[0].counts


def test_readings_for_no_account_are_sent_and_those_for_another_stay_held(
    bench: Bench, device: Device
) -> None:
    assert counts(bench) == JournalCounts(4, pending=4, held=4)
    assert bench.decide_unassigned("board", send=True) == 3
    wait_until(lambda: counts(bench).forwarded == 3)
    assert counts(bench) == JournalCounts(4, forwarded=3, pending=1, held=1)
    assert [value for _, _, value in device.history("v1", 0)[1]] == [1, 3]
    assert bench.decide_unassigned("board", send=True) == 0


def test_readings_for_no_account_expire_for_a_reason_of_their_own(bench: Bench, tmp_path: Path) -> None:
    assert bench.decide_unassigned("board", send=False) == 3
    assert counts(bench) == JournalCounts(4, expired=3, pending=1, held=1)
    assert bench.decide_unassigned("board", send=False) == 0
    journal = bench._journal
    reasons = {reason for (reason,) in journal.reader().execute("SELECT reason FROM settled")}
    assert [str(decode(reason)) for reason in reasons] == [
        "plotted without a server, and not sent as the user decided"
    ]
    assert find(tmp_path / "b.db", "board").unassigned == 0


def test_without_a_server_nothing_is_decided(tmp_path: Path) -> None:
    plotted(tmp_path / "b.db", (b"", "v1=1\n"))
    text = '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n'
    bench = Bench(parse(text.encode(), "b.toml", tmp_path), {})
    for send in (True, False):
        assert bench.decide_unassigned("board", send=send) == 0
    assert counts(bench) == JournalCounts(1, pending=1)
    bench.stop()

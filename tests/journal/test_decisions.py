"""Each decision of the user takes effect at once and completely, and the ledger balances."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.journal import decisions, deleting
from app.journal.journal import Journal, JournalError
from app.journal.status import JournalCounts
from app.journal.steps import carry_out
from app.journal.streams import ranges
from app.wire.streams import Fate, Run
from tests.journal.outboxes import outbox
from tests.journal.test_journal import ACCOUNT, batch, opened, values
from tests.journal.test_pruning import prune

OTHER = b"b" * 16


def refused_journal(path: Path) -> Journal:
    journal = opened(path)
    journal.write([("board", batch("v1=1\nv2=2\nv1=3\nv1=4\nv1=5\nv2=6\n"))], [])
    journal.write(
        [],
        [
            Run(1, 1, 1, Fate.FORWARDED),
            Run(1, 2, 3, Fate.REFUSED, "Wrong value format"),
            Run(2, 1, 1, Fate.REFUSED, "no such pin"),
        ],
    )
    return journal


def test_refused_readings_are_listed_with_the_clouds_reason(tmp_path: Path) -> None:
    journal = refused_journal(tmp_path / "j.db")
    listed = [(reading.id, reading.value, str(reason)) for reading, reason in journal.refused("board", 9)]
    assert listed == [(2, 2, "no such pin"), (3, 3, "Wrong value format"), (4, 4, "Wrong value format")]
    assert [reading.id for reading, _ in journal.refused("board", 2)] == [3, 4]
    assert journal.refused("stranger", 9) == []
    journal.close()


@pytest.mark.parametrize(
    ("target", "ids", "again"),
    [(None, None, [2, 3, 4]), ("v1", None, [3, 4]), (None, {4, 99}, [4]), ("v2", {4}, [])],
)
def test_readings_to_be_sent_again_are_pending_apart_and_settled_once(
    tmp_path: Path, target: str | None, ids: set[int] | None, again: list[int]
) -> None:
    journal = refused_journal(tmp_path / "j.db")
    assert carry_out(decisions.resend(journal, "board", target, ids)) == len(again)
    assert [reading.id for reading in outbox(journal).resent(9)] == again
    assert [reading.id for reading in outbox(journal).resent(1)] == again[:1]
    assert values(journal, "v1") == [5]
    assert values(journal, "v2") == [6]
    journal.close()
    journal = opened(tmp_path / "j.db")
    waiting = outbox(journal).resent(9)
    assert [reading.id for reading in waiting] == again
    for reading in waiting:
        journal.write([], [Run(reading.stream, reading.seq, reading.seq, Fate.FORWARDED)])
    assert outbox(journal).resent(9) == []
    assert [stream.resent for stream in journal.streams()] == [0, 0]
    counts = sum((stream.counts() for stream in journal.streams()), JournalCounts())
    assert counts == JournalCounts(6, forwarded=1 + len(again), refused=3 - len(again), pending=2)
    assert carry_out(decisions.resend(journal, "stranger")) == 0
    journal.close()


def test_a_reading_that_is_refused_again_can_be_sent_again(tmp_path: Path) -> None:
    journal = refused_journal(tmp_path / "j.db")
    for _ in range(3):
        assert carry_out(decisions.resend(journal, "board", "v1")) == 2
        journal.write([], [Run(1, 2, 3, Fate.REFUSED, "still wrong")])
    assert [str(reason) for _, reason in journal.refused("board", 9)] == ["no such pin", *["still wrong"] * 2]
    journal.close()


def test_refused_readings_between_the_chosen_ids_stay_refused(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(1, 8))))], [])
    journal.write([], [Run(1, 1, 6, Fate.REFUSED, "no")])
    assert carry_out(decisions.resend(journal, "board", ids={2, 3, 5})) == 3
    assert [reading.id for reading in outbox(journal).resent(9)] == [2, 3, 5]
    assert [reading.id for reading in outbox(journal).resent(1)] == [2]
    assert [reading.id for reading, _ in journal.refused("board", 9)] == [1, 4, 6]
    assert journal.streams()[0].counts() == JournalCounts(7, refused=3, pending=4)
    assert values(journal, "v1") == [7]
    journal.close()


@pytest.mark.parametrize("ids", [None, range(1, 8)])
def test_refused_readings_are_sent_again_to_their_own_account(tmp_path: Path, ids: range | None) -> None:
    journal = opened(tmp_path / "j.db")
    for account, count in ((ACCOUNT, 2), (OTHER, 3), (ACCOUNT, 2)):
        journal.bind("board", account)
        journal.write([("board", batch("v1=1\n" * count))], [])
    # Runs that begin in the range of one account and end in that of another.
    journal.write([], [Run(1, 2, 3, Fate.REFUSED, "no"), Run(1, 5, 6, Fate.REFUSED, "never")])
    for account, again in ((ACCOUNT, [2, 6]), (OTHER, [3, 5])):
        journal.bind("board", account)
        assert carry_out(decisions.resend(journal, "board", ids=ids)) == 2
        assert [reading.seq for reading in outbox(journal).resent(9)] == again
    assert journal.streams()[0].counts() == JournalCounts(7, pending=7, held=4)
    journal.close()


def test_readings_refused_by_another_account_are_sent_here_once_nothing_is_held(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db", OTHER)
    journal.write([("board", batch("v1=1\nv1=2\n"))], [])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    journal.bind("board", ACCOUNT)
    assert carry_out(decisions.resend(journal, "board")) == 0
    assert carry_out(decisions.discard(journal, "board")) == 1
    assert carry_out(decisions.resend(journal, "board")) == 1
    assert [reading.seq for reading in outbox(journal).resent(9)] == [1]
    journal.close()


def test_a_device_that_is_in_no_bench_sends_nothing_again(tmp_path: Path) -> None:
    refused_journal(tmp_path / "j.db").close()
    journal = Journal(tmp_path / "j.db")
    before = journal.streams()
    assert (
        carry_out(decisions.resend(journal, "board")) == carry_out(decisions.send_here(journal, "board")) == 0
    )
    assert journal.streams() == before
    journal.close()


def test_sending_again_changes_nothing_if_nothing_is_refused(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db", OTHER)
    journal.write([("board", batch("v1=1\nv2=2\n"))], [])
    journal.bind("board", ACCOUNT)
    assert carry_out(decisions.discard(journal, "board")) == 2
    before = journal.streams()
    assert carry_out(decisions.resend(journal, "board")) == 0
    assert journal.streams() == before
    assert journal.last_account("board") == OTHER
    journal.close()


def test_thousands_of_single_refusals_are_sent_again(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("".join(f"v1={n}\n" for n in range(1200))))], [])
    journal.write([], [Run(1, seq, seq, Fate.REFUSED, f"no {seq % 2}") for seq in range(1, 1200)])
    assert carry_out(decisions.resend(journal, "board")) == 1199
    assert len(outbox(journal).resent(5000)) == 1199
    journal.close()


def test_send_here_frees_what_was_held(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv1=2\n"))], [])
    journal.close()
    journal = opened(tmp_path / "j.db", OTHER)
    journal.write([("board", batch("v1=3\nv2=4\n"))], [])
    assert values(journal, "v1") == [3]
    assert carry_out(decisions.send_here(journal, "board")) == 2
    stream, other = journal.streams()
    assert (stream.held, stream.generation) == (0, 1)
    # A stream without held readings keeps its generation, so that it is not read again.
    assert (other.held, other.generation) == (0, 0)
    assert values(journal, "v1") == [1, 2, 3]
    assert carry_out(decisions.send_here(journal, "stranger")) == 0
    # Exactly three readings are meant for this account now, and are held while the device has another.
    journal.bind("board", b"third account")
    assert (journal.streams()[0].held, values(journal, "v1")) == (3, [])
    journal.close()
    journal = opened(tmp_path / "j.db", OTHER)
    assert values(journal, "v1") == [1, 2, 3]
    journal.close()


def test_discarded_readings_end_as_expired(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\nv1=2\n"))], [])
    journal.close()
    journal = opened(tmp_path / "j.db", OTHER)
    journal.write([("board", batch("v1=3\n"))], [])
    assert carry_out(decisions.discard(journal, "board")) == 2
    assert journal.execute("SELECT first, last, reason FROM settled") == [
        (1, 2, 'message:{"code":"discarded","params":{}}')
    ]
    assert journal.streams()[0].counts() == JournalCounts(3, expired=2, pending=1)
    assert values(journal, "v1") == [3]
    assert carry_out(decisions.discard(journal, "board", everything=True)) == 1
    assert journal.streams()[0].counts() == JournalCounts(3, expired=3)
    journal.close()


def test_all_pending_readings_of_a_device_that_has_left_are_discarded(tmp_path: Path) -> None:
    refused_journal(tmp_path / "j.db").close()
    journal = Journal(tmp_path / "j.db")
    assert [stream.held for stream in journal.streams()] == [1, 1]
    assert carry_out(decisions.resend(journal, "board")) == 0
    assert carry_out(decisions.discard(journal, "board")) == 2
    assert [stream.counts().pending for stream in journal.streams()] == [0, 0]
    journal.close()


def test_discarded_readings_are_not_sent_again(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n"))], [])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "no")])
    assert carry_out(decisions.resend(journal, "board")) == 1
    journal.close()
    journal = opened(tmp_path / "j.db", OTHER)
    assert outbox(journal).resent(9) == []
    assert carry_out(decisions.discard(journal, "board")) == 1
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert outbox(journal).resent(9) == []
    assert journal.streams()[0].resent == 0
    journal.close()


SECRETS = [b"my secret word", b"another word", b"greenhouse of Ada"]


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def secret_journal(path: Path) -> Journal:
    journal = Journal(path)
    journal.bind("greenhouse of Ada", b"a" * 16)
    journal.bind("board", b"a" * 16)
    journal.write([("greenhouse of Ada", batch("v1=my secret word\nv2=7.25\n"))], [])
    journal.write([("greenhouse of Ada", batch("v1=another word\n")), ("board", batch("v1=keep me\n"))], [])
    journal.write([], [Run(1, 1, 1, Fate.REFUSED, "my secret word is wrong")])
    assert all(secret in contents(path.parent) for secret in SECRETS)
    return journal


def test_deleted_data_is_in_none_of_the_files(tmp_path: Path) -> None:
    journal = secret_journal(tmp_path / "j.db")
    assert carry_out(deleting.delete_data(journal, "greenhouse of Ada")) == 3
    assert not any(secret in contents(tmp_path) for secret in SECRETS[:2])
    # The new generation makes the plan drop what it has prefetched, and read again.
    assert [stream.generation for stream in journal.streams("greenhouse of Ada")] == [1, 1]
    folded = journal.execute("SELECT stream, first, last, fate FROM settled WHERE stream < 3")
    assert folded == [(1, 1, 2, "pruned"), (2, 1, 1, "pruned")]
    # The device is still on the bench, so its seqs continue.
    counts = [stream.counts() for stream in journal.streams("greenhouse of Ada")]
    assert counts == [JournalCounts(2, refused=1, expired=1), JournalCounts(1, expired=1)]
    journal.write([("greenhouse of Ada", batch("v1=new\n"))], [Run(1, 1, 2, Fate.FORWARDED)])
    assert [reading[:3] for reading in outbox(journal).pending(1, 1, 9)] == [(5, 1, 3)]
    journal.close()
    journal = Journal(tmp_path / "j.db")
    assert carry_out(deleting.delete_data(journal, "greenhouse of Ada")) == 1
    assert not any(secret in contents(tmp_path) for secret in SECRETS)
    assert journal.devices() == ["board"]
    journal.bind("board", b"a" * 16)
    assert values(journal, "v1") == ["keep me"]
    journal.close()
    assert not any(secret in contents(tmp_path) for secret in SECRETS)


def test_readings_that_come_after_a_deletion_are_pending_in_the_next_run_too(tmp_path: Path) -> None:
    journal = refused_journal(tmp_path / "j.db")
    assert carry_out(deleting.delete_data(journal, "board")) == 6
    journal.write([("board", batch("v1=7\n"))], [])
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert values(journal, "v1") == [7]
    journal.close()


def test_what_was_pruned_earlier_is_overwritten(tmp_path: Path) -> None:
    journal = secret_journal(tmp_path / "j.db")
    for _ in range(10):
        text = f"v1=my secret word {'x' * 900}\n" * 4
        journal.write([("greenhouse of Ada", batch(text))], [])
    journal.write([], [Run(stream.stream, 1, 99, Fate.EXPIRED) for stream in journal.streams()])
    prune(journal)
    # Whole pages are free now.
    assert journal.execute("PRAGMA freelist_count")[0][0] >= 5
    assert journal.cut_log(0)
    assert SECRETS[0] not in contents(tmp_path)
    carry_out(deleting.delete_data(journal, "greenhouse of Ada"))
    assert not any(secret in contents(tmp_path) for secret in SECRETS[:2])
    assert journal.execute("PRAGMA freelist_count") == [(0,)]
    journal.close()


def test_another_program_that_keeps_the_old_state_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_CUTS_OF_LOG", 3)
    monkeypatch.setattr(deleting, "_CUT_LOG_MS", 1)
    journal = secret_journal(tmp_path / "j.db")
    ((patience_ms,),) = journal.execute("PRAGMA busy_timeout")
    reader = journal.reader()
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM segment").fetchone()
    with pytest.raises(JournalError, match="close it and delete again"):
        carry_out(deleting.delete_data(journal, "greenhouse of Ada"))
    assert journal.execute("PRAGMA busy_timeout") == [(patience_ms,)]
    reader.execute("COMMIT")
    assert carry_out(deleting.delete_data(journal, "greenhouse of Ada")) == 0
    assert not any(secret in contents(tmp_path) for secret in SECRETS[:2])
    journal.close()


def refusals(journal: Journal) -> dict[str, tuple[int, str]]:
    return {stream.target: (stream.refused_kept, stream.last_refusal) for stream in journal.streams("board")}


@pytest.mark.parametrize(
    ("target", "ids", "left"),
    [
        (None, None, []),
        ("v1", None, [2]),
        (None, {3}, [2, 4]),
        ("v2", {3, 99}, [2, 3, 4]),
        ("v9", None, [2, 3, 4]),
    ],
)
def test_refused_readings_that_are_discarded_are_expired(
    tmp_path: Path, target: str | None, ids: set[int] | None, left: list[int]
) -> None:
    journal = refused_journal(tmp_path / "j.db")
    assert carry_out(decisions.discard_refused(journal, "board", target, ids)) == 3 - len(left)
    for _ in range(2):
        assert [reading.id for reading, _ in journal.refused("board", 9)] == left
        counts = sum((stream.counts() for stream in journal.streams("board")), JournalCounts())
        assert counts == JournalCounts(6, 1, 0, len(left), 3 - len(left), 2, counts.held)
        kept = refusals(journal)
        assert sum(count for count, _ in kept.values()) == len(left)
        assert all(bool(count) is bool(reason) for count, reason in kept.values())
        journal.close()
        journal = opened(tmp_path / "j.db")
    reasons = {reason for (reason,) in journal.execute("SELECT reason FROM settled WHERE fate = 'expired'")}
    assert reasons == ({'message:{"code":"discarded","params":{}}'} if len(left) < 3 else set())
    assert carry_out(decisions.discard_refused(journal, "board", target, ids)) == 0
    journal.close()


def test_refused_readings_can_be_discarded_whatever_account_they_were_meant_for(tmp_path: Path) -> None:
    journal = refused_journal(tmp_path / "j.db")
    journal.close()
    journal = Journal(tmp_path / "j.db")
    assert carry_out(decisions.discard_refused(journal, "board", "v2")) == 1
    journal.bind("board", OTHER)
    assert carry_out(decisions.discard_refused(journal, "board")) == 2
    journal.close()


def test_the_journal_knows_which_refused_readings_it_still_has_and_why(tmp_path: Path) -> None:
    journal = refused_journal(tmp_path / "j.db")
    assert refusals(journal) == {"v1": (2, "Wrong value format"), "v2": (1, "no such pin")}
    journal.write([], [Run(2, 2, 2, Fate.REFUSED, "later reason"), Run(1, 4, 4, Fate.FORWARDED)])
    assert refusals(journal) == {"v1": (2, "Wrong value format"), "v2": (2, "later reason")}
    assert carry_out(decisions.resend(journal, "board", None, {6})) == 1
    assert refusals(journal)["v2"] == (1, "no such pin")
    assert carry_out(decisions.resend(journal, "board", "v1")) == 2
    assert refusals(journal)["v1"] == (0, "")
    journal.close()
    journal = opened(tmp_path / "j.db")
    assert refusals(journal) == {"v1": (0, ""), "v2": (1, "no such pin")}
    journal.write([], [Run(1, 2, 3, Fate.FORWARDED), Run(2, 2, 2, Fate.FORWARDED)])
    prune(journal)
    # What was pruned cannot be decided about any more; the counter still has it.
    assert refusals(journal)["v2"] == (0, "")
    assert sum(stream.refused for stream in journal.streams("board")) == 1
    assert carry_out(decisions.discard_refused(journal, "board")) == 0
    journal.write([("board", batch("v2=7\n"))], [])
    journal.write([], [Run(2, 3, 3, Fate.REFUSED, "again")])
    carry_out(deleting.delete_data(journal, "board"))
    assert refusals(journal)["v2"] == (0, "")
    journal.close()


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [(1, 9, 5), (1, 1, 0), (2, 2, 1), (3, 3, 1), (4, 4, 0), (3, 6, 2), (6, 9, 3), (7, 7, 1), (9, 9, 0)],
)
def test_refused_readings_are_counted_within_a_range_of_seqs(
    tmp_path: Path, first: int, last: int, count: int
) -> None:
    journal = opened(tmp_path / "j.db")
    journal.write([("board", batch("v1=1\n" * 9))], [])
    journal.write(
        [],
        [
            Run(1, 1, 1, Fate.FORWARDED),
            Run(1, 2, 3, Fate.REFUSED, "a"),
            Run(1, 4, 5, Fate.FORWARDED),
            Run(1, 6, 8, Fate.REFUSED, "b"),
        ],
    )
    assert ranges.covered(journal.reader(), "settled", 1, first, last, ranges.REFUSED) == count
    journal.close()

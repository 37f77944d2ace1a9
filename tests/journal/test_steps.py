"""A decision in steps may end after any of them: the ledger balances, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.journal import decisions, deleting, steps
from app.journal.journal import Journal
from app.journal.status import JournalCounts
from app.journal.steps import Progress, Steps, carry_out
from app.wire.streams import Fate, Run
from tests.journal.test_journal import ACCOUNT, after_a_crash, batch

OTHER = b"b" * 16
ROUNDS = 6
Decide = Callable[[Journal], Steps]


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is a step of its own, and is small."""
    monkeypatch.setattr(steps, "_STEP_S", 0.0)
    monkeypatch.setattr(decisions, "_RUNS_IN_PART", 2)
    monkeypatch.setattr(decisions, "_IDS_IN_PART", 2)
    monkeypatch.setattr(deleting, "_SEGMENTS_IN_PART", 2)


def mixed_journal(path: Path) -> Journal:
    """A journal in which `board` has readings of every kind, and so has `bystander`.

    Of each eight readings for a target, some are forwarded, some refused for two reasons, and some pending;
    they were meant for no account, for an earlier one or for the present one.
    """
    journal = Journal(path)
    for account in (b"", OTHER, ACCOUNT):
        for device in ("board", "bystander"):
            journal.bind(device, account)
        for _ in range(ROUNDS):
            for device in ("bystander", "board"):
                lines = "v1=1\nv2=2\n" * 4 + "v1=3\nv2=4\n" * 4
                journal.write([(device, batch(lines))], [])
        for stream in journal.streams():
            end = stream.next_seq - 1
            for first in range(end - 8 * ROUNDS + 1, end + 1, 8):
                journal.write(
                    [],
                    [
                        Run(stream.stream, first, first + 1, Fate.FORWARDED),
                        Run(stream.stream, first + 2, first + 2, Fate.REFUSED, "no"),
                        Run(stream.stream, first + 3, first + 4, Fate.REFUSED, "never"),
                        Run(stream.stream, first + 6, first + 6, Fate.REFUSED, "no"),
                    ],
                )
    return journal


def totals(journal: Journal, device: str = "board") -> JournalCounts:
    return sum((stream.counts() for stream in journal.streams(device)), JournalCounts())


def kept(journal: Journal, device: str = "board") -> int:
    return sum(stream.kept for stream in journal.streams(device))


def there(journal: Journal) -> int:
    """How many readings of `board` are in the file."""
    numbers = ", ".join(str(stream.stream) for stream in journal.streams("board"))
    return int(
        journal.execute(f"SELECT coalesce(sum(count), 0) FROM segment WHERE stream IN ({numbers})")[0][0]
    )


def check(journal: Journal) -> None:
    """Counters and runs agree with each other, in memory and in the file."""
    for stream in journal.streams():
        fates = dict(
            journal.execute(
                "SELECT fate, sum(last - first + 1) FROM settled"
                f" WHERE stream = {stream.stream} GROUP BY fate"
            )
        )
        assert stream.pruned == fates.get("pruned", 0)
        assert stream.refused_kept == fates.get("refused", 0)
        assert sum(fates.values()) == stream.settled
        assert bool(stream.last_refusal) is bool(stream.refused_kept)
    assert kept(journal) == there(journal)


Change = Callable[[JournalCounts, int], JournalCounts]


def _expired(before: JournalCounts, count: int) -> JournalCounts:
    return before + JournalCounts(expired=count, pending=-count, held=-count)


def _resent(before: JournalCounts, count: int) -> JournalCounts:
    return before + JournalCounts(refused=-count, pending=count)


def _discarded(before: JournalCounts, count: int) -> JournalCounts:
    return before + JournalCounts(refused=-count, expired=count)


def _ids(journal: Journal) -> set[int]:
    return {refused.reading.id for refused in journal.refused("board", 99)} | {7, 10**9}


DECISIONS: dict[str, tuple[Decide, Change]] = {
    "discard held": (lambda journal: decisions.discard(journal, "board"), _expired),
    "discard unassigned": (lambda journal: decisions.discard_unassigned(journal, "board"), _expired),
    "resend": (lambda journal: decisions.resend(journal, "board"), _resent),
    "resend a target": (lambda journal: decisions.resend(journal, "board", "v2"), _resent),
    "resend by id": (lambda journal: decisions.resend(journal, "board", None, _ids(journal)), _resent),
    "discard refused": (lambda journal: decisions.discard_refused(journal, "board"), _discarded),
    "discard refused by id": (
        lambda journal: decisions.discard_refused(journal, "board", None, _ids(journal)),
        _discarded,
    ),
}


@pytest.mark.parametrize(("decide", "change"), DECISIONS.values(), ids=DECISIONS)
def test_a_decision_may_end_after_each_step(tmp_path: Path, decide: Decide, change: Change) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    before, others = totals(journal), totals(journal, "bystander")
    told: list[Progress] = []
    for step in decide(journal):
        assert totals(journal) == change(before, step.done)
        assert totals(journal, "bystander") == others
        check(journal)
        told.append(step)
    assert len(told) > 6
    assert told[0].done == 0
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert {step.total for step in told} == {told[0].total}
    assert told[-1].done > 0
    # Held readings are not sent again, and stay refused: the total counts them, too.
    assert told[-1].done <= told[0].total
    journal.close()


@pytest.mark.parametrize("name", ["discard held", "discard unassigned", "discard refused"])
def test_the_total_of_a_decision_is_reached(tmp_path: Path, name: str) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    *_, last = DECISIONS[name][0](journal)
    assert last.done == last.total > 0
    assert carry_out(DECISIONS[name][0](journal)) == 0
    journal.close()


def test_readings_that_arrive_meanwhile_are_kept(tmp_path: Path) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    before = kept(journal)
    arrived = 0
    for _ in deleting.delete_data(journal, "board"):
        journal.write([("board", batch("v1=5\nv3=5\n"))], [])
        arrived += 2
    assert before > arrived > 6
    assert kept(journal) == there(journal) == totals(journal).pending == arrived
    check(journal)
    journal.close()


@pytest.mark.parametrize("is_bound", [True, False])
def test_deleting_may_end_after_each_step(tmp_path: Path, is_bound: bool) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    if not is_bound:
        journal.close()
        journal = Journal(tmp_path / "j.db")
    before, others = totals(journal), totals(journal, "bystander")
    all_there = kept(journal)
    generations = [stream.generation for stream in journal.streams("board")]
    done = []
    for step in deleting.delete_data(journal, "board"):
        counts = totals(journal)
        if journal.streams("board"):
            assert kept(journal) == all_there - step.done
            assert counts.readings == before.readings
            assert counts.pending + counts.expired == before.pending + before.expired
            assert (counts.forwarded, counts.refused) == (before.forwarded, before.refused)
            check(journal)
        assert totals(journal, "bystander") == others
        assert step.total == all_there
        done.append(step.done)
    assert done[-1] == all_there
    assert len(set(done)) > 6
    assert journal.devices() == (["board", "bystander"] if is_bound else ["bystander"])
    if is_bound:
        assert totals(journal).pending == kept(journal) == 0
        now = [stream.generation for stream in journal.streams("board")]
        assert all(one > two for one, two in zip(now, generations, strict=True))
    journal.close()


@pytest.mark.parametrize("stopped_after", range(1, 30, 4))
def test_after_a_crash_in_the_middle_deleting_can_be_done_again(tmp_path: Path, stopped_after: int) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    all_there = kept(journal)
    doing = deleting.delete_data(journal, "board")
    done = [next(doing).done for _ in range(stopped_after)][-1]
    copy = after_a_crash(tmp_path / "j.db", 1)
    journal.close()
    again = Journal(copy)
    again.bind("board", ACCOUNT)
    assert kept(again) == all_there - done
    check(again)
    assert carry_out(deleting.delete_data(again, "board")) == all_there - done
    again.close()


def test_what_a_cancelled_deletion_has_deleted_is_in_none_of_the_files(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    journal.bind("board", ACCOUNT)
    for number in range(20):
        journal.write([("board", batch(f"v1=secret number {number:02}\n" * 3))], [])
    doing = deleting.delete_data(journal, "board")
    while next(doing).done < 30:
        pass
    assert journal.cut_log(0)
    content = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert b"secret number 09" not in content
    assert b"secret number 19" in content
    assert there(journal) == kept(journal) == 30
    journal.close()


def test_a_part_ends_with_a_segment_and_has_few_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_SEGMENTS_IN_PART", 9)
    monkeypatch.setattr(deleting, "_READINGS_IN_PART", 5)
    journal = Journal(tmp_path / "j.db")
    journal.bind("board", ACCOUNT)
    for size in (2, 3, 1, 7, 4):
        journal.write([("board", batch("v1=1\n" * size))], [])
    done = [step.done for step in deleting.delete_data(journal, "board")]
    assert list(dict.fromkeys(done)) == [0, 5, 6, 13, 17]
    journal.close()


def test_an_error_undoes_its_step_alone(tmp_path: Path) -> None:
    journal = mixed_journal(tmp_path / "j.db")
    before = totals(journal)

    def parts() -> steps.Parts:
        change = yield 0
        number = journal.streams("board")[0].stream
        change = yield change.discard_refused(number, 3, 3, "")
        change.discard_refused(number, 4, 5, "")
        raise RuntimeError("the disk is full")

    doing = steps.in_steps(journal, parts(), 3)
    assert [next(doing), next(doing)] == [(0, 3), (1, 3)]
    with pytest.raises(RuntimeError, match="full"):
        next(doing)
    assert totals(journal) == _discarded(before, 1)
    check(journal)
    journal.close()


def test_one_transaction_has_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_STEP_S", 60.0)
    journal = mixed_journal(tmp_path / "j.db")
    assert len(list(decisions.discard_refused(journal, "board"))) == 2
    journal.close()

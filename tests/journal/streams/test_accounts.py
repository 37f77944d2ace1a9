"""Account ranges alone give the number of held readings; no reading is looked at."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.journal.streams import accounts
from app.journal.streams.accounts import AccountRange, AccountRanges

NAMES = (b"a", b"b", b"c")


def test_readings_of_one_account_are_one_range() -> None:
    assert accounts.held((), 1, 0, b"a") == 0
    ranges = accounts.extend((), 1, b"a", 0)
    assert accounts.extend(ranges, 7, b"a", 3) is ranges
    assert accounts.extend(ranges, 7, b"b", 3) == (AccountRange(1, b"a", 3), AccountRange(7, b"b"))


def test_completely_settled_ranges_keep_no_accounts_apart() -> None:
    ranges: AccountRanges = (AccountRange(1, b"a", 4), AccountRange(5, b"b", 1), AccountRange(8, b"c"))
    assert accounts.without_settled(ranges, 10, 5, b"c") == (
        AccountRange(1, b"c", 4),
        AccountRange(5, b"b", 1),
        AccountRange(8, b"c", 0),
    )
    ranges = (
        AccountRange(1, b"a", 1),
        AccountRange(5, b"b", 3),
        AccountRange(8, b"d", 2),
        AccountRange(10, b"c"),
    )
    assert accounts.without_settled(ranges, 12, 7, b"c") == (
        AccountRange(1, b"a", 1),
        AccountRange(5, b"c", 6),
    )
    ranges = (AccountRange(1, b"a", 4), AccountRange(5, b"b", 3), AccountRange(8, b"c"))
    assert accounts.without_settled(ranges, 10, 9, b"d") == (AccountRange(1, b"d", 9),)


def test_other_fingerprints_of_the_present_account_are_replaced_by_it() -> None:
    ranges: AccountRanges = (
        AccountRange(1, b"x", 1),
        AccountRange(5, b"a", 0),
        AccountRange(8, b"b", 2),
        AccountRange(12, b"y"),
    )
    # Of the last range, seqs 12 to 14, one reading is settled.
    assert accounts.without_settled(ranges, 15, 4, b"me", {b"a", b"y"}) == (
        AccountRange(1, b"x", 1),
        AccountRange(5, b"me", 0),
        AccountRange(8, b"b", 2),
        AccountRange(12, b"me", 1),
    )
    assert accounts.without_settled(ranges, 15, 4, b"me", {b"a", b"b", b"y"}) == (
        AccountRange(1, b"x", 1),
        AccountRange(5, b"me", 3),
    )


def test_a_refused_account_keeps_its_readings_until_the_device_has_another_one() -> None:
    ranges: AccountRanges = (AccountRange(1, b"a", 1), AccountRange(5, b"b", 2), AccountRange(8, b"c"))

    def after(known: AccountRanges, account: bytes) -> list[bytes]:
        return [part.account for part in accounts.without_settled(known, 10, 3, account)]

    refused = accounts.refuse(ranges, b"b")
    assert refused == (ranges[0], AccountRange(5, accounts.refused(b"b"), 2), ranges[2])
    assert accounts.held(refused, 10, 3, b"b") == accounts.held(ranges, 10, 3, b"b") == 5
    assert accounts.held(refused, 10, 3, b"c") == accounts.held(ranges, 10, 3, b"c") == 4
    assert after(refused, b"b") == [b"a", b"b", b"c"]
    assert after(refused, b"c") == [b"a", b"", b"c"]
    assert after(refused, b"") == [b"a", accounts.refused(b"b"), b"c"]


def test_settling_in_the_newest_range_changes_no_range() -> None:
    one: AccountRanges = (AccountRange(1, b"a"),)
    two: AccountRanges = (AccountRange(1, b"a", 1), AccountRange(5, b"b"))
    for ranges, first in (((), 1), (one, 1), (one, 3), (two, 5), (two, 7)):
        assert accounts.settle(ranges, first, 9) is ranges
    assert accounts.settle(two, 4, 9) == (AccountRange(1, b"a", 2), AccountRange(5, b"b", 5))


@given(
    said=st.lists(st.sampled_from(NAMES), min_size=1, max_size=20),
    events=st.lists(st.tuples(st.booleans(), st.integers(1, 20), st.integers(0, 9)), max_size=20),
    mine=st.sampled_from(NAMES),
)
def test_the_number_held_is_what_a_count_of_every_reading_gives(
    said: list[bytes], events: list[tuple[bool, int, int]], mine: bytes
) -> None:
    ranges: AccountRanges = ()
    settled: set[int] = set()
    for seq, account in enumerate(said, 1):
        ranges = accounts.extend(ranges, seq, account, len(settled))
        for is_settling, first, count in events[seq::20]:
            seqs = [n for n in range(first, first + count) if n <= seq and (n in settled) != is_settling]
            for n in seqs:
                ranges = accounts.settle(ranges, n, n) if is_settling else accounts.reopen(ranges, n, 1)
            settled ^= set(seqs)
    waiting = [seq for seq in range(1, len(said) + 1) if seq not in settled]
    size = len(said) + 1
    others = [seq for seq in waiting if said[seq - 1] != mine]
    assert accounts.held(ranges, size, len(settled), mine) == len(others)
    assert accounts.held(ranges, size, len(settled), None) == len(waiting)
    inside = {
        seq for first, last in accounts.ranges(ranges, mine) for seq in range(first, min(last, len(said)) + 1)
    }
    assert inside == {seq for seq, name in enumerate(said, 1) if name == mine}
    merged = accounts.without_settled(ranges, size, len(settled), mine)
    assert accounts.held(merged, size, len(settled), mine) == len(others)
    assert all(one.account != two.account for one, two in pairwise(merged))


def test_pending_readings_are_counted_for_one_account() -> None:
    ranges: AccountRanges = (AccountRange(1, b"", 1), AccountRange(5, b"a", 2), AccountRange(8, b""))
    # 4 + 3 + 3 readings; of the last range, seqs 8 to 10, two are settled.
    assert accounts.pending_for(ranges, 11, 5, b"") == 4
    assert accounts.pending_for(ranges, 11, 5, b"a") == 1
    assert accounts.pending_for(ranges, 11, 5, b"b") == 0

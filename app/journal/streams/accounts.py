"""For each range of a stream's seqs, the account (server and token) that the readings were meant for. Pure.

Invariants: the ranges of a stream begin at seq 1 and have no gaps between them; neighbouring ranges have
different accounts; each range except the last stores how many of its readings are settled. For the last
range, this number is calculated: the settled readings of the whole stream less those of the other ranges.
`held` needs only these numbers, so it counts held readings without looking at any reading. Readings for a
token that its server has never accepted are meant for no account as soon as the device has another token.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from app.wire.streams import END

_REFUSED = b"refused "


class AccountRange(NamedTuple):
    """The readings from seq `first` up to the next range. All of them were meant for `account`."""

    first: int
    account: bytes
    """The account's `Journal.fingerprint`; empty for readings that were not to be forwarded."""
    settled: int = 0
    """How many readings of the range are settled. In the last range, this number is not kept up to date."""


AccountRanges = tuple[AccountRange, ...]


def extend(ranges: AccountRanges, first: int, account: bytes, settled: int) -> AccountRanges:
    """Extend `ranges` by new readings for `account`, the first of which has seq `first`.

    If this begins a new range, the previous range stores how many readings in it are settled. That number is
    calculated from `settled`, the number of settled readings in the whole stream.
    """
    if ranges and ranges[-1].account == account:
        return ranges
    if not ranges:
        return (AccountRange(1, account),)
    closed = settled - sum(part.settled for part in ranges[:-1])
    return (*ranges[:-1], ranges[-1]._replace(settled=closed), AccountRange(first, account))


def settle(ranges: AccountRanges, first: int, last: int) -> AccountRanges:
    """Return `ranges` with the seqs `first`…`last` counted as settled."""
    if len(ranges) < 2 or first >= ranges[-1].first:
        return ranges
    ends = [part.first - 1 for part in ranges[1:]] + [END]
    return tuple(
        part._replace(settled=part.settled + max(0, min(last, end) - max(first, part.first) + 1))
        for part, end in zip(ranges, ends, strict=True)
    )


def reopen(ranges: AccountRanges, seq: int, count: int) -> AccountRanges:
    """Return `ranges` with `count` readings of the range that has `seq` counted as pending again."""
    place = sum(part.first <= seq for part in ranges) - 1
    if place == len(ranges) - 1:
        return ranges
    part = ranges[place]
    return (*ranges[:place], part._replace(settled=part.settled - count), *ranges[place + 1 :])


def refused(account: bytes) -> bytes:
    """What a range has in place of `account` after `refuse`."""
    return _REFUSED + account


def refuse(known: AccountRanges, account: bytes) -> AccountRanges:
    """Return `known` after the server of `account` has refused its token, and has never accepted it.

    The ranges for `account` are for `refused(account)` then.
    """
    name = refused(account)
    return tuple(part._replace(account=name) if part.account == account else part for part in known)


def without_settled(
    ranges: AccountRanges, next_seq: int, settled: int, account: bytes, earlier: Collection[bytes] = ()
) -> AccountRanges:
    """Return `ranges` without the accounts that matter only to settled readings.

    If all readings of a range are settled, the range gets `account`, the device's present account. So do the
    ranges of the accounts in `earlier`, which are other fingerprints of the present account, and those that
    `refuse` has made of the present account. The ranges that `refuse` has made of other accounts are for none
    from now on, if the device has an account. Neighbouring ranges with the same account are then joined.
    `next_seq` is the seq after the last range. `settled` is the number of settled readings in the whole
    stream. It is needed for the last range, which does not store how many of its own readings are settled.
    """
    present = {*earlier, refused(account)}
    kept: list[AccountRange] = []
    for part, size, done in _sizes(ranges, next_seq, settled):
        name = account if size == done or part.account in present else part.account
        if account and name.startswith(_REFUSED):
            name = b""
        if kept and kept[-1].account == name:
            kept[-1] = kept[-1]._replace(settled=kept[-1].settled + done)
        else:
            kept.append(AccountRange(part.first, name, done))
    return tuple(kept)


def held(ranges: AccountRanges, next_seq: int, settled: int, account: bytes | None) -> int:
    """How many pending readings of a stream are meant for another account than `account`.

    If `account` is None, this is the number of all pending readings. `ranges` are the stream's account
    ranges, and `next_seq` is the seq after the last range. `settled` is the number of settled readings in
    the whole stream. It is needed for the last range, which does not store how many of its own readings are
    settled.
    """
    if len(ranges) == 1 and ranges[0].account == account:
        return 0
    own = () if account is None else (account, refused(account))
    return sum(
        size - done for part, size, done in _sizes(ranges, next_seq, settled) if part.account not in own
    )


def pending_for(ranges: AccountRanges, next_seq: int, settled: int, account: bytes) -> int:
    """How many pending readings of a stream are meant for `account`; for the parameters, see `held`."""
    return sum(
        size - done for part, size, done in _sizes(ranges, next_seq, settled) if part.account == account
    )


def ranges(known: AccountRanges, account: bytes | None, *, others: bool = False) -> Iterator[tuple[int, int]]:
    """The first and last seq of each range in `known` that is for `account`.

    If `others` is true, the ranges that are not for `account` are returned instead. If `account` is None, no
    range is for it. For the last range of the stream, the last seq is `END`.
    """
    for place, part in enumerate(known):
        if (part.account == account) != others:
            yield part.first, known[place + 1].first - 1 if place + 1 < len(known) else END


def _sizes(ranges: AccountRanges, next_seq: int, settled: int) -> Iterator[tuple[AccountRange, int, int]]:
    """Each range with the number of its readings and the number of its settled readings.

    `settled` is the number of settled readings in the whole stream. It is needed for the last range, which
    does not store how many of its own readings are settled.
    """
    left = settled
    for place, part in enumerate(ranges):
        is_last = place + 1 == len(ranges)
        end = next_seq if is_last else ranges[place + 1].first
        done = left if is_last else part.settled
        left -= done
        yield part, end - part.first, done

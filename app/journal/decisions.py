"""Carries out the user's decisions about readings.

The decisions are: send refused readings again, send held readings to the device's present account (all, or
only those that were meant for none), discard pending or refused readings. For deleting, see `deleting`.

Invariants: a decision is carried out in steps (see `steps`), oldest readings first; where it ends early, each
reading is either decided about or as it was before. Only for the thread that writes the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby

from msgspec.structs import replace

from app.journal.journal import Journal
from app.journal.steps import Parts, Steps, in_steps
from app.journal.streams import accounts, ranges, unsettled
from app.journal.streams.stream import Stream
from app.journal.streams.transaction import Transaction
from app.messages.message import Message
from app.messages.stored import encode
from app.wire.streams import END, Fate, Run

_RUNS_IN_PART = 256
_IDS_IN_PART = 64

Spans = Callable[[Stream], Iterable[tuple[int, int]]]
"""The first and last seqs of the ranges of a stream that a decision is about."""
Find = Callable[[sqlite3.Connection, int, int, int], tuple[int, int] | None]
"""Finds where to begin in a stream between two seqs, and where the part ends; None if there is nothing."""
Act = Callable[[Transaction, int, int, int], int]
"""Changes readings of a stream between two seqs. Returns how many."""


def resend(
    journal: Journal, device: str, target: str | None = None, ids: Collection[int] | None = None
) -> Steps:
    """Make refused readings of `device` pending again, so that they are sent once more.

    `target` and `ids` (reading ids) restrict the choice; None means no restriction. Readings that were meant
    for another account are left out, until `send_here` assigns them to the present account.
    """
    found = _with_refused(journal, device, target) if journal.account(device) is not None else []

    def own(stream: Stream) -> Iterator[tuple[int, int]]:
        return accounts.ranges(stream.account_ranges, journal.account(stream.device))

    def parts() -> Parts:
        change = yield 0
        for stream in found:
            account, now = journal.account(stream.device), change.stream(stream.stream)
            if account is not None and now is not None:
                # Refused readings for an account of which nothing is pending are sent to the present one.
                change.bind(now, account)
                change = yield 0
        yield from _refused(found, ids, own, Transaction.send_again)

    return in_steps(journal, parts(), _count(found, ids))


def send_here(journal: Journal, device: str) -> Steps:
    """Assign all readings of `device` to its present account, so that none is held any more."""
    account = journal.account(device)
    held = [stream for stream in journal.streams(device) if stream.held] if account is not None else []

    def parts() -> Parts:
        change = yield 0
        for found in held:
            stream = change.stream(found.stream)
            if stream is not None and account is not None:
                change.restamp(stream, account)
                change = yield stream.held

    return in_steps(journal, parts(), sum(stream.held for stream in held))


def discard(journal: Journal, device: str, *, everything: bool = False) -> Steps:
    """Give up the held readings of `device`: they get the fate `expired`.

    If `everything` is true, give up all pending readings: this is for a device that has left the bench. The
    readings count as expired, because they were neither sent nor refused, and no newer value replaced them.
    """
    found = [stream for stream in journal.streams(device) if stream.held or (everything and stream.pending)]

    def spans(stream: Stream) -> Iterator[tuple[int, int]]:
        account = None if everything else journal.account(stream.device)
        return accounts.ranges(stream.account_ranges, account, others=True)

    total = sum(stream.pending if everything else stream.held for stream in found)
    return in_steps(journal, _expired(found, spans, Message("discarded")), total)


def send_unassigned(journal: Journal, device: str) -> Steps:
    """Assign those readings of `device` to its present account that were meant for none.

    They arrived while the device had no server. Readings for other accounts stay held.
    """
    account = journal.account(device)
    found = [stream for stream in journal.streams(device) if stream.unassigned] if account else []

    def parts() -> Parts:
        change = yield 0
        for unassigned in found:
            stream = change.stream(unassigned.stream)
            if stream is not None and account:
                change.bind(stream, account, (b"",))
                # A new generation makes the forwarder read the stream from seq 1 again.
                assigned = change.stream(stream.stream) or stream
                change.put(replace(assigned, generation=assigned.generation + 1))
                change = yield stream.unassigned

    return in_steps(journal, parts(), sum(stream.unassigned for stream in found))


def discard_unassigned(journal: Journal, device: str) -> Steps:
    """Give up those readings of `device` that were meant for no account, as it has one.

    They get the fate `expired`, for a reason of its own, and stay in the journal and in its export.
    """
    found = [stream for stream in journal.streams(device) if stream.unassigned]
    found = found if journal.account(device) else []

    def spans(stream: Stream) -> Iterator[tuple[int, int]]:
        return accounts.ranges(stream.account_ranges, b"")

    total = sum(stream.unassigned for stream in found)
    return in_steps(journal, _expired(found, spans, Message("plotted_without_server")), total)


def discard_refused(
    journal: Journal, device: str, target: str | None = None, ids: Collection[int] | None = None
) -> Steps:
    """Give up refused readings of `device`: they get the fate `expired`.

    `target` and `ids` (reading ids) restrict the choice; None means no restriction. The readings may have
    been meant for any account. Those that were pruned are left as they are.
    """
    reason = encode(Message("discarded"))
    found = _with_refused(journal, device, target)

    def act(change: Transaction, number: int, first: int, last: int) -> int:
        return change.discard_refused(number, first, last, reason)

    return in_steps(journal, _refused(found, ids, lambda _: [(1, END)], act), _count(found, ids))


def _with_refused(journal: Journal, device: str, target: str | None) -> list[Stream]:
    streams = journal.streams(device)
    return [stream for stream in streams if target in (None, stream.target) and stream.refused_kept]


def _count(found: list[Stream], ids: Collection[int] | None) -> int:
    kept = sum(stream.refused_kept for stream in found)
    return kept if ids is None else min(kept, len(ids))


def _refused(found: list[Stream], ids: Collection[int] | None, spans: Spans, act: Act) -> Parts:
    """Let `act` change the refused readings of the streams in `found`, or those of them that have `ids`."""
    if ids is not None:
        return _chosen({stream.stream for stream in found}, ids, spans, act)

    def find(connection: sqlite3.Connection, number: int, first: int, last: int) -> tuple[int, int] | None:
        return ranges.refused_stretch(connection, number, first, last, _RUNS_IN_PART)

    return _parts(found, spans, find, act)


def _expired(found: list[Stream], spans: Spans, reason: Message) -> Parts:
    """Give the pending readings of the streams in `found` the fate expired, for `reason`."""

    def find(connection: sqlite3.Connection, number: int, first: int, last: int) -> tuple[int, int]:
        return first, ranges.stretch(connection, number, first, last, _RUNS_IN_PART)

    def act(change: Transaction, number: int, first: int, last: int) -> int:
        return change.settle(Run(number, first, last, Fate.EXPIRED, encode(reason)))

    return _parts(found, spans, find, act)


def _parts(found: list[Stream], spans: Spans, find: Find, act: Act) -> Parts:
    """Let `act` change readings of the streams in `found`, part by part."""
    change = yield 0
    for number in [stream.stream for stream in found]:
        seq = 1
        while part := _next_part(change, number, spans, find, seq):
            count = act(change, number, *part)
            seq = part[1] + 1
            change = yield count


def _next_part(
    change: Transaction, number: int, spans: Spans, find: Find, seq: int
) -> tuple[int, int] | None:
    """The first part of a stream that begins at `seq` or later."""
    stream = change.stream(number)
    for first, last in spans(stream) if stream else ():
        within = max(first, seq), min(last, stream.next_seq - 1) if stream else 0
        if within[0] <= within[1] and (part := find(change.connection, number, *within)):
            return part
    return None


def _chosen(numbers: Collection[int], ids: Collection[int], spans: Spans, act: Act) -> Parts:
    """Let `act` change those readings of the streams `numbers` that have one of `ids`, part by part."""
    change = yield 0
    wanted = sorted(ids)
    for place in range(0, len(wanted), _IDS_IN_PART):
        places = unsettled.places(change.connection, wanted[place : place + _IDS_IN_PART])
        count = 0
        for number, first, last in _joined(sorted(places)):
            stream = change.stream(number)
            for span in spans(stream) if stream and number in numbers else ():
                within = max(first, span[0]), min(last, span[1])
                count += act(change, number, *within) if within[0] <= within[1] else 0
        change = yield count


def _joined(places: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Join neighbouring (stream, seq) into (stream, first, last)."""
    for (number, _), part in groupby(enumerate(places), lambda item: (item[1][0], item[1][1] - item[0])):
        seqs = [seq for _, (_, seq) in part]
        yield number, seqs[0], seqs[-1]

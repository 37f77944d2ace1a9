"""A journal in memory: the readings of each stream, and their fates.

It fails if a reading is settled twice, with one exception: an answer that comes after the user has deleted
the readings changes nothing.
"""

from __future__ import annotations

from app.cloud.destination import Outcome
from app.cloud.plan.lanes import Flight
from app.cloud.plan.plan import Plan
from app.wire.datastreams import Value
from app.wire.streams import Fate, Newest, Reading, Run, StreamExtent

DELETED = (Fate.EXPIRED, "deleted")


class MemoryJournal:
    """The readings of one device."""

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.rows: list[list[Reading]] = []
        self.fates: dict[tuple[int, int], tuple[Fate, str]] = {}
        self.marked: list[Reading] = []
        self.held: set[Reading] = set()
        self.generation = 0
        self._next_id = 1

    def append(self, target: str, value: Value | None = None, at_us: int = 0) -> Reading:
        """Append a reading. Without `value`, its value is its id."""
        if target not in self.targets:
            self.targets.append(target)
            self.rows.append([])
        stream = self.targets.index(target)
        rows = self.rows[stream]
        shown = self._next_id if value is None else value
        rows.append(Reading(self._next_id, stream + 1, len(rows) + 1, target, shown, at_us))
        self._next_id += 1
        return rows[-1]

    def extents(self) -> list[StreamExtent]:
        return [
            StreamExtent(
                number,
                rows[0].target,
                len(rows) + 1,
                sum((number, row.seq) not in self.fates for row in rows),
                sum(row.stream == number for row in self.held),
                sum(row.stream == number for row in self.marked),
                self.generation,
                *(
                    sum(self.fates.get((number, row.seq), (None,))[0] is fate for row in rows)
                    for fate in (Fate.SUPERSEDED, Fate.REFUSED, Fate.EXPIRED)
                ),
            )
            for number, rows in enumerate(self.rows, 1)
        ]

    def pending(self, stream: int, from_seq: int, limit: int) -> list[Reading]:
        rows = self.rows[stream - 1]
        found = (r for r in rows if r.seq >= from_seq and (stream, r.seq) not in self.fates)
        return [row for row in found if row not in self.marked and row not in self.held][:limit]

    def last_forwarded(self, stream: int) -> Reading | None:
        forwarded = (Fate.FORWARDED, "")
        rows = [row for row in self.rows[stream - 1] if self.fates.get((stream, row.seq)) == forwarded]
        return rows[-1] if rows else None

    def newest(self, stream: int, from_seq: int, until_seq: int) -> Newest:
        rows = [row for row in self.pending(stream, from_seq, 1 << 30) if row.seq < until_seq]
        return Newest(rows[-1] if rows else None, [(row.seq, row.seq) for row in rows[:-1]])

    def hold(self, target: str) -> None:
        """Append a reading that is held, because it was meant for another account."""
        self.held.add(self.append(target))

    def release(self) -> None:
        """Let held readings be sent, as the user may decide. The plan has already passed their seqs."""
        self.held.clear()
        self.generation += 1

    def delete(self) -> None:
        """Delete all readings, as the user may decide."""
        for rows in self.rows:
            for row in rows:
                self.fates.setdefault((row.stream, row.seq), DELETED)
        self.held.clear()
        self.marked.clear()
        self.generation += 1

    def resent(self, limit: int) -> list[Reading]:
        return sorted(self.marked, key=lambda row: row.id)[:limit]

    def send_again(self) -> None:
        """Send refused readings again, as the user may decide: they become pending and go before others."""
        for rows in self.rows:
            for row in rows:
                if self.fates.get((row.stream, row.seq), (None,))[0] is Fate.REFUSED:
                    del self.fates[(row.stream, row.seq)]
                    self.marked.append(row)

    def refill(self, plan: Plan, now_s: float = 0.0, late: str = "") -> None:
        """Let the plan read the journal once, as the planner does.

        If `late` is given, a reading of this target comes in meanwhile.
        """
        extents = self.extents()
        plan.prefetch.extend(extents)
        plan.prefetch.tick(extents, now_s)
        fetches = plan.prefetch.fetches()
        if plan.prefetch.needs_resent:
            plan.prefetch.resend(self.resent(64))
        if late:
            self.append(late)
        for fetch in fetches:
            stream = fetch.flow.stream
            if fetch.newest:
                newest = self.newest(stream, fetch.from_seq, fetch.until_seq)
                self.settle(fetch.superseded(newest))
                readings = [newest.reading] if newest.reading else []
            else:
                readings = self.pending(stream, fetch.from_seq, fetch.limit)
            self.settle(plan.prefetch.fill(fetch, readings))

    def settle(self, runs: list[Run]) -> None:
        for run in runs:
            for seq in range(run.first, run.last + 1):
                assert self.fates.get((run.stream, seq), DELETED) == DELETED
                self.fates.setdefault((run.stream, seq), (run.fate, run.reason))
                row = self.rows[run.stream - 1][seq - 1]
                if row in self.marked:
                    self.marked.remove(row)

    def answer(self, plan: Plan, flight: Flight, outcome: Outcome, now_s: float = 0.0) -> list[Run]:
        """Give the plan the outcome of a flight, and settle at once the runs that it returns."""
        runs = plan.answered(flight, outcome, now_s)
        self.settle(runs)
        if flight.is_settled:
            plan.settled(flight)
        return runs

    @property
    def total(self) -> int:
        return sum(map(len, self.rows))

    def fates_of(self, target: str) -> list[str]:
        """The fates of a target's readings, in order."""
        rows = self.rows[self.targets.index(target)]
        return [str(self.fates.get((row.stream, row.seq), (Fate.PENDING,))[0]) for row in rows]

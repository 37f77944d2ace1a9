"""Power cuts: whatever of the writes since the last sync has reached the disk, whole, torn or not at all, the
journal opens, its ledger balances, and nothing that had been synced is gone.

A disk promises this alone: what was synced is there. Of what was written later, any sector may be old, new,
or nonsense, and the file may end anywhere between its old and its new length. SQLite syncs its log before it
writes the database, and a new log's header before the log's first frames; so each image here is one that a
power cut can leave.
"""

from __future__ import annotations

import io
import random
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from app.journal import decisions
from app.journal.export import Selection, export
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened, values

SECTOR = 512
LOG_HEADER = 32


class Moment(NamedTuple):
    """The journal's files after a step, and what they say."""

    database: bytes
    log: bytes
    is_synced: bool
    state: object


def state(journal: Journal, path: Path) -> object:
    """All that a journal tells of itself."""
    output = io.StringIO()
    export(path, output, Selection())
    waiting = [journal.pending(stream.stream, 1, 10_000) for stream in journal.streams()]
    return ([stream.counts() for stream in journal.streams()], waiting, journal.resent("board", 10_000),
            output.getvalue())  # fmt: skip


def step(journal: Journal, chance: random.Random) -> bool:
    """Let one transaction happen; whether it is on the disk for sure."""
    kind = chance.choice(("append", "append", "append", "settle", "settle", "settle", "resend", "prune"))
    if kind == "append":
        size = chance.choice((1, 1, 10, 400))
        lines = "".join(f"v{chance.randrange(3)}={chance.randrange(10**6)}\n" for _ in range(size))
        journal.write([("board", batch(lines))], [])
        return True
    if kind == "settle":
        stream = chance.choice(journal.streams())
        first = chance.randrange(1, stream.next_seq + 1)
        fate = chance.choice((Fate.FORWARDED, Fate.REFUSED, Fate.EXPIRED))
        journal.write([], [Run(stream.stream, first, first + chance.choice((0, 5, 300)), fate, "said so")])
        return False
    if kind == "resend":
        return decisions.resend(journal, "board") > 0
    pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
    before = journal.execute("SELECT count(*) FROM segment")
    # The first looks for what to prune, the second does it.
    pruner.step()
    pruner.step()
    return journal.execute("SELECT count(*) FROM segment") != before


def moments(path: Path, chance: random.Random, steps: int) -> list[Moment]:
    """What a journal's files went through."""
    journal = opened(path)
    journal.execute("PRAGMA wal_autocheckpoint = 25")
    journal.write([("board", batch("v0=0\nv1=1\nv2=2\n"))], [])
    log = path.with_name(f"{path.name}-wal")
    found = []
    is_synced = True
    for _ in range(steps):
        found.append(Moment(path.read_bytes(), log.read_bytes(), is_synced, state(journal, path)))
        is_synced = step(journal, chance)
    journal.close()
    return found


def torn(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """What is on the disk of a file that was `old` when it was synced, and should have become `new`."""
    if chance.random() < 0.2:
        return new
    keep = chance.random()
    shortest, longest = sorted((len(old), len(new)))
    content = bytearray(new[: chance.randint(shortest, longest)])
    for at in range(0, len(content), SECTOR):
        was, is_now = old[at : at + SECTOR], new[at : at + SECTOR]
        if was != is_now:
            draw = chance.random()
            if draw < keep:
                content[at : at + len(was)] = was
            elif draw < keep + 0.1:
                # SQLite counts on it that a cut write leaves the bytes beside it as they are.
                same = zip(was, is_now, strict=False)
                kept = [one if one == two else chance.randrange(256) for one, two in same]
                content[at : at + len(is_now)] = bytes(kept) + chance.randbytes(len(is_now) - len(kept))
    return bytes(content)


def image(synced: Moment, before: Moment, after: Moment, chance: random.Random) -> tuple[bytes, bytes]:
    """Database and log as a power cut on the way to `after` leaves them."""
    if before.database != after.database and chance.random() < 0.5:
        # The log is on the disk as a whole, and is being written back.
        return torn(before.database, after.database, chance), after.log
    log = synced.log
    if log[:LOG_HEADER] != after.log[:LOG_HEADER]:
        if chance.random() < 0.2:
            return before.database, torn(log[:LOG_HEADER], after.log[:LOG_HEADER], chance) + log[LOG_HEADER:]
        log = after.log[:LOG_HEADER] + log[LOG_HEADER:]
    return before.database, torn(log, after.log, chance)


@pytest.mark.parametrize(
    ("seed", "steps", "cuts"),
    [(1, 40, 3), *(pytest.param(seed, 60, 10, marks=pytest.mark.long) for seed in range(2, 10))],
)
def test_a_power_cut_undoes_nothing_that_was_synced(tmp_path: Path, seed: int, steps: int, cuts: int) -> None:
    chance = random.Random(seed)
    story = moments(tmp_path / "story.db", chance, steps)
    assert sum(one.database != two.database for one, two in pairwise(story)) > steps // 20
    synced = 0
    undone = 0
    for number in range(1, len(story)):
        for cut in range(cuts):
            path = tmp_path / f"{number}-{cut}.db"
            database, log = image(story[synced], story[number - 1], story[number], chance)
            path.write_bytes(database)
            path.with_name(f"{path.name}-wal").write_bytes(log)
            journal = opened(path)
            assert journal.warning == ""
            found = state(journal, path)
            allowed = [moment.state for moment in story[synced : number + 1]]
            assert found in allowed, f"step {number}, cut {cut}"
            undone += found != allowed[-1]
            for stream in journal.streams():
                counts = stream.counts()
                fates = counts.forwarded + counts.superseded + counts.refused + counts.expired
                assert counts.readings == fates + counts.pending
            before = values(journal, "v0", limit=10_000)
            journal.write([("board", batch("v0=7\n"))], [])
            assert values(journal, "v0", limit=10_000) == [*before, 7]
            journal.close()
            for ending in ("", "-wal", "-shm", ".lock"):
                path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
        if story[number].is_synced or story[number].database != story[number - 1].database:
            synced = number
    # The cuts were cuts: many of them took the last step back.
    assert undone > (len(story) * cuts) // 10

"""After a power cut, the journal opens, its ledger balances, and nothing that the program promised is lost.

This holds whether the writes since the last sync are on the disk as a whole, in part or not at all. The
writes and syncs are recorded below SQLite (`disk`); what a cut leaves is derived only from them (`remains`).
What it must leave follows from the program's promises.
"""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import NamedTuple

import pytest

from app.journal import decisions
from app.journal.export.rows import Selection, export
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.journal.steps import carry_out
from app.wire.streams import Fate, Run
from tests.faults.disk import Event, Kind, recorded
from tests.faults.remains import Remains
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened, values

State = object
NOTHING: State = ([], [], [], "id,received_at,device,target,value,fate\n")


class Moment(NamedTuple):
    """The state of a journal after a step, and the number of events in its files up to then."""

    events: int
    is_promised: bool
    """Whether the program promises that no later power cut undoes the step."""
    state: State


def state(journal: Journal, path: Path) -> State:
    """All that a journal says: its counts, the readings to send, those to send again, and its export."""
    output = io.StringIO()
    assert export(path, output, Selection()).unreadable == []
    waiting = [outbox(journal).pending(stream.stream, 1, 10_000) for stream in journal.streams()]
    return ([stream.counts() for stream in journal.streams()], waiting, outbox(journal).resent(10_000),
            output.getvalue())  # fmt: skip


def append(journal: Journal, chance: random.Random) -> bool:
    size = chance.choice((1, 1, 10, 400))
    lines = "".join(f"v{chance.randrange(3)}={chance.randrange(10**6)}\n" for _ in range(size))
    journal.write([("board", batch(lines))], [])
    return True


def settle(journal: Journal, chance: random.Random) -> bool:
    stream = chance.choice(journal.streams())
    first = chance.randrange(1, stream.next_seq + 1)
    fate = chance.choice((Fate.FORWARDED, Fate.REFUSED, Fate.EXPIRED))
    journal.write([], [Run(stream.stream, first, first + chance.choice((0, 5, 300)), fate, "said so")])
    return False


def resend(journal: Journal, _: random.Random) -> bool:
    return carry_out(decisions.resend(journal, "board")) > 0


def prune(journal: Journal, _: random.Random) -> bool:
    pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
    before = journal.execute("SELECT count(*) FROM segment")
    # The first call finds what to prune, the second prunes it.
    pruner.step()
    pruner.step()
    return journal.execute("SELECT count(*) FROM segment") != before


STEPS = (append, append, append, settle, settle, settle, resend, prune, None)
"""The possible steps of a story. None means that the program ends and starts again."""


def begin(path: Path) -> Journal:
    journal = opened(path)
    journal.execute("PRAGMA wal_autocheckpoint = 25")
    return journal


def story(folder: Path, chance: random.Random, steps: int) -> tuple[list[Moment], list[Event]]:
    """Take random steps with a new journal. Returns its states, and all events in its files."""
    path = folder / "j.db"
    with recorded(folder) as disk:
        moments = [Moment(0, True, NOTHING)]
        journal = begin(path)
        journal.write([("board", batch("v0=0\nv1=1\nv2=2\n"))], [])
        moments.append(Moment(len(disk.events), True, state(journal, path)))
        for step in chance.choices(STEPS, k=steps):
            if step is None:
                journal.close()
                journal = begin(path)
            is_promised = bool(step and step(journal, chance))
            moments.append(Moment(len(disk.events), is_promised, state(journal, path)))
        journal.close()
    return moments, disk.events


@pytest.mark.parametrize(
    ("seed", "steps", "cuts"),
    [(1, 30, 2), *(pytest.param(seed, 60, 10, marks=pytest.mark.long) for seed in range(2, 10))],
)
def test_a_power_cut_undoes_nothing_that_was_promised(
    tmp_path: Path, seed: int, steps: int, cuts: int
) -> None:
    chance = random.Random(seed)
    (tmp_path / "story").mkdir()
    moments, events = story(tmp_path / "story", chance, steps)
    kinds = {(event.kind, event.file.removeprefix("j.db")) for event in events}
    assert kinds >= {(kind, file) for kind in (Kind.WRITE, Kind.SYNC) for file in ("", "-wal")}
    assert kinds >= {(Kind.MAKE, ""), (Kind.CREATE, "-wal"), (Kind.DELETE, "-wal"), (Kind.RESIZE, "")}
    assert len({repr(moment.state) for moment in moments}) > steps // 2
    remains = Remains()
    kept = tried = undone = 0
    for number, moment in enumerate(moments[1:], 1):
        before = moments[number - 1].events
        # One of the cuts always comes after all events of the step.
        at = sorted([*(chance.randint(before, moment.events) for _ in range(cuts - 1)), moment.events])
        for cut, place in enumerate(at):
            for event in events[before:place]:
                remains.put(event)
            before = place
            if moment.is_promised and place == moment.events:
                kept = number
            allowed = [one.state for one in moments[kept : number + 1]]
            found = after(tmp_path / f"{number}-{cut}", remains.cut(chance))
            assert found in allowed, f"step {number}, cut {cut}"
            tried += 1
            undone += found != allowed[-1]
    # Some cuts must lose something, because changes that are not promised do not wait for a sync.
    assert undone > tried // 10


def test_after_a_power_cut_while_a_journal_is_made_it_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "story").mkdir()
    with recorded(tmp_path / "story") as disk:
        begin(tmp_path / "story/j.db").close()
    chance = random.Random(1)
    remains = Remains()
    kinds = set()
    for number, event in enumerate(disk.events):
        remains.put(event)
        for cut in range(3):
            files = remains.cut(chance)
            kinds |= {name for name, content in files.items() if content}
            assert after(tmp_path / f"{number}-{cut}", files) == NOTHING
    # The file is whole before SQLite opens it, so SQLite needs no rollback journal.
    assert "j.db" in kinds
    assert "j.db-journal" not in kinds


def after(folder: Path, files: dict[str, bytes]) -> State:
    """Open the journal that a power cut left as `files`. Asserts that it is usable. Returns its state."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    path = folder / "j.db"
    journal = opened(path)
    assert journal.warning is None
    found = state(journal, path)
    for stream in journal.streams():
        counts = stream.counts()
        fates = counts.forwarded + counts.superseded + counts.refused + counts.expired
        assert counts.readings == fates + counts.pending
    before = values(journal, "v0", limit=10_000) if journal.streams() else []
    journal.write([("board", batch("v0=7\n"))], [])
    assert values(journal, "v0", limit=10_000) == [*before, 7]
    journal.close()
    return found

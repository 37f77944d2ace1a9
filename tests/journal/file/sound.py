"""An undamaged journal, and the check of its export once it has been damaged.

The pages of each reading are found by searching the undamaged file for its bytes.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.journal.export.rows import Exported, Selection, export
from app.journal.journal import Journal
from app.journal.pruning import Pruner
from app.wire.batches import Batch
from app.wire.datastreams import Value
from app.wire.streams import Fate, Run
from tests.journal.test_journal import opened

PAGE = 4096
WINDOW = 16
STEP = 8
Row = dict[str, str]


class Sound(NamedTuple):
    """A journal before the damage."""

    content: bytes
    rows: list[Row]
    places: dict[tuple[int, ...], list[int]]
    """For each segment, by the ids of its readings: where its bytes are in the file."""


def readings(chance: random.Random, at_us: int) -> Batch:
    """Numbers that fit on a page, for two pins, and now and then texts that take several pages."""
    codes = [0] * 20 + [1] * 15
    numbers = [chance.random() * 1e6 for _ in codes]
    others: dict[int, Value] = {}
    if at_us % 4 == 0:
        others = {len(codes) + n: chance.randbytes(150).hex() for n in range(25)}
        codes += [2] * 25
        numbers += [np.nan] * 25
    return Batch(
        ["v1", "v2", "v3"],
        np.array(codes, np.uint16),
        np.array(numbers),
        others,
        np.full(len(codes), at_us * 1_000_000),
    )


def written(path: Path, commits: int) -> Journal:
    """A journal with all kinds of pages in it, pruned once, still open."""
    chance = random.Random(commits)
    journal = opened(path)
    # So that deleted content leaves no second copy of its bytes in the file.
    journal.execute("PRAGMA secure_delete = ON")
    for commit in range(1, commits + 1):
        journal.write([("board", readings(chance, commit))], [])
        first = 15 * commit - 10
        runs = [
            Run(1, first, first + 5, Fate.FORWARDED),
            Run(2, first, first + 2, Fate.REFUSED, f"no {commit}"),
        ]
        journal.write([], runs)
        if commit == commits // 4:
            journal.write([], [Run(1, 1, 90, Fate.FORWARDED), Run(2, 1, 60, Fate.EXPIRED)])
            pruner = Pruner(journal, keep_days=1, max_journal_mb=1000)
            while pruner.step() == 0:
                pass
    return journal


def exported(path: Path) -> tuple[list[Row], Exported]:
    output = io.StringIO()
    told = export(path, output, Selection())
    return list(csv.DictReader(io.StringIO(output.getvalue()))), told


def sound(path: Path) -> Sound:
    content = path.read_bytes()
    rows, told = exported(path)
    assert told == (len(rows), [])
    segments: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        segments.setdefault((row["received_at"], row["target"]), []).append(row)
    places = {}
    for (_, target), segment in segments.items():
        values = [row["value"] for row in segment]
        if target == "v3":
            packed = "".join(f'"{value}",' for value in values).encode()
        else:
            packed = np.array([float(value) for value in values]).tobytes()
        # A window across the end of a page is not found, but its neighbours are.
        found = [content.find(packed[at : at + WINDOW]) for at in range(0, len(packed) - WINDOW, STEP)]
        ids = tuple(int(row["id"]) for row in segment)
        places[ids] = [place for place in found if place >= 0]
        assert places[ids]
    return Sound(content, rows, places)


def check(before: Sound, path: Path, gone: range, unsure: range = range(0)) -> int:
    """Assert that the export lacks the readings that had bytes in `gone`, and no others.

    Readings that had bytes in `unsure` may be there or not.
    """
    damaged = path.read_bytes()
    found, told = exported(path)
    assert path.read_bytes() == damaged
    assert told.readings == len(found)
    lost: set[int] = set()
    maybe: set[int] = set()
    for ids, places in before.places.items():
        if any(gone.start - WINDOW < place < gone.stop for place in places):
            lost.update(ids)
        elif any(place in unsure or 0 < place + WINDOW + STEP - gone.start <= STEP for place in places):
            maybe.update(ids)
    missing = {int(row["id"]) for row in before.rows} - {int(row["id"]) for row in found}
    assert lost <= missing <= lost | maybe
    was = {row["id"]: row for row in before.rows}
    assert [row["id"] for row in found] == sorted((row["id"] for row in found), key=int)
    for row in found:
        one = was[row["id"]]
        assert (row["received_at"], row["value"]) == (one["received_at"], one["value"])
        assert row["device"] in (one["device"], "unknown")
        assert row["target"] == one["target"] or row["target"].startswith("stream ")
        assert row["fate"] in (one["fate"], "")
    if {damage.code for damage in told.unreadable} <= {"readings_unreadable", "damaged_without_loss"}:
        counts = [damage.params["count"] for damage in told.unreadable if "count" in damage.params]
        assert sum(count for count in counts if isinstance(count, int)) == len(missing)
    assert told.unreadable or not missing
    return len(missing)

"""An undamaged journal, and a check of what is exported after a part of its file was damaged.

The place of each segment is found by searching the undamaged file for the segment's packed values.
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
    """A journal before any damage: its file, its exported rows, and where each segment is in the file."""

    content: bytes
    rows: list[Row]
    places: dict[tuple[int, ...], list[int]]
    """For each segment, keyed by its readings' ids: the offsets in the file of parts of its values."""


def readings(chance: random.Random, at_s: int) -> Batch:
    """A batch with numbers for `v1` and `v2`, few enough to fit on one page of the file.

    If `at_s` is a multiple of 4, the batch also has texts for `v3`, which take several pages.
    """
    codes = [0] * 20 + [1] * 15
    numbers = [chance.random() * 1e6 for _ in codes]
    others: dict[int, Value] = {}
    if at_s % 4 == 0:
        others = {len(codes) + n: chance.randbytes(150).hex() for n in range(25)}
        codes += [2] * 25
        numbers += [np.nan] * 25
    return Batch(
        ["v1", "v2", "v3"],
        np.array(codes, np.uint16),
        np.array(numbers),
        others,
        np.full(len(codes), at_s * 1_000_000),
    )


def written(path: Path, commits: int) -> Journal:
    """Write a journal that has all kinds of pages and was pruned once, and return it open."""
    chance = random.Random(commits)
    journal = opened(path)
    # Overwrite deleted content, so that its bytes are not found a second time.
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
        # A window that crosses the end of a page is not found, but the windows beside it are.
        found = [content.find(packed[at : at + WINDOW]) for at in range(0, len(packed) - WINDOW, STEP)]
        ids = tuple(int(row["id"]) for row in segment)
        places[ids] = [place for place in found if place >= 0]
        assert places[ids]
    return Sound(content, rows, places)


def check(before: Sound, path: Path, gone: range, unsure: range = range(0)) -> int:
    """Assert that the readings with bytes in `gone` are missing from the export, and no others.

    Readings with bytes in `unsure` may be missing too. Returns how many readings are missing.
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

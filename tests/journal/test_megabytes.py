"""A megabyte of `max_journal_mb` is a million bytes, as on the label of a disk."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from app.wire.streams import Fate, Run
from tests.journal.test_journal import batch, opened
from tests.journal.test_pruning import now_us, prune


@pytest.mark.parametrize(("full", "left"), [(0.94, True), (0.96, False)])
def test_pruning_by_size_begins_at_95_percent_of_so_many_million_bytes(
    tmp_path: Path, full: float, left: bool
) -> None:
    with closing(opened(tmp_path / "j.db")) as journal:
        for number in range(20):
            lines = "".join(f"v1={number}{'x' * 900}\n" for _ in range(20))
            journal.write([("board", batch(lines, now_us()))], [])
        journal.write([], [Run(1, 1, 400, Fate.FORWARDED)])
        used_bytes = journal.execute("PRAGMA page_count")[0][0] * 4096
        prune(journal, max_journal_mb=used_bytes / full / 1e6)
        ((segments,),) = journal.execute("SELECT count(*) FROM segment")
        assert (segments == 20) is left

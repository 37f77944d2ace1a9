"""A journal that is taken away again and again continues each time, under a name that does not grow."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.file.sound import exported
from tests.journal.test_journal import batch, opened

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps an open file from being taken away")

OTHER = b"my homework, which is not a journal"
LOSSES = 12


def test_many_losses_do_not_make_the_name_too_long(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "my.rescued-cat.db")) as journal:
        for number in range(LOSSES):
            journal.write([("board", batch(f"v1={number}\n"))], [])
            journal.path.unlink()
            journal.path.write_bytes(OTHER)
            assert journal.return_to_place()
            assert journal.path.name.startswith("my.rescued-cat.rescued-")
            assert journal.path.name.count(".rescued-") == 2
    assert [row["value"] for row in exported(journal.path)[0]] == [str(number) for number in range(LOSSES)]
    assert sum(file.read_bytes() == OTHER for file in tmp_path.iterdir()) == LOSSES

"""Which readings a selection takes, and which files begin with a byte order mark."""

from __future__ import annotations

import numpy as np
import pytest

from app.journal.export.form import FileKind, Form, Layout, Selection


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(), [1, 2, 3]),
        (Selection({"board"}), [1, 2, 3]),
        (Selection({"other"}), []),
        (Selection(None, 2), [2, 3]),
        (Selection(None, None, 2), [1]),
        (Selection({"board"}, 2, 3), [2]),
        (Selection({"board"}, 4, None), []),
        (Selection({"other", "board"}, 3), [3]),
        (Selection(datastreams={("board", "v1"), ("other", "v2")}), [1, 2, 3]),
        (Selection({"board"}, None, 2, {("board", "v1")}), [1]),
        (Selection({"other"}, datastreams={("board", "v1")}), []),
        (Selection(datastreams={("board", "v2"), ("other", "v1")}), []),
    ],
)
def test_a_selection_takes_the_readings_of_its_devices_datastreams_and_period(
    selection: Selection, taken: list[int]
) -> None:
    assert [at_us for at_us in (1, 2, 3) if selection.takes("board", "v1", at_us)] == taken
    assert selection.takes_any("board", "v1", np.array([1, 2, 3])) is bool(taken)


@pytest.mark.parametrize(
    ("form", "has"),
    [
        (Form(), False),
        (Form(Layout.WIDE), True),
        (Form(Layout.WIDE, kind=FileKind.PARQUET), False),
    ],
)
def test_a_wide_csv_file_begins_with_a_byte_order_mark(form: Form, has: bool) -> None:
    assert form.has_byte_order_mark is has

"""The hex view: bytes as they came, sixteen to a row, at rows that never move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtTest import QAbstractItemModelTester

from app.bench.status import RawBytes
from ui.console.hex_model import BYTES, OFFSET, PRINTED, TIME, HexModel
from ui.wording import clock

pytestmark = pytest.mark.usefixtures("qtbot")


def watched() -> HexModel:
    model = HexModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def raw(first: int, size: int, *chunks: tuple[int, int]) -> RawBytes:
    every = bytes(number % 256 for number in range(first + size))
    return RawBytes(first, every[first:], chunks or ((first, 1_000_000),))


def cells(model: HexModel, column: int) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_a_row_has_place_time_bytes_and_text() -> None:
    model = watched()
    assert model.show(RawBytes(0, b"v1=21.5\r\n\x00\xffabcdefgh", ((0, 1_000_000), (9, 2_500_000)))) == 0
    assert cells(model, OFFSET) == ["00000000", "00000010"]
    first, second = cells(model, BYTES)
    assert first == "76 31 3d 32 31 2e 35 0d  0a 00 ff 61 62 63 64 65"
    assert second.split() == ["66", "67", "68"]
    assert cells(model, PRINTED) == ["v1=21.5····abcde", "fgh"]
    assert cells(model, TIME) == [clock(1.0, fraction=True), clock(2.5, fraction=True)]
    assert model.text_of([1]).split("  ")[0] == "00000010"
    assert model.text_of([0]) == f"00000000  {first}  v1=21.5····abcde"


def test_views_are_told_what_changes() -> None:
    model = watched()
    heard: list[tuple[object, ...]] = []
    model.rowsInserted.connect(lambda _parent, first, last: heard.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(("out", first, last)))
    model.modelReset.connect(lambda: heard.append(("reset",)))
    model.dataChanged.connect(lambda first, last: heard.append(("changed", first.row(), last.row())))
    assert model.show(RawBytes()) == 0
    assert model.show(raw(0, 20)) == 0
    assert model.show(raw(0, 20)) == 0
    assert model.show(raw(0, 25)) == 0
    assert model.show(raw(0, 50)) == 0
    assert model.show(raw(20, 60)) == 2  # The row of byte 20 is no longer whole.
    assert model.show(raw(200, 60)) == 3
    assert model.show(raw(0, 5)) == 4  # Another position of a recording.
    assert heard == [
        *(("reset",), ("changed", 1, 1), ("in", 2, 3), ("changed", 1, 1)),
        *(("out", 0, 1), ("in", 2, 2), ("changed", 1, 1), ("reset",), ("reset",)),
    ]


def test_the_row_of_a_time() -> None:
    model = watched()
    assert model.row_at(5) == 0
    model.show(raw(0, 64, (0, 10), (20, 20), (60, 30)))
    assert [model.row_at(at_us) for at_us in (5, 10, 11, 20, 30, 31)] == [0, 0, 1, 1, 3, 3]
    model.show(raw(40, 64, (40, 40), (90, 50)))
    assert model.row_at(5) == 0


def test_headers_font_and_size() -> None:
    model = watched()
    model.show(raw(0, 20))
    across = Qt.Orientation.Horizontal
    titles = [model.headerData(column, across) for column in range(4)]
    assert titles == ["Time", "Byte", "Hexadecimal", "Text"]
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert model.headerData(0, across, Qt.ItemDataRole.TextAlignmentRole) == left
    assert model.headerData(0, across, Qt.ItemDataRole.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    model.set_text_size(20)
    font = model.index(0, BYTES).data(Qt.ItemDataRole.FontRole)
    assert (QFontInfo(font).fixedPitch(), font.pointSizeF()) == (True, 20)
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    cell = model.index(0, 0)
    assert (model.rowCount(cell), model.columnCount(cell)) == (0, 0)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=8))
def test_the_rows_have_all_whole_bytes_in_order(steps: list[tuple[int, int]]) -> None:
    model, first, end = watched(), 0, 0
    for gone, come in steps:
        end += come
        first = min(first + gone, end)
        model.show(raw(first, end - first))
        shown = " ".join(cells(model, BYTES)).split()
        begin = -(-first // 16) * 16
        assert [int(byte, 16) for byte in shown] == [number % 256 for number in range(begin, end)]

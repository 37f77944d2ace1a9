"""The list of datastreams with boxes: what is ticked, with one device and with several."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.dialogs.datastream_tree import DatastreamTree, Entry

KEYS = {("greenhouse", "v1"), ("greenhouse", "v2"), ("cellar", "v1")}
GREENHOUSE = (Entry("v1", "Temperature"), Entry("v2"))


@pytest.fixture
def tree(qtbot: QtBot) -> DatastreamTree:
    tree = DatastreamTree()
    qtbot.addWidget(tree)
    tree.show()
    return tree


def texts(tree: DatastreamTree) -> list[str]:
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [item.text(0) for item in items if item]


def test_the_datastreams_of_one_device_are_a_list_by_name(tree: DatastreamTree) -> None:
    tree.offer({"greenhouse": GREENHOUSE})
    assert texts(tree) == ["Temperature · v1", "v2"]
    assert tree.has_all
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert tree.ticked == {("greenhouse", "v2")}
    assert not tree.has_all
    QTest.keyClick(tree, Qt.Key.Key_Down)
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert tree.ticked == frozenset()


def test_the_box_of_a_device_is_that_of_all_its_datastreams(qtbot: QtBot, tree: DatastreamTree) -> None:
    tree.offer({"greenhouse": GREENHOUSE, "cel\x07lar": (Entry("v1"),), "cellar": (Entry("v1"),)})
    assert texts(tree) == ["greenhouse", "cel\ufffdlar", "cellar"]
    first = tree.topLevelItem(0)
    assert first
    with qtbot.waitSignal(tree.changed):
        QTest.keyClick(tree, Qt.Key.Key_Space)
    assert tree.ticked == {("cel\x07lar", "v1"), ("cellar", "v1")}
    first.child(1).setCheckState(0, Qt.CheckState.Checked)
    assert first.checkState(0) is Qt.CheckState.PartiallyChecked
    assert ("greenhouse", "v2") in tree.ticked
    tree.offer({"greenhouse": GREENHOUSE, "cellar": (Entry("v1"),)})
    assert tree.ticked == KEYS
    assert tree.has_all


def test_the_list_is_low_and_may_be_empty(tree: DatastreamTree) -> None:
    tree.offer({})
    assert (tree.ticked, tree.has_all) == (frozenset(), True)
    tree.offer({"greenhouse": GREENHOUSE})
    low = tree.height()
    tree.offer({"greenhouse": [Entry(f"v{pin}") for pin in range(40)]})
    assert low < tree.height() < 4 * low

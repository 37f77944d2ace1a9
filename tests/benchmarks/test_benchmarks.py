"""The short form of each benchmark: it runs, and loses no line. The figures are for people to read."""

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.benchmarks import road


def test_throughput() -> None:
    assert road.throughput(0.1)["ratio to os.read and split"] > 0


def test_durable() -> None:
    assert road.durable(0.4)["ratio to a bare commit, median"] > 0

"""The short form of each benchmark: it runs and loses no line. The figures are for people to read."""

import math
from collections.abc import Callable

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.benchmarks import delivery, rivals, road, start
from tests.benchmarks.figures import Figure, as_json, table


@pytest.mark.parametrize(
    ("measure", "seconds"),
    [
        (road.throughput, 0.3),
        (road.window, 0.5),
        (road.boards8, 0.6),
        (road.boards4, 0.6),
        (road.durable, 1.5),
        (rivals.requests_get, 0.2),
        (delivery.lone_line, 0.5),
        (delivery.drain, 0.4),
        (delivery.sets, 0.1),
        (delivery.far, 0.5),
        (delivery.backlog, 0.1),
        (start.start, 0.1),
    ],
)
def test_short_form(measure: Callable[[float], list[Figure]], seconds: float) -> None:
    for figure in measure(seconds):
        assert math.isfinite(figure.value), figure


def test_a_figure_stands_beside_its_limit() -> None:
    figures = [
        Figure("good", 800_000, "lines/s", at_least=700_000),
        Figure("bad", 21.5, "%", at_most=20),
        Figure("told", 0.25),
    ]
    assert table(figures).splitlines()[2:] == [
        "| good | 800,000 lines/s | at least 700,000 |",
        "| bad | 21.5 % | at most 20 (missed) |",
        "| told | 0.25 | |",
    ]
    assert [figure["holds"] for figure in as_json("x", figures)["figures"]] == [True, False, True]

"""Each benchmark runs for a short time and loses no line. Its figures are not compared with their limits."""

import math
from collections.abc import Callable
from functools import partial

import pytest

pytest.importorskip("pty", reason="a pty stands for a board; Windows has none")

from tests.benchmarks import (
    classroom,
    console,
    deciding,
    delivery,
    dense,
    holds,
    intake,
    latency,
    paced,
    rivals,
    start,
    views,
)
from tests.benchmarks.figures import Figure, as_json, table


@pytest.mark.parametrize(
    ("measure", "seconds"),
    [
        (intake.throughput, 0.3),
        (intake.window, 0.5),
        pytest.param(paced.boards8, 0.6, marks=pytest.mark.long),  # the other benchmarks run its parts
        (paced.boards4, 0.6),
        (intake.durable, 0.5),
        (rivals.requests_get, 0.2),
        (partial(latency.lone_line, sweep={1: [500], 4: [50]}), 0.2),
        (delivery.drain, 0.4),
        (delivery.sets, 0.1),
        (delivery.far, 0.5),
        pytest.param(delivery.backlog, 0.1, marks=pytest.mark.long),  # fills a large journal
        (deciding.deciding, 0.01),
        (partial(intake.summaries, turns=1), 0.1),
        (views.views, 0.01),
        (console.console, 0.1),
        pytest.param(start.start, 0.1, marks=pytest.mark.long),  # starts the program again and again
        pytest.param(classroom.classroom, 0.5, marks=pytest.mark.long),  # opens many windows
        pytest.param(holds.holds, 0.5, marks=pytest.mark.long),  # opens many windows
        (partial(dense.dense, points=1000), 0.1),
    ],
)
def test_a_benchmark_runs_in_its_short_form(measure: Callable[[float], list[Figure]], seconds: float) -> None:
    for figure in measure(seconds):
        assert math.isfinite(figure.value), figure


def test_the_table_shows_each_figure_with_its_limit() -> None:
    figures = [
        Figure("good", 800_000, "lines/s", at_least=700_000),
        Figure("bad", 21.5, "%", at_most=20),
        Figure("free", 0.25),
    ]
    assert table(figures).splitlines()[2:] == [
        "| good | 800,000 lines/s | at least 700,000 |",
        "| bad | 21.5 % | at most 20 (missed) |",
        "| free | 0.25 | |",
    ]
    assert [figure["holds"] for figure in as_json("x", figures)["figures"]] == [True, False, True]

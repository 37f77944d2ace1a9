"""Measured numbers with their limits, and their output as a table in Markdown or as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """A measured number; `at_least` or `at_most` is its limit, if it has one."""

    what: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def limit(self) -> str:
        """The limit as text; empty for a number without a limit, which is only for comparison."""
        if self.at_least is not None:
            return f"at least {_number(self.at_least)}"
        return f"at most {_number(self.at_most)}" if self.at_most is not None else ""

    @property
    def holds(self) -> bool:
        """Whether the number is within its limit."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = ["| figure | here | limit |", "|---|---:|---:|"]
    for figure in figures:
        mark = "" if figure.holds else " (missed)"
        rows.append(f"| {figure.what} | {_number(figure.value)} {figure.unit} | {figure.limit}{mark} |")
    return "\n".join(rows).replace("  |", " |")


def as_json(name: str, figures: Iterable[Figure]) -> dict[str, Any]:
    """The figures of a benchmark as an object for scripts."""
    return {"benchmark": name, "figures": [{**figure._asdict(), "holds": figure.holds} for figure in figures]}


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"

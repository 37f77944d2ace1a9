"""Many targets: the work for them grows as their number does, and one board's names do not hold up another.

The steps of Python are counted, so that no clock is needed. Work that grew with the square of the number
would take four times as many steps for twice as many targets.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from app.config.bench_file import Backlog, Forward
from app.journal import decisions
from app.journal.journal import Journal
from app.journal.steps import carry_out
from app.wire.batches import Intake
from app.wire.readings import Grammar
from tests.cloud.planner_rig import PlannerRig
from tests.cloud.sending import Store
from tests.journal.outboxes import outbox
from tests.journal.test_journal import batch, opened
from tests.steps import steps

FEW, MANY = 60, 240
GROWTH = 1.2 * MANY / FEW

IDS = [f"ds{number}" for number in range(1, MANY + 1)]
PROPERTIES = [f"v1.a{number}" for number in range(1, MANY + 1)]
PINS_AND_PROPERTIES = [
    f"v{number % 256}.a{number}" if number > 255 else f"v{number}" for number in range(MANY)
]


def lines(names: list[str]) -> str:
    return "".join(f"{name}=1\n" for name in names)


def with_streams(path: Path, names: list[str]) -> Journal:
    journal = opened(path)
    journal.write([("board", batch(lines(names)))], [])
    return journal


def test_a_burst_of_new_names_takes_as_many_steps_as_it_has_names(tmp_path: Path) -> None:
    taken = []
    for count in (FEW, MANY):
        with closing(opened(tmp_path / f"{count}.db")) as journal:
            burst = batch(lines(IDS[:count]))
            taken.append(steps(lambda: journal.write([("board", burst)], [])))  # noqa: B023 - called at once
    assert taken[1] < GROWTH * taken[0]


def test_a_new_name_takes_no_more_steps_if_there_are_many_names_already(tmp_path: Path) -> None:
    taken = []
    for count in (FEW, MANY):
        with closing(with_streams(tmp_path / f"{count}.db", IDS[:count])) as journal:
            journal.bind("other", b"")
            one = batch("v1=1\n")
            taken.append(steps(lambda: journal.write([("board", one)], [])))  # noqa: B023 - called at once
            taken.append(steps(lambda: journal.write([("other", one)], [])))  # noqa: B023
            taken.append(steps(outbox(journal, "other").extents))
    assert taken[:3] == taken[3:]


def test_judging_a_burst_takes_as_many_steps_as_it_has_names() -> None:
    taken = []
    for count in (FEW, MANY):
        intake = Intake(Grammar())
        intake.feed(b"# boot\n", 0)
        burst = lines(IDS[:count]).encode()
        taken.append(steps(lambda: intake.feed(burst, 1)))  # noqa: B023 - called at once
    assert taken[1] < GROWTH * taken[0]


def looks(rig: PlannerRig) -> Callable[[], None]:
    def look() -> None:
        while rig.look() == 0.0:
            pass

    return look


@pytest.mark.parametrize("names", [IDS, PROPERTIES, PINS_AND_PROPERTIES], ids=["ids", "properties", "pins"])
@pytest.mark.parametrize(
    "keys",
    [
        {"forward": Forward.EVERY},
        {"forward": Forward.EVERY, "backlog": Backlog.TIMESTAMPED},
        {"forward": Forward.LATEST},
        {"forward": Forward.TIMESTAMPED},
    ],
    ids=["every", "backlog", "latest", "timestamped"],
)
def test_planning_for_many_targets_takes_as_many_steps_as_there_are(
    tmp_path: Path, names: list[str], keys: dict[str, Any]
) -> None:
    first, again = [], []
    for count in (FEW, MANY):
        with closing(with_streams(tmp_path / f"{count}.db", names[:count])) as journal:
            rig = PlannerRig(cast(Store, outbox(journal)), **keys)
            first.append(steps(looks(rig)))
            # All streams are read again, because the user sends them to the present account.
            journal.bind("board", b"b" * 16)
            carry_out(decisions.send_here(journal, "board"))
            rig.planner.journal_changed()
            again.append(steps(looks(rig)))
    assert first[1] < GROWTH * first[0]
    assert again[1] < GROWTH * again[0]

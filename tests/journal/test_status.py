"""A rejected line of the journal says how to fix it."""

from __future__ import annotations

import pytest

from app.journal.status import RejectedLine
from app.security.redaction import REDACTED
from app.wire.datastreams import Reason


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("v1=nan", Reason.NOT_A_NUMBER, "hint_sensor_fault"),
        (f"my token is {REDACTED}", Reason.NO_ASSIGNMENT, "hint_token_in_line"),
    ],
)
def test_a_line_with_a_token_in_it_has_a_hint_of_its_own(text: str, reason: Reason, hint: str) -> None:
    assert RejectedLine(5, text, reason).hint.code == hint

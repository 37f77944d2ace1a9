"""Every reason for which the cloud refuses readings has a fix in words."""

from __future__ import annotations

import pytest

from app.cloud.blynk import outcomes
from app.cloud.blynk.fixes import fix_of
from app.cloud.plan.decisions import SKIPPED
from app.messages.message import Message, verbatim


def fix(code: str, *targets: str) -> str:
    return str(fix_of(Message(code, words="…"), targets))


@pytest.mark.parametrize("code", [*outcomes._REJECTIONS.values(), SKIPPED.code])
def test_every_refusal_that_is_documented_has_a_fix_of_its_own(code: str) -> None:
    assert fix_of(Message(code), ("v3",)).code != fix_of(verbatim("anything"), ("v3",)).code


@pytest.mark.parametrize(
    ("code", "targets", "sentence"),
    [
        (
            "refused_pin_without_datastream",
            ("v3",),
            "V3 has no datastream in Blynk: make it there, then send again.",
        ),
        (
            "refused_unknown_datastream",
            ("ds7", "v3.label", "v3"),
            "ds7 and V3 have no datastream in Blynk: make them there, then send again.",
        ),
        (
            "refused_unknown_event",
            ("event.overheat",),
            "The template in Blynk has no event overheat: add it there, then send again.",
        ),
        (
            "refused_of_a_later_version",
            ("v1", "event.hot"),
            "The cloud does not take readings of V1 and hot: fix what it names, then send again, or discard "
            "them.",
        ),
    ],
)
def test_a_fix_names_what_blynk_names(code: str, targets: tuple[str, ...], sentence: str) -> None:
    assert fix(code, *targets) == sentence

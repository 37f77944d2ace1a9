"""No token is left in the comments of a bench file for another computer."""

from __future__ import annotations

import pytest

from app.program.exporting import without_tokens
from app.security import redaction


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# token: Zq7dXw9aB3kLmN5pQrS8tUvW2xYz0cDe of the greenhouse", "# token: [token] of the greenhouse"),
        ("# a-part_of-one-4", "# a-part_of-one-4"),
        ("# ZqxdXwyaBskLmNopQrSztUvWqxYzpcDe", "# [token]"),
        ("# GreenhouseTemperatureSensor", "# GreenhouseTemperatureSensor"),
        ("# half: Zq7dXw9aB3kLmN5pQrS8", "# half: [token]"),
        ("# --------------------------------", "# --------------------------------"),
        ("# https://docs.arduino.cc/hardware/uno-rev3/", "# https://docs.arduino.cc/hardware/uno-rev3/"),
        ("# Gewächshausüberwachungsanlage 7", "# Gewächshausüberwachungsanlage 7"),
    ],
)
def test_words_like_tokens_are_replaced_and_others_stay(comment: str, left: str) -> None:
    assert without_tokens(comment) == left


def test_a_known_token_is_replaced_whatever_it_looks_like() -> None:
    redaction.learn(["short!one"])
    assert without_tokens("# it is short!one") == "# it is [token]"

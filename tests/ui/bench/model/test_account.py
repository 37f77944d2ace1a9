"""The account of an edited device is complete, or there is none."""

from __future__ import annotations

import pytest

from ui.bench.model.account import account_of
from ui.bench.model.draft import Kind, Node

WHOLE = {"name": "roof", "server": "https://blynk.cloud", "auth_token": "keyring:roof", "port": ""}


def test_name_server_and_place_are_the_account_whatever_else_is_wrong() -> None:
    found = account_of(Node(Kind.DEVICE, {**WHOLE, "baud_rate": "fast"}))
    assert found
    assert (found.name, found.server, found.auth_token) == ("roof", "https://blynk.cloud", "keyring:roof")


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"server": ""}, {"server": "http://example.com"}, {"auth_token": "a token"}]
)
def test_a_device_with_a_wrong_part_of_it_has_none(wrong: dict[str, str]) -> None:
    assert account_of(Node(Kind.DEVICE, {**WHOLE, **wrong})) is None

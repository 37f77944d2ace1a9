"""The region of an account is remembered while it works; the computer's clock is compared with its own."""

from __future__ import annotations

import pytest

from app.cloud.blynk.server import Server
from app.cloud.destination import Outcome, OutcomeKind
from app.messages.message import Message

FRA1, NY3 = "https://fra1.blynk.cloud", "https://ny3.blynk.cloud"
TAKEN = Outcome(OutcomeKind.ACCEPT)


def test_a_server_that_rejects_a_reading_is_kept_and_one_with_an_error_is_not() -> None:
    account = Server(FRA1)
    for kind, address in [
        (OutcomeKind.REJECT, NY3),
        (OutcomeKind.BACK_OFF, FRA1),
        (OutcomeKind.ACCEPT, NY3),
        (OutcomeKind.UNKNOWN, FRA1),
        (OutcomeKind.PAUSE, FRA1),
    ]:
        account.answered(NY3, Outcome(kind))
        assert account.address == address


def test_a_region_is_remembered_once_and_forgotten_when_the_server_itself_takes_calls() -> None:
    remembered: list[str] = []
    account = Server(FRA1, "", remembered.append)
    assert account.region_note() is None
    account.answered(FRA1, TAKEN)
    assert remembered == []
    for outcome in (Outcome(OutcomeKind.BACK_OFF), TAKEN, Outcome(OutcomeKind.BACK_OFF), TAKEN):
        account.answered(NY3, outcome)
    assert remembered == [NY3]
    assert account.region_note() == Message("cloud_region", region="ny3", server=NY3)
    account.answered(f"{FRA1}:443", TAKEN)
    assert remembered == [NY3, ""]
    assert account.region_note() is None


def test_a_remembered_region_is_asked_first() -> None:
    remembered: list[str] = []
    account = Server(FRA1, NY3, remembered.append)
    assert account.address == NY3
    assert account.region_note() == Message("cloud_region", region="ny3", server=NY3)
    account.answered(NY3, TAKEN)
    assert remembered == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "http://fra1.blynk.cloud", "nonsense"])
def test_a_remembered_server_that_may_not_get_the_token_is_ignored(elsewhere: str) -> None:
    account = Server(FRA1, elsewhere)
    assert account.address == FRA1
    assert account.region_note() is None


def test_a_server_that_is_not_of_blynk_is_no_region() -> None:
    account = Server("http://127.0.0.1:8080", "http://127.0.0.1:8081")
    assert account.address == "http://127.0.0.1:8081"
    assert account.region_note() is None


@pytest.mark.parametrize(
    ("code", "is_lost"),
    [
        ("cloud_invalid_token", True),
        ("cloud_host_unknown", True),
        ("cloud_connection_refused", True),
        ("cloud_certificate_not_trusted", True),
        ("near_certificate_not_trusted", True),
        ("cloud_server_error", False),
        ("cloud_answer_timed_out", False),
        ("call_accepted", False),
    ],
)
def test_a_region_is_lost_if_it_does_not_know_the_token_or_cannot_be_reached(
    code: str, is_lost: bool
) -> None:
    outcome = Outcome(OutcomeKind.PAUSE, Message(code))
    account = Server(FRA1, NY3)
    assert account.is_lost(NY3, outcome) is is_lost
    assert not account.is_lost(FRA1, outcome)


def test_a_token_is_refused_until_it_is_accepted_for_the_first_time() -> None:
    unknown = Outcome(OutcomeKind.PAUSE, Message("cloud_invalid_token"))
    away = Outcome(OutcomeKind.BACK_OFF, Message("cloud_no_connection"))
    account = Server(FRA1)
    account.answered(FRA1, away)
    assert not account.has_refused_token
    account.answered(FRA1, unknown)
    account.answered(FRA1, away)
    assert account.has_refused_token
    account.answered(FRA1, Outcome(OutcomeKind.REJECT, Message("cloud_answer_empty")))
    account.answered(FRA1, unknown)
    assert not account.has_refused_token


def test_a_wrong_clock_is_reported_with_its_server() -> None:
    account = Server(FRA1)
    assert account.clock_warning() is None
    account.observe_clock(None)
    assert account.clock_warning() is None
    account.observe_clock(600.0)
    assert account.clock_warning() == Message("clock_ahead", host="fra1.blynk.cloud", seconds=600.0)
    account.observe_clock(-600.0)
    assert account.clock_warning() == Message("clock_behind", host="fra1.blynk.cloud", seconds=600.0)

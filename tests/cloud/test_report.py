"""What is said of a device's road to the cloud is true now, and plain."""

from __future__ import annotations

from app.cloud.budget import points_of
from app.cloud.outcomes import Outcome, OutcomeKind
from app.cloud.report import Report
from app.config import DeviceConfig
from app.status import CloudState, CloudStatus
from tests.cloud.test_policies import ACCEPT, DEVICE, Desk

UNKNOWN = Outcome(OutcomeKind.UNKNOWN, "HTTP 404: no such page", status=404)
NOW_US = 1_790_000_000_000_000


def told(desk: Desk, device: DeviceConfig = DEVICE) -> CloudStatus:
    report = Report(device, desk.plan, None, points_of(device))
    return report.status(desk.shelf.extents(), 3, 1, desk.now_s, NOW_US)


def test_pins_that_are_stuck_while_others_pass_are_told_in_one_sentence() -> None:
    desk = Desk(("v1", 1.0), ("v2", 2.0), ("v3", 3.0))
    flights = [desk.go(), desk.go(), desk.go()]
    assert told(desk).warning == ""
    desk.answer(flights[0], UNKNOWN)
    assert told(desk).warning.startswith("v1 is stuck on one reading (HTTP 404: no such page): it is tried")
    desk.answer(flights[1], UNKNOWN)
    assert told(desk).warning.startswith("v1, v2 are each stuck on one reading")
    desk.answer(flights[2], ACCEPT)
    assert told(desk).state is CloudState.SENDING


def test_where_every_pin_is_stuck_the_cloud_is_to_blame() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(desk.go(), UNKNOWN)
    status = told(desk)
    assert status.state is CloudState.PAUSED
    assert status.sentence == (
        "The cloud answers: HTTP 404: no such page. 1 reading waits, none is lost; next try in 5 min."
    )
    assert status.warning == ""


def test_the_next_try_is_told_in_whole_seconds() -> None:
    desk = Desk(("v1", 1.0))
    desk.answer(desk.go(), Outcome(OutcomeKind.BACK_OFF, "The cloud is unwell (HTTP 503).", 2.4, 503))
    assert told(desk).sentence.endswith("next try in 3 s.")

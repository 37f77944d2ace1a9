"""Which boards fail, and the title that says how many."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import CloudState, CloudStatus, DeviceStatus, LinkState, LinkStatus
from app.messages import languages
from app.messages.languages import text_of
from app.messages.message import verbatim
from tests.ui.test_lights import DEVICE
from ui.boards.failing import Failing, failing, fails, title

WORKS = msgspec.structs.replace(
    DEVICE, link=LinkStatus(LinkState.GOOD), cloud=CloudStatus(CloudState.IDLE, verbatim(""))
)
CALM = {
    *(LinkState.GOOD, LinkState.SILENT, LinkState.OPEN, LinkState.CLOSED),
    *(LinkState.RELEASED, LinkState.ENDED),
}
"""All others fail, above all a board that is unplugged (`NO_SUCH_PORT`)."""


def with_link(state: LinkState) -> DeviceStatus:
    return msgspec.structs.replace(WORKS, link=LinkStatus(state, verbatim("")))


@pytest.mark.parametrize("state", list(LinkState))
def test_a_board_fails_if_its_port_does(state: LinkState) -> None:
    assert fails(with_link(state)) is (state not in CALM)


@pytest.mark.parametrize("state", list(CloudState))
def test_a_board_fails_if_the_cloud_needs_the_user(state: CloudState) -> None:
    cloud = CloudStatus(state, verbatim(""))
    assert fails(msgspec.structs.replace(WORKS, cloud=cloud)) is (state is CloudState.PAUSED)


def test_devices_without_a_board_are_not_counted() -> None:
    gone = with_link(LinkState.NO_SUCH_PORT)
    orphan = msgspec.structs.replace(gone, orphan=True)
    assert failing([WORKS, gone, orphan, gone, WORKS]) == Failing(2, 4)
    assert failing([]) == Failing() == Failing(0, 0)


@pytest.mark.usefixtures("own_language")
@pytest.mark.parametrize(
    ("bench", "found", "english", "german"),
    [
        ("", Failing(), "Pinbridge", "Pinbridge"),
        ("Lab", Failing(0, 4), "Lab – Pinbridge", "Lab – Pinbridge"),
        (
            "Lab",
            Failing(1, 4),
            "1 of 4 boards fails – Lab – Pinbridge",
            "1 von 4 Boards gestört – Lab – Pinbridge",
        ),
        (
            "Lab",
            Failing(2, 4),
            "2 of 4 boards fail – Lab – Pinbridge",
            "2 von 4 Boards gestört – Lab – Pinbridge",
        ),
        ("Lab", Failing(1, 1), "Board fails – Lab – Pinbridge", "Board gestört – Lab – Pinbridge"),
        ("", Failing(1, 1), "Board fails – Pinbridge", "Board gestört – Pinbridge"),
    ],
)
def test_the_title_counts_the_boards_that_fail(bench: str, found: Failing, english: str, german: str) -> None:
    for code, wanted in (("en", english), ("de", german)):
        languages.choose(code)
        assert text_of(title(bench, found)) == wanted

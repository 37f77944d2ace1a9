"""A run reports each message to the user once, when the message begins to apply."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DeviceStatus,
    LinkState,
    LinkStatus,
    Refusal,
    Trend,
)
from app.commands.running.run import run
from app.messages.message import Message, verbatim
from tests.scripted import GONE, GOOD, TAKES, WAITS, Looks, Scripted, bench, counts, device

DAY_US = 86_400_000_000
STUCK = verbatim("v1 is stuck.")
WARNING = verbatim("W.")
COMES_IN = LinkStatus(LinkState.GOOD, Message("lines_come_in", port="COM7"))
OFTEN = LinkStatus(GONE.state, verbatim("COM7 went away often."))
OPENED = LinkStatus(LinkState.OPEN, verbatim("It is open."))
FIRST_LINE = LinkStatus(LinkState.OPEN, verbatim("Its first line is not counted."))
AS_TEXT = LinkStatus(LinkState.GOOD, Message("numbers_kept_as_text", port="COM7", words="why"))
REJECTED = LinkStatus(
    LinkState.GOOD, Message("lines_rejected_since", port="COM7", seconds=3, reason="wrong_pin", words="why")
)


def dropped(count: int) -> Message:
    return Message("bytes_dropped_so_far", count=count)


def room(free_mb: float) -> Message:
    return Message("disk_almost_full", path="b.db", free_mb=free_mb)


def about(subject: str, message: Message) -> Message:
    return Message("about", subject=subject, message=message)


def not_reached(words: str) -> Message:
    return Message("server_not_reached", server="https://x", words=words)


def said(*statuses: BenchStatus, before: BenchStatus | None = None) -> list[str]:
    """All reports of a run that sees `statuses` one after the other; `before` is the status at its start."""
    told: list[str] = []
    scripted = Scripted(before or bench(device()), *statuses)
    run(scripted, Looks(len(statuses)), told.append)
    return told


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        # The port: each state when it begins; nothing for a port that is closed or has ended.
        ([bench(device())], []),
        ([bench(device(link=GOOD)), bench(device(link=GOOD))], ["a: lines come in."]),
        (
            [bench(device(link=link)) for link in (GOOD, GONE, GOOD)],
            ["a: lines come in.", "a: COM7 went away.", "a: lines come in."],
        ),
        ([bench(device(link=LinkStatus(LinkState.ENDED, verbatim("It has ended."))))], []),
        # Another cause of the same state: once. While a board is not judged yet, only the first message.
        (
            [bench(device(link=link)) for link in (GONE, OFTEN, GONE, OFTEN)],
            ["a: COM7 went away.", "a: COM7 went away often."],
        ),
        ([bench(device(link=link)) for link in (OPENED, FIRST_LINE)], ["a: It is open."]),
        ([bench(device(link=GOOD), device("b", link=GOOD))], ["a: lines come in.", "b: lines come in."]),
        # What is wrong although lines come in: once, unless another reason comes up.
        (
            [bench(device(link=link)) for link in (COMES_IN, AS_TEXT, COMES_IN, AS_TEXT, REJECTED, AS_TEXT)],
            ["a: COM7: lines come in.", *(f"a: {link.message}" for link in (AS_TEXT, REJECTED))],
        ),
        ([bench(device(link=AS_TEXT))] * 2, [f"a: {AS_TEXT.message}"]),
        # The cloud: when it does not take readings, and when it takes them again.
        ([bench(device(cloud=TAKES))] * 2, ["a: the cloud takes readings."]),
        ([bench(device(cloud=CloudStatus(CloudState.SENDING, verbatim("Sending."))))], []),
        (
            [bench(device(cloud=cloud)) for cloud in (WAITS, WAITS, TAKES, TAKES, WAITS, TAKES)],
            ["a: The network is down.", "a: the cloud takes readings."] * 2,
        ),
        (
            [
                bench(
                    device(
                        cloud=CloudStatus(CloudState.PAUSED, verbatim("Invalid token."), last_success_us=1)
                    )
                )
            ]
            * 2,
            ["a: Invalid token."],
        ),
        # Lost bytes: once, with the number at that time.
        (
            [bench(device(lost_bytes=lost)) for lost in (0, 5, 9)],
            ["a: 5 bytes were dropped so far: the disk does not keep pace with the board."],
        ),
        # A message is not reported again when only its numbers change; another message is reported.
        (
            [
                bench(device(cloud=CloudStatus(warnings=warnings)))
                for warnings in ((), (dropped(12),), (dropped(1500),), (STUCK,))
            ],
            [
                "a: 12 bytes were dropped so far: the disk does not keep pace with the board.",
                "a: v1 is stuck.",
            ],
        ),
        (
            [
                bench(device(cloud=CloudStatus(forecast=(Message("clock_good", at_us=day * DAY_US),))))
                for day in (0, 1)
            ],
            ["a: This computer's clock says 1970-01-01 00:00 UTC."],
        ),
        (
            [
                bench(
                    device(cloud=CloudStatus(forecast=(verbatim("F."),), warnings=(WARNING,))),
                    device("b", cloud=CloudStatus(warnings=(WARNING,))),
                )
            ],
            ["a: W.", "a: F.", "b: W."],
        ),
        # Warnings of the bench: when they begin, and when they are over.
        (
            [bench(warnings=[room(mb) for mb in left]) for left in ([3], [2], [], [1])],
            [
                "b.db: the disk has 3 MB free: make room, or readings cannot be kept.",
                "Resolved: b.db: the disk has 3 MB free: make room, or readings cannot be kept.",
                "b.db: the disk has 1 MB free: make room, or readings cannot be kept.",
            ],
        ),
        (
            [bench(warnings=[verbatim(text) for text in texts]) for texts in ("ab", "b")],
            ["a", "b", "Resolved: a"],
        ),
        # Warnings that name different devices are different warnings.
        (
            [
                bench(warnings=[about(name, dropped(7)) for name in ("board 1", "board 2")]),
                bench(warnings=[about(name, dropped(8)) for name in ("board 1", "board 2")]),
                bench(warnings=[about("board 1", dropped(9))]),
            ],
            [
                "board 1: 7 bytes were dropped so far: the disk does not keep pace with the board.",
                "board 2: 7 bytes were dropped so far: the disk does not keep pace with the board.",
                "Resolved: board 2: 7 bytes were dropped so far: the disk does not keep pace with the board.",
            ],
        ),
        (
            [bench(device(cloud=CloudStatus(warnings=(about(pin, WARNING),)))) for pin in ("v1", "v2", "v1")],
            ["a: v1: W.", "a: v2: W."],
        ),
        # A message is not reported again when only the words that it quotes change.
        (
            [
                bench(device(cloud=CloudStatus(warnings=(not_reached(words),))))
                for words in ("at 18:00:01", "at 18:00:02")
            ],
            ["a: https://x cannot be reached (at 18:00:01): is this computer online?"],
        ),
        # Port, lost bytes and cloud of a device are reported separately, and never as resolved, whatever the
        # name of the device is.
        (
            [
                bench(
                    device(
                        "warning lamp",
                        link=GOOD,
                        lost_bytes=5,
                        cloud=msgspec.structs.replace(TAKES, warnings=(WARNING,)),
                    )
                )
            ]
            * 2,
            [
                "warning lamp: W.",
                "warning lamp: lines come in.",
                "warning lamp: 5 bytes were dropped so far: the disk does not keep pace with the board.",
                "warning lamp: the cloud takes readings.",
            ],
        ),
        # Readings that wait for the user's decision: once for each device.
        (
            [
                bench(
                    device(counts=counts(pending=1500, held=1500)),
                    device("b", counts=counts(pending=2, held=2)),
                )
            ]
            * 2,
            [
                f"{name}: {held} of its readings are held because they were not meant for this token and "
                "server: pinbridge resend --held sends them here, pinbridge discard discards them."
                for name, held in (("a", "1,500"), ("b", "2"))
            ],
        ),
        (
            [
                bench(
                    device(
                        orphan=True, link=GOOD, cloud=TAKES, lost_bytes=1, counts=counts(pending=3, held=3)
                    )
                )
            ],
            [
                "a: it is no longer in the bench file, and 3 of its readings are held: "
                "pinbridge discard --device discards them."
            ],
        ),
        ([bench(device(orphan=True, counts=counts(pending=3)))], []),
        # Cloud warnings of a device that has left the bench file are not reported; the next device still is.
        (
            [bench(device(orphan=True, cloud=CloudStatus(warnings=(WARNING,))), device("b", link=GOOD))],
            ["b: lines come in."],
        ),
    ],
)
def test_each_message_is_said_once(statuses: list[BenchStatus], told: list[str]) -> None:
    assert said(*statuses) == told


def test_readings_refused_before_this_run_are_not_reported() -> None:
    news = (
        "a: the cloud refused some readings: pinbridge refused lists them with the reasons, pinbridge resend "
        "sends them again, pinbridge discard --refused discards them."
    )
    two, three = bench(device(counts=counts(refused=2))), bench(device(counts=counts(refused=3)))
    assert said(two, before=two) == []
    assert said(two, three, three, before=two) == [news]
    assert said(two, before=bench()) == [news]


def later(device: DeviceStatus, second: float) -> BenchStatus:
    return msgspec.structs.replace(bench(device), at_us=round(second * 1e6))


def test_a_warning_of_a_cloud_is_reported_again_when_it_comes_back_after_a_minute() -> None:
    warns, calm = device(cloud=CloudStatus(warnings=(WARNING,))), device()
    looks = [(warns, 0), (calm, 1), (warns, 30), (calm, 90), (calm, 90.1), (warns, 91)]
    assert said(*(later(status, second) for status, second in looks)) == ["a: W.", "a: Resolved: W.", "a: W."]
    assert said(*(later(status, second) for status, second in looks[:4])) == ["a: W."]


def test_a_device_that_is_behind_is_reported_with_its_trend() -> None:
    def behind(seconds: float, trend: Trend) -> BenchStatus:
        message = verbatim(f"Behind by {seconds:g} s, {trend}.")
        cloud = CloudStatus(CloudState.SENDING, message, last_success_us=1, behind_s=seconds, trend=trend)
        return bench(device(cloud=cloud))

    looks = (
        *((10, Trend.STEADY), (15, Trend.GROWING), (20, Trend.GROWING)),
        *((20, Trend.SHRINKING), (20, Trend.STEADY)),
    )
    assert said(*(behind(*look) for look in looks), bench(device(cloud=TAKES))) == [
        "a: Behind by 15 s, growing.",
        "a: Behind by 20 s, shrinking.",
        "a: the cloud takes readings.",
    ]


def test_refused_readings_are_reported_with_their_fix() -> None:
    refusal = Refusal(
        ("v3",), 2, verbatim("No datastream"), Message("fix_no_datastream", count=1, targets=("V3",))
    )
    refused = msgspec.structs.replace(device(counts=counts(refused=2)), refusals=(refusal,))
    first, second = said(bench(refused), bench(refused))
    assert first == (
        "a: V3 has no datastream in Blynk: make it there, then send again. 2 readings were refused, "
        "the last: No datastream."
    )
    assert "pinbridge refused" in second
    assert said(bench(refused), before=bench(refused)) == []

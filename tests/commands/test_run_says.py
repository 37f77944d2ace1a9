"""What a run says of its bench: what a person should know, once, when it changes."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import BenchStatus, CloudState, CloudStatus, LinkState, LinkStatus
from app.commands.run import run
from app.messages.message import verbatim
from tests.scripted import GONE, GOOD, TAKES, WAITS, Looks, Scripted, bench, counts, device


def said(*statuses: BenchStatus, before: BenchStatus | None = None) -> list[str]:
    """What a person is told at one look after the other."""
    told: list[str] = []
    scripted = Scripted(before or bench(device()), *statuses)
    run(scripted, Looks(len(statuses)), told.append)
    return told


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        # The port: each state once, again when it comes back; nothing of one that is closed or has ended.
        ([bench(device())], []),
        ([bench(device(link=GOOD)), bench(device(link=GOOD))], ["a: lines come in."]),
        (
            [bench(device(link=link)) for link in (GOOD, GONE, GOOD)],
            ["a: lines come in.", "a: COM7 went away.", "a: lines come in."],
        ),
        ([bench(device(link=LinkStatus(LinkState.ENDED, verbatim("It has ended."))))], []),
        ([bench(device(link=GOOD), device("b", link=GOOD))], ["a: lines come in.", "b: lines come in."]),
        # The cloud: when it needs a person, and when it is well again.
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
        # Loss is told once, with the figure as it stood.
        (
            [bench(device(lost_bytes=lost)) for lost in (0, 5, 9)],
            ["a: 5 bytes were dropped so far: the disk does not keep pace with the board."],
        ),
        # Figures that have moved are no news, other words are.
        (
            [
                bench(device(cloud=CloudStatus(warning=text)))
                for text in (
                    "",
                    "12 lines/s too many, for 3 min.",
                    "1,500 lines/s too many, for 2 h.",
                    "v1 is stuck.",
                )
            ],
            ["a: 12 lines/s too many, for 3 min.", "a: v1 is stuck."],
        ),
        (
            [
                bench(device(cloud=CloudStatus(forecast=f"It lasts until {day}.")))
                for day in ("2026-11-01", "2026-12-24")
            ],
            ["a: It lasts until 2026-11-01."],
        ),
        (
            [
                bench(
                    device(cloud=CloudStatus(forecast="F.", warning="W.")),
                    device("b", cloud=CloudStatus(warning="W.")),
                )
            ],
            ["a: W.", "a: F.", "b: W."],
        ),
        # Warnings of the bench: once, and once more that they are over.
        (
            [bench(warnings=warnings) for warnings in (["3 MB left"], ["2 MB left"], [], ["1 MB left"])],
            ["3 MB left", "This is over: 3 MB left", "1 MB left"],
        ),
        (
            [bench(warnings=warnings) for warnings in (["a", "b"], ["b"])],
            ["a", "b", "This is over: a"],
        ),
        # The figures of a name are no figures: two names are two pieces of news.
        (
            [
                bench(warnings=[f'device "board {number}": 7 of 9 for 3 min' for number in (1, 2)]),
                bench(warnings=[f'device "board {number}": 8 of 9 for 4 h' for number in (1, 2)]),
                bench(warnings=['device "board 1": 9 of 9 for 5 s']),
            ],
            [
                'device "board 1": 7 of 9 for 3 min',
                'device "board 2": 7 of 9 for 3 min',
                'This is over: device "board 2": 7 of 9 for 3 min',
            ],
        ),
        (
            [bench(warnings=[f"recordings/board-{number}.pbrec: Full." for number in (1, 2)])],
            ["recordings/board-1.pbrec: Full.", "recordings/board-2.pbrec: Full."],
        ),
        (
            [
                bench(device(cloud=CloudStatus(warning=f"{pins} stuck.")))
                for pins in ("v1 is", "v2 is", "v1 is")
            ],
            ["a: v1 is stuck.", "a: v2 is stuck."],
        ),
        # The cloud's own words may tell the time.
        (
            [
                bench(
                    device(
                        cloud=CloudStatus(warning=f'ds7 is stuck ({{"at":"2026-11-26T18:00:0{second}Z"}}).')
                    )
                )
                for second in (1, 2)
            ],
            ['a: ds7 is stuck ({"at":"2026-11-26T18:00:01Z"}).'],
        ),
        # Port, loss and cloud of a device are told apart; whatever it is called, nothing of it is "over".
        (
            [
                bench(
                    device(
                        "warning lamp",
                        link=GOOD,
                        lost_bytes=5,
                        cloud=msgspec.structs.replace(TAKES, warning="W."),
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
        # What waits for a person's word: once for each device.
        (
            [
                bench(
                    device(counts=counts(pending=1500, held=1500)),
                    device("b", counts=counts(pending=2, held=2)),
                )
            ]
            * 2,
            [
                f"{name}: {held} of its readings are held, for they were meant for another token or server: "
                "pinbridge resend --held sends them here, pinbridge discard gives them up."
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
                "a: it has left the bench file, and 3 of its readings are held: "
                "pinbridge discard --device gives them up."
            ],
        ),
        ([bench(device(orphan=True, counts=counts(pending=3)))], []),
        # The cloud's warnings of one that has left are nobody's business, those of the next one are.
        (
            [bench(device(orphan=True, cloud=CloudStatus(warning="W.")), device("b", link=GOOD))],
            ["b: lines come in."],
        ),
    ],
)
def test_what_a_person_should_know_is_said_once(statuses: list[BenchStatus], told: list[str]) -> None:
    assert said(*statuses) == told


def test_what_was_refused_before_this_run_is_no_news() -> None:
    news = "a: the cloud does not take some readings: pinbridge refused lists them and why."
    two, three = bench(device(counts=counts(refused=2))), bench(device(counts=counts(refused=3)))
    assert said(two, before=two) == []
    assert said(two, three, three, before=two) == [news]
    assert said(two, before=bench()) == [news]

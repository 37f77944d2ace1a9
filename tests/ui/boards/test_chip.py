"""What a chip of the rail says about a device."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from app.bench.status import (
    CloudState,
    CloudStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    ReplayStatus,
)
from app.messages.message import Message, verbatim
from app.wire.streams import UnwrittenReadings
from tests.ui.test_lights import REFUSAL
from tests.ui.test_situation import DEVICE
from ui.boards.chip import Chip, Part, chip_of, idle_chip, last_line, lights_and_numbers

LATE = CloudStatus(CloudState.SENDING, verbatim("Late."), behind_s=9)


def with_counts(refused: int = 0, **counts: int) -> DeviceStatus:
    refusals = (msgspec.structs.replace(REFUSAL, count=refused),) if refused else ()
    return msgspec.structs.replace(
        DEVICE, counts=JournalCounts(readings=100, refused=refused, **counts), refusals=refusals
    )


def said(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [(part.tone, str(part.message)) for part in parts]


def test_a_chip_has_the_lights_the_rate_and_only_counts_that_are_not_zero() -> None:
    chip = chip_of(with_counts(pending=9, held=2, refused=3, forwarded=88), 20.4)
    assert said(chip.lights) == [("good", "● Port"), ("warn", "◐ Cloud")]
    assert said(chip.short_lights) == [("good", "● P"), ("warn", "◐ C")]
    assert said(chip.signs) == [("good", "●"), ("warn", "◐")]
    assert str(chip.rate) == "20 lines/s"
    assert said(chip.readings) == [("warn", "3 refused"), ("warn", "2 held"), ("", "7 waiting")]
    assert said(chip_of(with_counts(pending=2, held=2), 0).readings) == [("warn", "2 held")]
    assert chip_of(DEVICE, 0).readings == ()
    off = msgspec.structs.replace(with_counts(pending=7), server="", cloud=CloudStatus())
    assert chip_of(off, 0).readings == ()


def test_a_disconnected_device_has_only_a_name_and_what_is_not_sent() -> None:
    chip = idle_chip(with_counts(pending=9, held=2, refused=3))
    assert said(chip.readings) == [("warn", "3 refused"), ("warn", "2 held"), ("", "7 waiting")]
    assert chip == Chip(DEVICE.name, readings=chip.readings)


def test_readings_that_cannot_be_written_come_first() -> None:
    full = UnwrittenReadings(62, Message("journal_stalled", path="b.db"))
    chip = chip_of(msgspec.structs.replace(with_counts(pending=9, refused=3), unwritten=full), 20.4)
    assert said(chip.readings) == [("bad", "62 not in the journal"), ("warn", "3 refused"), ("", "9 waiting")]
    assert chip.fails


def test_readings_of_a_device_that_left_the_bench_file_need_a_decision() -> None:
    """All its pending readings are held, and are called so, as before it left."""
    here = with_counts(pending=7, held=7, refused=2)
    left = msgspec.structs.replace(here, server="", cloud=CloudStatus(), orphan=True)
    for device in (here, left):
        assert said(chip_of(device, 0).readings) == [("warn", "2 refused"), ("warn", "7 held")]


def test_a_board_that_fails_is_marked_and_its_tip_says_why() -> None:
    gone = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("COM5 went away."))
    cloud = CloudStatus(CloudState.PAUSED, verbatim("Wrong token."))
    chip = chip_of(msgspec.structs.replace(DEVICE, name="a\tb", link=gone, cloud=cloud), 0)
    assert (chip.name, chip.fails) == ("a b", True)
    assert said(chip.lights) == [("bad", "✗ Port"), ("bad", "✗ Cloud")]
    assert list(map(str, chip.details)) == [
        *("Port: Not there", "COM5 went away.", "Cloud: paused, needs you", "Wrong token.")
    ]
    assert not chip_of(DEVICE, 0).fails


def test_without_a_server_and_without_a_message_little_is_said() -> None:
    chip = chip_of(msgspec.structs.replace(DEVICE, link=LinkStatus(), cloud=CloudStatus(), server=""), 0)
    assert list(map(str, chip.details)) == ["Port: Closed", "Cloud: no server"]
    assert said(chip.lights) == [("", "○ Port"), ("", "○ Cloud")]


@pytest.mark.parametrize(
    ("port", "cloud", "sign"),
    [("good", "bad", "bad"), ("bad", "warn", "bad"), ("good", "warn", "warn"), ("good", "good", "good")],
)
def test_a_narrow_chip_of_one_line_has_the_gravest_sign(port: str, cloud: str, sign: str) -> None:
    assert [part.tone for part in Chip("a", port, cloud).gravest_sign] == [sign]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (4, "R W H w"),
        (3, "R W H"),
        (2, "R W"),
        (1, "W"),
        (0, "W"),
    ],
)
def test_if_there_is_little_room_the_gravest_goes_first_and_then_the_rate(room: int, shown: str) -> None:
    readings = tuple(Part("", verbatim(name)) for name in "WHw")
    chip = Chip("a", rate=verbatim("R"), readings=readings)
    parts = last_line(chip, lambda parts: len(parts) <= room)
    assert " ".join(str(part.message) for part in parts) == shown


def test_a_short_count_is_shown_even_if_a_longer_one_before_it_does_not_fit() -> None:
    chip = Chip("a", rate=verbatim("R"), readings=tuple(Part("", verbatim(n)) for n in ("W", "long", "w")))
    parts = last_line(chip, lambda parts: sum(len(str(part.message)) for part in parts) <= 3)
    assert [str(part.message) for part in parts] == ["R", "W", "w"]


def test_a_rate_without_room_is_shown_shorter() -> None:
    chip = Chip("a", rate=verbatim("2.1 lines/s"), readings=(Part("", verbatim("9 waiting")),))
    chip = chip._replace(short_rate=verbatim("2.1/s"))

    def within(room: int) -> str:
        parts = last_line(chip, lambda parts: sum(len(str(part.message)) for part in parts) <= room)
        return " ".join(str(part.message) for part in parts)

    assert [within(room) for room in (20, 14, 13)] == [
        "2.1 lines/s 9 waiting",
        "2.1/s 9 waiting",
        "9 waiting",
    ]
    alone = chip._replace(readings=())
    assert said(last_line(alone, lambda _: False)) == [("", "2.1/s")]
    assert str(chip_of(DEVICE, 2.1).short_rate) == "2.1/s"


@pytest.mark.parametrize(
    ("room", "shown"),
    [(19, "● P ◐ C 2.1 lines/s"), (13, "● P ◐ C 2.1/s"), (9, "● ◐ 2.1/s"), (2, "● ◐ 2.1/s")],
)
def test_in_two_lines_lights_lose_their_names_before_numbers_are_cut(room: int, shown: str) -> None:
    chip = chip_of(msgspec.structs.replace(with_counts(), cloud=LATE), 2.1)
    parts = lights_and_numbers(chip, lambda parts: len(joined(parts)) <= room)
    assert joined(parts) == shown


def joined(parts: Sequence[Part]) -> str:
    return " ".join(str(part.message) for part in parts)


def test_a_recording_keeps_its_name_in_two_lines() -> None:
    replay = msgspec.structs.replace(DEVICE, replay=ReplayStatus(1, 2), server="")
    assert joined(lights_and_numbers(chip_of(replay, 0), lambda _: False)).startswith("Replay ")


def test_without_problems_there_is_the_rate_and_without_a_bench_nothing() -> None:
    assert last_line(Chip("a"), lambda _: True) == []
    assert said(last_line(Chip("a", rate=verbatim("R")), lambda _: False)) == [("", "R")]


def test_a_recording_has_neither_a_port_nor_a_cloud() -> None:
    replay = msgspec.structs.replace(DEVICE, replay=ReplayStatus(65_000_000, 600_000_000), server="")
    chip = chip_of(msgspec.structs.replace(replay, counts=JournalCounts(readings=9)), 1)
    assert said(chip.lights) == said(chip.short_lights) == [("", "Replay")]
    assert said(chip.readings) == [("", "9 shown")]
    assert str(chip.details[0]) == "01:05 / 10:00"
    assert not chip.fails

"""A board's state and its message are true at any time, whatever the board has sent before."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.health import GRACE_S, LINE_GRACE_S, QUIET_AFTER_S, SILENT_AFTER_S, Health
from app.boards.status import LinkState
from app.config.bench_file import DeviceConfig
from tests.boards.open_port import OpenPort


def test_a_port_that_has_just_opened_is_not_judged() -> None:
    port = OpenPort()
    port.wait(SILENT_AFTER_S)
    assert (port.state(), port.sentence()) == (LinkState.OPEN, "COM5 is open, and nothing has come yet.")
    assert not port.health.has_spoken


@pytest.mark.parametrize(("waited_s", "span"), [(4, "4 s"), (300, "5 min"), (36_000, "10 h")])
def test_silence_is_reported_with_its_length(waited_s: float, span: str) -> None:
    port = OpenPort()
    port.wait(waited_s)
    assert port.state() is LinkState.SILENT
    assert f"silent for {span}: does the sketch print?" in port.sentence()


def test_good_lines_are_reported_with_the_age_of_the_last() -> None:
    port = OpenPort()
    port.say(b"# boot\nv1=1\n")
    assert (port.state(), port.sentence()) == (LinkState.GOOD, "COM5: lines come in.")
    port.wait(7)
    assert port.sentence() == "COM5: lines come in, the last one 7 s ago."
    port.wait(QUIET_AFTER_S - 6.9)
    assert port.state() is LinkState.SILENT
    assert port.sentence() == "COM5 is open, but nothing has come for 10 s: does the sketch still run?"


def test_a_board_that_speaks_once_a_minute_is_not_called_silent_in_between() -> None:
    port = OpenPort()
    port.say(b"v1=1\n")
    port.say(b"v1=2\n", after_s=60)
    port.wait(170)
    assert port.state() is LinkState.GOOD
    port.wait(20)
    assert port.state() is LinkState.SILENT
    port.say(b"v1=3\n", after_s=3600)
    assert port.health.quiet_after_s == 600.0


def test_a_line_without_an_end_is_reported_after_a_grace_period() -> None:
    port = OpenPort()
    port.say(b"v1=1v1=2")
    port.wait(LINE_GRACE_S)
    assert port.state() is LinkState.OPEN
    assert "first bytes" in port.sentence()
    port.say(b"v1=1v1=2")
    assert port.state() is LinkState.NO_LINE_ENDS
    assert "Serial.println()" in port.sentence()


def test_many_bytes_without_a_line_end_are_reported_sooner() -> None:
    port = OpenPort()
    port.say(b"v1=1," * 200)
    port.say(b"v1=1," * 200, after_s=GRACE_S)
    assert port.state() is LinkState.NO_LINE_ENDS
    for _ in range(3):
        port.say(b"{" + b"1," * 1000 + b"}\n", after_s=1)
    assert port.state() is LinkState.NONE_GOOD
    assert "too long" in port.sentence()


def test_the_most_frequent_reason_is_reported_with_its_hint() -> None:
    port = OpenPort()
    port.say(b"\nv256=1\nv256=2\nx\n" + b"v1=\n")
    port.wait(GRACE_S)
    assert port.state() is LinkState.NONE_GOOD
    assert 'most are rejected as "wrong pin": pins are v0 to v255' in port.sentence()
    port.say(b"".join(b"hello %d\n" % n for n in range(10)), after_s=1)
    assert '"no assignment": "hello" is not a pin' in port.sentence()


def test_blank_lines_alone_are_reported() -> None:
    port = OpenPort()
    port.say(b"\n\n")
    port.wait(GRACE_S)
    assert port.state() is LinkState.NONE_GOOD
    assert "only blank lines" in port.sentence()


def noise(seed: int, size: int = 400) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("said", [b"\n" + b"\xff\xfe\n" * 3, noise(1), b"\x00" * 50, b"\xf0\x80\xe0" * 20])
def test_unreadable_bytes_ask_for_the_baud_rate(said: bytes) -> None:
    port = OpenPort()
    for _ in range(2):
        port.say(said)
        port.wait(1.0)
        assert port.state() is LinkState.OPEN
    port.say(said)
    assert port.state() is LinkState.UNREADABLE
    assert "does Serial.begin() say 115200" in port.sentence()


def test_another_alphabet_is_readable() -> None:
    port = OpenPort()
    port.say("температура двадцать\n".encode() * 5)
    port.wait(GRACE_S)
    assert port.state() is LinkState.NONE_GOOD


def test_noise_at_the_start_is_not_reported() -> None:
    port = OpenPort()
    port.say(noise(2) + b"\n")
    assert port.state() is LinkState.OPEN
    port.say(b"v1=1\n", after_s=GRACE_S / 2)
    assert port.state() is LinkState.GOOD


@pytest.mark.parametrize(
    ("turned", "state"), [(noise(3), LinkState.UNREADABLE), (b"1.5 " * 100, LinkState.NO_LINE_ENDS)]
)
def test_a_board_that_turns_unreadable_is_reported_soon(turned: bytes, state: LinkState) -> None:
    port = OpenPort()
    for _ in range(3600):
        port.say(b"v1=1\n", after_s=1)
    for _ in range(5):
        assert port.state() is LinkState.GOOD
        port.say(turned, after_s=1)
    assert port.state() is state
    port.say(b"\nv1=1\n", after_s=1)
    assert port.state() is LinkState.GOOD


def test_if_only_rejected_lines_come_the_message_says_since_when_and_why() -> None:
    port = OpenPort()
    for _ in range(100):
        port.say(b"v1=1\n", after_s=1)
    for _ in range(30):
        port.say(b"v999=1\n", after_s=1)
    assert port.state() is LinkState.GOOD
    assert (
        'no valid line for 30 s; the lines since then were rejected, most as "wrong pin"' in port.sentence()
    )
    for _ in range(31):
        port.say(b"v999=1\n", after_s=1)
    assert port.state() is LinkState.NONE_GOOD


def test_many_rejected_lines_are_reported_and_few_are_not() -> None:
    port = OpenPort()
    port.say(b"\nv1=1\nv1=2\nv999=3\n")
    assert port.sentence() == "COM5: lines come in."
    port.say(b"v1=3\n" + b"v999=3\n" * 4, after_s=1)
    assert port.sentence().startswith(
        'COM5: lines come in, but 4 of the last 7 were rejected, most as "wrong pin":'
    )


def test_opening_the_port_again_forgets_everything() -> None:
    port = OpenPort()
    port.say(b"v1=1\n")
    port.say(b"v1=2\n", after_s=60)
    assert port.health.quiet_after_s == 180
    port.health.opened(port.now_s)
    assert port.state() is LinkState.OPEN
    assert not port.health.has_spoken
    # The silence that is allowed is measured anew too; the time before the first line does not count.
    port.say(b"v1=3\n", after_s=60)
    assert port.health.quiet_after_s == QUIET_AFTER_S


def test_the_simulated_port_is_named_without_its_colon() -> None:
    health = Health(DeviceConfig(port="simulated:"))
    assert str(health.status(3.5).message) == (
        "simulated is open, but the board has been silent for 4 s: does the sketch print?"
    )


GOOD = b"v1=1\n"
BAD = b"v999=1\n"
Said = list[tuple[float, bytes]]


def thrice(*chunks: bytes) -> Said:
    """The same chunks in three busy seconds, one after the other."""
    return [(0.0 if place else 1.0, chunk) for _ in range(3) for place, chunk in enumerate(chunks)]


def bad_after_a_good_one(count: int, each_s: float) -> Said:
    return [(0.0, b"\n" + GOOD), *[(each_s, BAD)] * count]


@pytest.mark.parametrize(
    ("said", "waited_s", "state", "words"),
    [
        # How long a board is not judged after its first byte.
        ([(100.0, b"\n\n")], 0.25, LinkState.OPEN, "first bytes have just come"),
        ([(100.0, b"\n\n")], 0.5, LinkState.NONE_GOOD, "only blank lines"),
        ([(0.0, b"v1=1"), (1.75, b"v1=1")], 0.0, LinkState.OPEN, "first bytes have just come"),
        ([(0.0, b"v1=1"), (2.0, b"v1=1")], 0.0, LinkState.NO_LINE_ENDS, "println"),
        ([(0.0, b"v1=1")], 10.0, LinkState.OPEN, "first bytes have just come"),
        ([(0.0, b"1" * 600), (0.0, b"1" * 600)], 0.5, LinkState.OPEN, "first bytes"),
        ([(0.0, b"1" * 600), (0.0, b"1" * 601)], 0.5, LinkState.NO_LINE_ENDS, "println"),
        ([(0.0, b"x\r" + b"1" * 600), (0.0, b"1" * 600)], 9.5, LinkState.OPEN, "first line"),
        ([(0.0, b"x\r"), *[(1.0, b"1" * 20)] * 4], 0.0, LinkState.OPEN, "first line"),
        ([(0.0, b"x\r"), *[(1.0, b"1" * 20)] * 5], 0.0, LinkState.NO_LINE_ENDS, "println"),
        ([(0.0, b"x\r"), *[(1.0, b"1" * 19)] * 5], 0.0, LinkState.OPEN, "first line"),
        ([(0.0, b"\r\r" + b"1" * 600), (0.0, b"1" * 600)], 0.5, LinkState.NONE_GOOD, "only blank"),
        ([(0.0, b"x\r\r" + b"1" * 600), (0.0, b"1" * 600)], 0.5, LinkState.OPEN, "first line"),
        # Unreadable: at least four characters are unreadable, and at least one in four.
        (thrice(b"\n" + b"x" * 11 + b"\xff" * 4), 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"\n" + b"x" * 12 + b"\xff" * 4), 0.0, LinkState.NONE_GOOD, "bad encoding"),
        (thrice(b"\n\xff"), 0.0, LinkState.NONE_GOOD, "bad encoding"),
        ([*thrice(b"\n\xff"), (0.0, b"\xff")], 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"\n" + b"\x01" * 4), 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"\n\t\t\t\t\r\r\r\r\n"), 0.0, LinkState.NONE_GOOD, "only blank"),
        # Unreadable bytes do not count if readable text follows them: at least five characters.
        (thrice(b"\n" + b"\xff" * 40 + b"v1=\n"), 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"\n" + b"\xff" * 40 + b"v1=1\n"), 0.0, LinkState.NONE_GOOD, "bad encoding"),
        (thrice(b"\n" + b"\xff" * 40, b"v1", b"=1\n"), 0.0, LinkState.NONE_GOOD, "bad encoding"),
        # Zero bytes count only if they are all that comes.
        (thrice(b"\0" * 4), 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"v1=5" + b"\0" * 200 + b"\n"), 0.0, LinkState.NONE_GOOD, "no valid one"),
        (thrice(b"v1=5" + b"\0" * 200 + b"\n\xff\xff\xff"), 0.0, LinkState.UNREADABLE, "115200"),
        # Only the beginning and the end of a large chunk are searched.
        (thrice(b"x" * 767 + b"\n" + b"\xff" * 256 + b"y" * 8), 0.0, LinkState.NONE_GOOD, "no valid"),
        (thrice(b"\n" + b"x" * 767 + b"\xff" * 256), 0.0, LinkState.UNREADABLE, "115200"),
        (thrice(b"\n" + b"x" * 1023 + b"\xff" * 9000), 0.0, LinkState.NONE_GOOD, "too long"),
        # A valid line counts for a minute, or longer while it is in one of the latest five busy seconds.
        (bad_after_a_good_one(29, 2.0), 0.0, LinkState.GOOD, "no valid line for 58 s"),
        (bad_after_a_good_one(30, 2.0), 0.0, LinkState.NONE_GOOD, 'most are rejected as "wrong pin"'),
        (bad_after_a_good_one(4, 100.0), 0.0, LinkState.GOOD, "4 of the last 5 were rejected"),
        (bad_after_a_good_one(5, 100.0), 0.0, LinkState.NONE_GOOD, 'most are rejected as "wrong pin"'),
        # The state becomes worse only after a hundred bytes.
        ([(0.0, b"\n" + GOOD), *[(1.0, b"1" * 20)] * 5], 0.0, LinkState.NO_LINE_ENDS, "println"),
        ([(0.0, b"\n" + GOOD), (1.0, b"1" * 19), *[(1.0, b"1" * 20)] * 4], 0.0, LinkState.GOOD, "come in."),
        ([(0.0, b"\n" + GOOD), *[(1.0, b"\n" * 50)] * 5], 0.0, LinkState.GOOD, ": lines come in."),
        # Only the latest five busy seconds decide on the state, and on the reason that is shown.
        (
            [(0.0, b"\n" + GOOD), (1.0, b"\n"), *[(1.0, b"1" * 20)] * 5],
            0.0,
            LinkState.NO_LINE_ENDS,
            "println",
        ),
        (
            [(0.0, b"\n" + GOOD + b"x\n" * 9), *[(1.0, BAD)] * 5],
            0.0,
            LinkState.GOOD,
            'most as "wrong pin"',
        ),
        # How many lines were rejected since the second of the first good line, and the most frequent reason.
        (
            [(0.0, GOOD + BAD * 9), (1.0, GOOD + BAD * 2)],
            0.0,
            LinkState.GOOD,
            "2 of the last 4 were rejected",
        ),
        ([(0.0, GOOD * 2 + BAD * 9), (1.0, GOOD + BAD * 2)], 0.0, LinkState.GOOD, "COM5: lines come in."),
        ([(0.0, GOOD), (1.0, BAD + GOOD), (1.0, BAD)], 0.0, LinkState.GOOD, "2 of the last 4 were"),
        ([(0.0, GOOD), (1.0, BAD)], 0.0, LinkState.GOOD, '1 of the last 2 was rejected, as "wrong pin"'),
        (
            [(0.0, b"\n" + BAD + b"x\n" * 2), (1.0, BAD * 2)],
            0.0,
            LinkState.NONE_GOOD,
            'most are rejected as "wrong pin"',
        ),
        ([(0.0, b"\n" + BAD), (1.0, b"v9\n" + b"v8\n")], 0.0, LinkState.NONE_GOOD, "example v8=100"),
        # How long ago the last line came.
        ([(0.0, b"\n" + GOOD)], 3.0, LinkState.GOOD, "COM5: lines come in."),
        ([(0.0, b"\n" + GOOD)], 3.25, LinkState.GOOD, "the last one 3 s ago."),
        ([(0.0, b"\n" + GOOD)], 10.0, LinkState.GOOD, "the last one 10 s ago."),
        ([(0.0, b"\n" + GOOD)], 10.25, LinkState.SILENT, "for 10 s: does the sketch still run?"),
        ([(0.0, GOOD)], 119.0, LinkState.SILENT, "for 119 s:"),
        ([(0.0, GOOD)], 120.0, LinkState.SILENT, "for 2 min:"),
        ([(0.0, GOOD)], 7199.0, LinkState.SILENT, "for 120 min:"),
        ([(0.0, GOOD)], 7200.0, LinkState.SILENT, "for 2 h:"),
        ([(0.0, GOOD), (5.0, GOOD)], 15.0, LinkState.GOOD, "the last one 15 s ago"),
        ([(0.0, GOOD), (5.0, GOOD)], 15.25, LinkState.SILENT, "for 15 s:"),
        ([(0.0, GOOD), (5.0, GOOD), (1.0, GOOD)], 15.0, LinkState.GOOD, "the last one 15 s ago"),
    ],
)
def test_each_state_at_its_limits(said: Said, waited_s: float, state: LinkState, words: str) -> None:
    port = OpenPort()
    for after_s, chunk in said:
        port.say(chunk, after_s)
    port.wait(waited_s)
    assert port.state() is state
    assert words in port.sentence()


def test_at_most_sixty_busy_seconds_are_kept() -> None:
    port = OpenPort()
    # `_seconds` is private, but no message shows how much is kept.
    assert port.health.has_spoken is False
    for number in range(12):
        port.say(GOOD, after_s=0.25)
        assert len(port.health._seconds) == 1 + number // 4
    assert port.health.has_spoken is True
    for _ in range(100):
        port.say(GOOD, after_s=1.0)
    assert len(port.health._seconds) == 60


CHUNKS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 1.0, 5.0, 100.0]),
        st.sampled_from(
            [b"v1=1\n", b"v999=1\n", b"\xff\xff\xff\xff\n", b"x", b"\n", b"# hi\n", b"\x00" * 300]
        ),
    ),
    max_size=40,
)


@given(CHUNKS, st.sampled_from([0.0, 0.6, 4.0, 11.0, 1000.0]))
def test_the_state_agrees_with_what_came(chunks: list[tuple[float, bytes]], waited_s: float) -> None:
    port = OpenPort()
    good_s = None
    last_s = port.now_s
    for after_s, said in chunks:
        lines = port.intake.feed(said, 0)
        port.now_s += after_s
        port.health.heard(port.now_s, said, lines)
        last_s = port.now_s
        if lines.counts.accepted or lines.counts.comments:
            good_s = port.now_s
    port.wait(waited_s)
    status = port.health.status(port.now_s)
    assert str(status.message).startswith("COM5")
    assert str(status.message).endswith((".", "?"))
    silent_s = port.now_s - last_s
    if status.state is LinkState.GOOD:
        assert good_s is not None
    if good_s == last_s and silent_s <= QUIET_AFTER_S:
        assert status.state is LinkState.GOOD
    if silent_s > 600:
        assert status.state is LinkState.SILENT
    if status.state in (LinkState.UNREADABLE, LinkState.NO_LINE_ENDS, LinkState.NONE_GOOD):
        assert good_s is None or good_s < last_s

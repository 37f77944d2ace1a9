"""A wrong baud rate, another encoding, zero bytes and UTF-16 are told apart."""

from __future__ import annotations

import random

import pytest

from app.messages.message import Message
from app.wire.lines import LineSplitter, split_block
from app.wire.readings import Grammar
from tests.uart import received

BAUD, STRAY = Message("hint_bad_encoding"), ("hint_stray_byte", "hint_stray_byte_plain")
ZERO = Message("hint_zero_bytes")
GRAMMAR = Grammar()
RATES = (300, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 74880, 115200, 230400)
WRONG = [
    (sent_at, read_at)
    for sent_at in (9600, 74880, 115200)
    for read_at in RATES
    if sent_at != read_at and 1 / 16 < sent_at / read_at < 16
]
SAID = b"".join(
    b"v1=%d.%02d\r\nv2=%d\r\nHello world, it is warm\r\n" % (n % 50, n * 7 % 100, n * 37 % 1024)
    for n in range(15)
)


def lines(data: bytes) -> list[bytes]:
    splitter = LineSplitter()
    block = splitter.feed(data)
    return [line for line in (*split_block(block), splitter.close()[:1201]) if len(line) > 3]


def test_a_uart_at_the_right_rate_reads_what_was_sent() -> None:
    assert received(SAID, 9600, 9600) == SAID


@pytest.mark.parametrize(("sent_at", "read_at"), WRONG)
def test_bytes_at_a_wrong_baud_rate_are_reported_as_such(sent_at: int, read_at: int) -> None:
    hints = [GRAMMAR.judge(line).hint for line in lines(received(SAID, sent_at, read_at))]
    assert hints
    # A break that lasts longer than a character is a zero byte. If nothing else comes, zero bytes are named.
    assert all(hint in (BAUD, ZERO) for hint in hints)
    assert BAUD in hints or sent_at * 4 < read_at


def test_random_bytes_are_reported_as_a_wrong_baud_rate() -> None:
    chance = random.Random(5)
    hints = [GRAMMAR.judge(line).hint for line in lines(chance.randbytes(200_000))]
    assert len(hints) > 1000
    assert sum(hint == BAUD for hint in hints) > 0.98 * len(hints)


@pytest.mark.parametrize(
    "text",
    [
        "v1=23.5°C", "Temperatur: 23.5°C", "Größe: 5 m², Wärme: 23.5 °C", "25°C", "v1.label=Größenänderung",
        "Ein längerer Text über die schöne Wärme im Gewächshaus", "température mesurée à l'extérieur", "5 µs",
        "Luftdruck 1013 hPa, Höhe über Null",
    ],
)  # fmt: skip
def test_text_in_latin_1_is_reported_as_another_encoding(text: str) -> None:
    hint = GRAMMAR.judge(text.encode("latin-1")).hint
    assert hint
    assert hint.code in STRAY


@pytest.mark.parametrize(
    ("text", "encoding"), [("v2=Тепло", "cp1251"), ("v1=温度", "gb2312"), ("25°C", "gb2312")]
)
def test_a_readable_name_or_number_proves_the_baud_rate(text: str, encoding: str) -> None:
    hint = GRAMMAR.judge(text.encode(encoding)).hint
    assert hint
    assert hint.code in STRAY


def test_a_few_stray_bytes_in_a_long_line_are_no_wrong_baud_rate() -> None:
    def unreadable(stray: int, length: int) -> bool:
        return GRAMMAR.judge(b"\xff" * stray + b"x" * (length - stray)).hint == BAUD

    assert [unreadable(1, length) for length in (4, 5)] == [True, False]
    assert [unreadable(7, length) for length in (28, 29)] == [True, False]
    assert [unreadable(8, length) for length in (64, 65)] == [True, False]
    assert GRAMMAR.judge(b"\x01\x02\x03 5").hint == BAUD
    assert GRAMMAR.judge("\x80\x81 5".encode()).hint == BAUD


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\x02v1=5\x03", "hint_invisible"),
        (b"\x08\x08v1=5", "hint_invisible"),
        (b"\x0223.5\x03", "hint_invisible_plain"),
        (b"\x02\x03\x03v1=5", "hint_bad_encoding"),
        (b"\x02v1\x03=5\x03", "hint_bad_encoding"),
        (b"\x02a=5\x03", "hint_bad_encoding"),
    ],
)
def test_text_between_control_characters_is_not_reported_as_a_wrong_baud_rate(line: bytes, code: str) -> None:
    hint = GRAMMAR.judge(line).hint
    assert hint
    assert hint.code == code

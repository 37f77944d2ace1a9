"""Each line that is rejected, or whose number was taken for a text, gets a hint of one sentence.

Common mistakes have special hints. Where a hint shows a line, the grammar accepts it: see `test_proposals`.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.messages.message import Message
from app.wire.datastreams import Datastream, DatastreamType, Reason
from app.wire.diagnosis import hint
from app.wire.hints.repair import Repair
from app.wire.readings import Grammar, Kind, Verdict
from tests.wire.hints.sentences import INT_RANGE, KEPT, LINES, NO_EQUALS

FREE = Grammar()
TYPED = Grammar(
    [
        Datastream(virtual_pin=1, type=DatastreamType.INT, min=-100.0, max=100.0),
        Datastream(virtual_pin=2, type=DatastreamType.DOUBLE, name="Humidity"),
        Datastream(virtual_pin=3, type=DatastreamType.LOCATION),
        Datastream(virtual_pin=4, type=DatastreamType.ENUM, values=(1, 2)),
        Datastream(virtual_pin=5, type=DatastreamType.STRING),
    ],
    reject_unknown=True,
)
NO_LOCATION = "write longitude and latitude with one comma and no space, for example 13.4,52.5"
UNIT = "the unit is not part of the value: write only "
COMMA = "a number takes a point, not a comma: write "
OWN_LINE = "write one value per line: use Serial.println() after each"
ENCODING = "one of its bytes is not UTF-8, perhaps a degree sign in another encoding: write only "
OTHER_ENCODING = (
    "the line has a character in an encoding other than UTF-8: save the sketch as UTF-8, "
    "or leave this character out"
)
BAUD = "these bytes are not text: is the baud rate the one in Serial.begin()?"
ZERO = "the line contains zero bytes (\\0): print the text alone, not the whole buffer"
UTF_16 = "every second byte is zero, as in UTF-16: print the text as UTF-8"
COLOUR = "the line has an escape sequence, such as a colour: print only "
HIDDEN = "the line has an invisible character, "
PINS = "pins are v0 to v255: write one of them, for example v1=100"
NO_NAME = (
    'there is no name before the "=": write a line like v1=100 or begin the line with "#" if it is a comment'
)
FAULT = 'the sketch printed "{}": the sensor gave no number, check its wiring'
QUESTION = 'on many boards, printf() prints "?" in place of a decimal number: use Serial.print() or dtostrf()'
ABOVE = "its datastream takes at most 100: check the sensor, or max in the bench file"
BELOW = "its datastream takes at least -100: check the sensor, or min in the bench file"
LISTED = "its datastream takes only 1 or 2: check the sketch, or values in the bench file"
BOOT = "the board itself prints this line when it starts or crashes: it is not a value"


FULL = Grammar(known_targets=[f"ds{number}" for number in range(1, 1025)])


def judged(line: str | bytes, grammar: Grammar) -> Verdict:
    return grammar.judge(line if isinstance(line, bytes) else line.encode())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Bytes that are not the text that the sketch meant.
        (b"\xff\xfe\xfd", BAUD),
        (b"v1=23.5\xb0C", f"{ENCODING}v1=23.5"),
        (b"v1=23.5 \xb0C\r", f"{ENCODING}v1=23.5"),
        (b"V1: 23.5\xb0", f"{ENCODING}v1=23.5"),
        (b"25\xb0C", f"{ENCODING}v1=25"),
        (b"\xffv1=5", f"{ENCODING}v1=5"),
        (b"v1.label=Caf\xe9", OTHER_ENCODING),
        (b"v1=T\xfcr offen", OTHER_ENCODING),
        (b"# 5 \xb0C in K\xf6ln", OTHER_ENCODING),
        (b"v1=23.5" + b"\0" * 200, ZERO),
        (b"\0" * 200 + b"v1=5", ZERO),
        (b"v1=1\0002", ZERO),
        (b"v1=1" + b"\0" * 1300, ZERO),
        (b"\0", ZERO),
        ("v1=5".encode("utf-16-le"), UTF_16),
        ("v1=5".encode("utf-16-be"), UTF_16),
        (b"\0" + "v1=5\r".encode("utf-16-le"), UTF_16),
        # What is before the name.
        ("15:02:11.123 -> v1=5", 'print only v1=5 without "15:02:11.123 ->" before it'),
        ("I (1234) main: v1=5", 'print only v1=5 without "I (1234) main:" before it'),
        ("[v1=5]", 'print only v1=5 without "[" before it'),
        (f"{'x' * 50} v1=5", f'print only v1=5 without "{"x" * 40}…" before it'),
        ("15:02 -> V1.Label=Room 12", 'print only v1.Label=Room 12 without "15:02 ->" before it'),
        ("15:02 -> v1=nan", FAULT.format("nan")),
        ("15:02 -> v1=", 'print nothing before v1: "15:02 ->" is there now'),
        ("\x1b[0;32mv1=5\x1b[0m", f"{COLOUR}v1=5"),
        ("\x1b[0;32mI (1) main: v1=5\x1b[0m", f"{COLOUR}v1=5"),
        ("\u009b31mv1=5", f"{COLOUR}v1=5"),
        ("\x1b]0;title\x07v1=5", f"{COLOUR}v1=5"),
        ("\x1b[31mhello", "the line has an escape sequence, such as a colour: print the text without it"),
        ("\ufeffv1=5", f"{HIDDEN}U+FEFF (byte-order mark): print only v1=5"),
        ("\u200bv1=5", f"{HIDDEN}U+200B (zero-width space): print only v1=5"),
        ("\u00a0v1=5", f"{HIDDEN}U+00A0 (no-break space): print only v1=5"),
        ("\u00adv1=5", f"{HIDDEN}U+00AD (soft hyphen): print only v1=5"),
        ("\u202ev1=5", f"{HIDDEN}U+202E: print only v1=5"),
        ("v1=5\x07", f"{HIDDEN}U+0007: print only v1=5"),
        ("\ufeffhello", f"{HIDDEN}U+FEFF (byte-order mark): print visible characters only"),
        ("v1.label=a\tb", f"{HIDDEN}U+0009 (tab): print visible characters only"),
        ("v1=on\toff", f"{HIDDEN}U+0009 (tab): print visible characters only"),
        # The name, and the equals sign after it.
        ("V1 100", "write v1=100 with an equals sign"),
        ("v01: 5", "write v1=5 with an equals sign"),
        ("V1 -> 5 V", "write v1=5 with an equals sign"),
        ("V1: on", "write v1=on with an equals sign"),
        ('{"v1": 23.5}', "write v1=23.5 with an equals sign"),
        ("V1: nan", FAULT.format("nan")),
        ("V1: --5", "the number has two signs: print at most one"),
        ("V1: 1.2.3", 'write "=" between v1 and its value'),
        ("v256: 5", PINS),
        ("x: v256=5", PINS),
        ("v1 → 5", "write v1=5 with an equals sign"),
        ("V1\uff1a5", "write v1=5 with an equals sign"),
        ("v1\uff1d5 C", "write v1=5 with an equals sign"),
        ("V1 (5)", "write v1=5 with an equals sign"),
        ("event.hot: Too hot", "write event.hot=Too hot with an equals sign"),
        ("Event.hot=1", "the name is misspelt: write event.hot=1"),
        ('"event.hot"=1', "the name is misspelt: write event.hot=1"),
        ("x: event.hot=", 'print nothing before event.hot: "x:" is there now'),
        ("event.hot", 'write "=" and the value too, for example event.hot=100'),
        ("v1 value=5", '"v1 value" is not a pin: write the virtual pin of its datastream, for example v1=5'),
        ("v1 ← 5", NO_EQUALS),
        ("V1", 'write "=" and the value too, for example v1=100'),
        ("v01=5", "write v1=5 without the leading zero"),
        ("v00=5", "write v0=5 without the leading zero"),
        *((line, FAULT.format("nan")) for line in ("v01=nan", "v01==nan", "temp==nan", "x: v1=>nan")),
        ("v01=1.2.3", "write v1 without the leading zero"),
        ("ds07=5", "write ds7=5 without the leading zero"),
        ("v 1=5", "the name is misspelt: write v1=5"),
        ("pin 7=5", "the name is misspelt: write v7=5"),
        ("7=5", "the name is misspelt: write v7=5"),
        ("DS7=5", "the name is misspelt: write ds7=5"),
        ("virtual pin 7=5 V", "the name is misspelt: write v7=5"),
        ("pin 255=5", "the name is misspelt: write v255=5"),
        ("pin 256=5", PINS),
        ("v256=1", PINS),
        ("v256.label=x", PINS),
        ("=1", "write the pin too, for example v1=1"),
        ("=x", NO_NAME),
        ("=====", NO_NAME),
        ("--- == Setup == ---", NO_NAME),
        ("A0=512", "A0 is a pin of the board: write a virtual pin, for example v1=512"),
        ("A0=on", "A0 is a pin of the board: write a virtual pin, for example v1=on"),
        ("temp=21", '"temp" is not a pin: write the virtual pin of its datastream, for example v1=21'),
        ("temp=ok", '"temp" is not a pin: write the virtual pin of its datastream, for example v1=ok'),
        ("dsx=1", "write ds and an id from 1 to 2147483647, for example ds7=100"),
        ("ds7.label=x", "the cloud takes properties only by pin: write the pin in place of the id"),
        ("v1.5=x", "write a pin, a point and a property, for example v1.label=Room 12"),
        ("V9.=x", "write a pin, a point and a property, for example v9.label=Room 12"),
        # Values without a pin, and several values on a line.
        ("23.5", "write the pin too, for example v1=23.5"),
        ("23.5 °C", "write the pin too, for example v1=23.5"),
        ("23,5", "write the pin too, for example v1=23.5"),
        ("12:30", "write the pin too, for example v1=100"),
        ("nan", FAULT.format("nan")),
        ("Temperature: nan", FAULT.format("nan")),
        ("Temperature: 23.64, Humidity: 43.89", f"{LINES}v1=23.64 and v2=43.89"),
        ("T=23,64 H=43.89", f"{LINES}v1=23.64 and v2=43.89"),
        ("Humidity: 40.00 %  Temperature: 23.00 C 73.40 F", f"{LINES}v1=40.00 and v2=23.00"),
        ('{"temp": 23.5, "hum": 40}', f"{LINES}v1=23.5 and v2=40"),
        ("temp: 5, v7: 6", f"{LINES}v1=5 and v7=6"),
        ("Temp: 23.6C, Hum: 43%", f"{LINES}v1=23.6 and v2=43"),
        ("V1.onColor: red", "write v1.onColor=red with an equals sign"),
        ("Chip: 5A3F, MAC: 24:6F", NO_EQUALS),
        ("Stack: 0x3FFE, free: 512", NO_EQUALS),
        ("Temp 23.5 C", '"Temp" is not a pin: write the virtual pin of its datastream, for example v1=23.5'),
        (">t:12345:2.5|g", '"t" is not a pin: write the virtual pin of its datastream, for example v1=2.5'),
        ("A1: 512", "A1 is a pin of the board: write a virtual pin, for example v1=512"),
        ("512,498,", f"{LINES}v1=512 and v2=498"),
        ("512\t498", f"{LINES}v1=512 and v2=498"),
        ("512 498 7", f"{LINES}v1=512 and v2=498"),
        ("23.5, 40\t7", f"{LINES}v1=23.5 and v2=40"),
        ("nan,nan", FAULT.format("nan")),
        ("V1: 23.64, V2: 43.89", "write one value per line: v1=23.64 and v2=43.89"),
        ("15:02 -> v1=1,v2=0.5 V", "write one value per line: v1=1 and v2=0.5"),
        ("x V1: 5, v2=6", f"{LINES}v1=5 and v2=6"),
        # Nothing that was measured.
        ("hello", NO_EQUALS),
        ("hello, 5 worlds", NO_EQUALS),
        ("5, five", "write the pin too, for example v1=100"),
        ("load:0x3fff0018,len:4", BOOT),
        ("ho 0 tail 12 room 4", BOOT),
        ("rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", BOOT),
        ("mode:DIO, clock div:1", BOOT),
        ("Exception (28):", BOOT),
        ("EXCVADDR: 0x00000000  v1=5", BOOT),
        ("V1 is on", NO_EQUALS),
    ],
)
def test_a_line_that_any_grammar_rejects_has_its_own_hint(line: str | bytes, expected: str) -> None:
    verdict = judged(line, FREE)
    assert verdict.kind is Kind.REJECTED
    assert str(verdict.hint) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("23.5C", f"{UNIT}v1=23.5"),
        ("5 °C", f"{UNIT}v1=5"),
        ("5%", f"{UNIT}v1=5"),
        ("55 % RH", f"{UNIT}v1=55"),
        ("9.8 m/s2", f"{UNIT}v1=9.8"),
        ("21,5C", f"{UNIT}v1=21.5"),
        ("3,14", f"{COMMA}v1=3.14"),
        ("-,5", f"{COMMA}v1=-.5"),
        ("5;", 'write only v1=5 without ";" after it'),
        ("12,", 'write only v1=12 without "," after it'),
        ("12 (ok)", 'write only v1=12 without "(ok)" after it'),
        ("12 Main Street, second floor", 'write only v1=12 without "Main Street, second …" after it'),
        ("5 // x2", 'a comment is a line of its own that begins with "#": write only v1=5'),
        ("5 # x", 'a comment is a line of its own that begins with "#": write only v1=5'),
        ('"23.5"', "write v1=23.5 without quotation marks and brackets"),
        ("(23.5 V)", "write v1=23.5 without quotation marks and brackets"),
        (": 5", 'write v1=5 with one "=" and nothing else between name and value'),
        ("=5", 'write v1=5 with one "=" and nothing else between name and value'),
        ("- 5", "write v1=-5 without a space after the sign"),
        ("\u22125", 'write v1=-5 with the digits 0 to 9 and the minus sign "-"'),
        ("\u0661\u0662", 'write v1=12 with the digits 0 to 9 and the minus sign "-"'),
        ("5\u00a0C", f"{HIDDEN}U+00A0 (no-break space): print only v1=5"),
        ("\u200b5", f"{HIDDEN}U+200B (zero-width space): print only v1=5"),
        ("0x1F", "numbers must be decimal: write v1=31"),
        ("-0xff", "numbers must be decimal: write v1=-255"),
        ("0b101", "numbers must be decimal: write v1=5"),
        ("1_000", "write v1=1000 without separators between the groups of digits"),
        ("1,234.5", "write v1=1234.5 without separators between the groups of digits"),
        ("1.234,5", "write v1=1234.5 without separators between the groups of digits"),
        ("12'345", "write v1=12345 without separators between the groups of digits"),
        ("23.5 44.0", f"{LINES}v1=23.5"),
        ("1 000", f"{LINES}v1=100"),
        ("1,234,567", f"{LINES}v1=100"),
        ("1 v2=0.5", "write one value per line: v1=1 and v2=0.5"),
        ("1v2=2", "write one value per line: v1=1 and v2=2"),
        ("on v2=off", "write one value per line: v1=on and v2=off"),
        ("1 v2=nan", OWN_LINE),
        ("--1.80", "the number has two signs: print at most one"),
        ("%.3f", 'the sketch printed the format "%.3f", not a value: use Serial.print() or snprintf()'),
        ("{temp}", 'the sketch printed the format "{temp}", not a value: use Serial.print() or snprintf()'),
        ("? C", QUESTION),
        ("nan C", FAULT.format("nan C")),
        ("1.2.3", KEPT),
        ("12:30", KEPT),
        ("2026-11-27", KEPT),
        ("1.5e", KEPT),
        ("5½", KEPT),
        ("-1.#IND", FAULT.format("-1.#IND")),
        ("{23.5}", "write v1=23.5 without quotation marks and brackets"),
        ("1,5;2,5", f"{LINES}v1=1.5"),
        ("1 234,5", f"{LINES}v1=100"),
        ("12 345.6", f"{LINES}v1=100"),
    ],
)  # fmt: skip
def test_a_number_that_was_taken_for_a_text_has_a_hint(value: str, expected: str) -> None:
    verdict = judged(f"v1={value}", FREE)
    assert (verdict.kind, verdict.value) == (Kind.ACCEPTED, value)
    assert str(verdict.hint) == expected


@pytest.mark.parametrize(
    "value",
    [
        "warm",
        "on",
        "Room 12",
        "#1 pump",
        "info: 5",
        "Is it on?",
        "% cotton",
        "v2",
        "a=1",
        "a=1&b=2",
        "über 5",
    ],
)
def test_a_text_that_is_meant_as_one_has_no_hint(value: str) -> None:
    verdict = judged(f"v1={value}", FREE)
    assert (verdict.value, verdict.hint) == (value, None)


@pytest.mark.parametrize("line", ["v5=23.5C", "v2.label=23.5C", "v5=1 v2=2"])
def test_a_text_is_meant_as_one_where_a_text_is_declared(line: str) -> None:
    assert judged(line, TYPED).kind is Kind.ACCEPTED
    assert judged(line, TYPED).hint is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("v1=3 pcs", f"{UNIT}v1=3"),
        ("v1=100.0", "this datastream takes whole numbers: write v1=100"),
        ("v1=1e2", "this datastream takes whole numbers: write v1=100"),
        ("v1=3,0", f"{COMMA}v1=3"),
        ("v1=many", "this datastream takes whole numbers: write one such as 100"),
        ("v1=HIGH", "write 1 for true or on, 0 for false or off"),
        ("v2=true", "write 1 for true or on, 0 for false or off"),
        ("v2=many", "this datastream takes numbers: write one such as 3.14"),
        ("v2=1e999", "this number is too large: check the sensor"),
        ("v2=nan", FAULT.format("nan")),
        ("v2=-INF;", FAULT.format("-INF;")),
        ("v3=13.4, 52.5", "write v3=13.4,52.5 with one comma and no space"),
        ("v3=(13.4; 52.5)", "write v3=13.4,52.5 with one comma and no space"),
        ("v3=13.4, 52.5, 7", NO_LOCATION),
        ("v3=13.4,x", NO_LOCATION),
        ("v3=999 1", NO_LOCATION),
        ("v1=2147483647", ABOVE),
        ("v1=-2147483648", BELOW),
        ("v1=2147483648", INT_RANGE),
        ("v1=-2147483649", INT_RANGE),
        ("v4=7", LISTED),
        # A line that this grammar would not accept is not proposed.
        ("V1: 500", 'write "=" between v1 and its value'),
        ("V1: 3.5", 'write "=" between v1 and its value'),
        ("V9: 5", 'write "=" between v9 and its value'),
        ("v09=5", "write v9 without the leading zero"),
        ("x: v9=5", 'print nothing before v9: "x:" is there now'),
        ("V3", 'write "=" and the value too, for example v3=13.4,52.5'),
        ("V9", 'write "=" and the value too, for example v1=100'),
        ("23.5", "write the pin too, for example v2=23.5"),
        ("Temperature: 23.64, Humidity: 43.89", f"{LINES}v5=23.64 and v2=43.89"),
        ("T: 5.5; Humidity: 44%", f"{LINES}v5=5.5 and v2=44"),
        ("Humidity: 4", '"Humidity" is not a pin: write the virtual pin of its datastream, for example v2=4'),
        ("ds0=1", "write ds and an id from 1 to 2147483647, for example v1=100"),
    ],
)  # fmt: skip
def test_a_hint_knows_the_datastreams(line: str, expected: str) -> None:
    verdict = judged(line, TYPED)
    assert verdict.kind is Kind.REJECTED
    assert str(verdict.hint) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"x" * 1201, "Serial.println()"),
        (b"v99=1", "unknown_pins"),
        (b"v1=", "same line"),
        (b"v1=3.5", "round 3.5 in the sketch"),
        (b"v1=2,5", "round 2.5 in the sketch"),
        (b"v1=2,5 V", "round 2.5 in the sketch"),
        (b"v3=north", "13.4,52.5"),
        (b"v3=999,1", "longitude first"),
        (b"v1=101", "check the sensor"),
        (b"v2.label=" + b"a" * 1025, "1024 bytes"),
        (b"event.too hot=x", "event.overheat=Too hot"),
        (b"event.hot=" + b"a" * 301, "300 characters"),
    ],
)
def test_every_reason_has_a_hint_that_helps(line: bytes, words: str) -> None:
    assert words in str(judged(line, TYPED).hint)


def test_the_hint_for_a_name_too_many_says_how_many_there_are() -> None:
    assert str(FULL.judge(b"v1=1").hint) == (
        "this device has 1,024 other names already: put what changes into the value, not into the name, "
        "or add this name to the bench file"
    )


@pytest.mark.parametrize("reason", Reason)
@given(text=st.text(max_size=40))
@example("=")
@example("v1=" + "9" * 1190)
@example("v1=0x" + "f" * 1190)
def test_any_line_has_one_sentence_for_any_reason(reason: Reason, text: str) -> None:
    sentence = str(hint(reason, text, TYPED))
    assert sentence
    assert not sentence.endswith(".")


@pytest.mark.parametrize(
    "piece",
    [";", " ", "5", "5 ", '"', "a ", "a: ", "\u00a0", "v1", "v1 ", "v1=1", "=", "5,", "°", "+", "\x1b["],
)
@pytest.mark.parametrize("around", ["{}", "v1=5{}x", "v1={}", "a {}5x", "{}=", "5{}"])
def test_no_line_takes_long(piece: str, around: str) -> None:
    """A line of 1,200 bytes needs some thousand steps, not billions: with those this test does not end."""
    line = around.format(piece * (1190 // len(piece.encode())))
    for grammar in (FREE, TYPED):
        verdict = judged(line, grammar)
        assert bool(verdict.hint) == (verdict.kind is Kind.REJECTED or verdict.is_doubtful)


def test_steps_that_undo_each_other_end_in_a_general_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    def swap(text: str) -> Repair:
        return Repair(text.swapcase(), lambda line: Message("hint_spelling", line=line))

    monkeypatch.setattr("app.wire.diagnosis._STEPS", (swap,))
    assert str(judged("x=5", FREE).hint).startswith('"x" is not a pin')

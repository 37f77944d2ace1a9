"""Each rejected line gets a hint of one sentence, whatever the reason. Common mistakes have special hints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import Datastream, DatastreamType, Reason
from app.wire.diagnosis import hint
from app.wire.readings import Grammar

GRAMMAR = Grammar(
    [
        Datastream(virtual_pin=1, type=DatastreamType.INT, min=-100.0, max=100.0),
        Datastream(virtual_pin=2, type=DatastreamType.DOUBLE),
        Datastream(virtual_pin=3, type=DatastreamType.LOCATION),
        Datastream(virtual_pin=4, type=DatastreamType.ENUM, values=(1, 2)),
    ],
    reject_unknown=True,
)


NO_LOCATION = "write longitude and latitude with one comma and no space, for example 13.4,52.5"
OUT_OF_RANGE = "its datastream does not take this value: check the sensor, or the bench file"
INT_RANGE = "an int goes from -2147483648 to 2147483647: check the sensor, or the bench file"


def of(line: str | bytes) -> str:
    verdict = GRAMMAR.judge(line if isinstance(line, bytes) else line.encode())
    assert verdict.reason is not None, verdict
    return str(verdict.hint)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("v2=3,14", "write 3.14 with a point"),
        ("v2=-,5", "write -.5 with a point"),
        ("v2=21.5 °C", "write only 21.5; the unit belongs in the bench file"),
        ("v2=21,5C", "write only 21.5; the unit belongs in the bench file"),
        ("v2=0x1F", "write 31 in decimal"),
        ("v1=-0xff", "write -255 in decimal"),
        ("v1=3 pcs", "this datastream takes whole numbers: write only 3"),
        ("v1=100.0", "this datastream takes whole numbers: write only 100"),
        ("v1=1e2", "this datastream takes whole numbers: write only 100"),
        ("v1=3,0", "this datastream takes whole numbers: write only 3"),
        ("v2=true", "write 1 for true or on, 0 for false or off"),
        ("v1=HIGH", "write 1 for true or on, 0 for false or off"),
        ("v2=1 v3=2", "write one value per line: use Serial.println() after each"),
        ("v1=1v1=2", "write one value per line: use Serial.println() after each"),
        ("v2=1e999", "this number is too large: check the sensor"),
        ("v3=13.4, 52.5", "write 13.4,52.5 without a space"),
        ("v1: 100", "write v1=100 with an equals sign"),
        ("V1 100", "write v1=100 with an equals sign"),
        ("ds7:5", "write ds7=5 with an equals sign"),
        ("V1", 'write "=" and the value too, for example v1=100'),
        ("23.5", "write the pin too, for example v1=23.5"),
        ("23.5, 40\t7", "write each value on a line of its own with its pin, for example v1=23.5"),
        ("v01=5", "write v1 without the leading zero"),
        ("v00=5", "write v0 without the leading zero"),
        ("v 1=5", "write v1 for this pin"),
        ("pin 7=5", "write v7 for this pin"),
        ("7=5", "write v7 for this pin"),
        ("DS7=5", "write ds7 in lower case"),
        ("A0=512", "A0 is a pin of the board: write a virtual pin, for example v1=100"),
        ("temp=21", '"temp" is not a pin: write the virtual pin of its datastream, for example v1=100'),
        ("v256=1", "pins are v0 to v255: write one of them, for example v1=100"),
        ("v256.label=x", "pins are v0 to v255: write one of them, for example v1=100"),
        ("=1", "pins are v0 to v255: write one of them, for example v1=100"),
        ("ds7.label=x", "the cloud takes properties only by pin: write v1.label=… with its pin"),
        ("v1.5=x", "write a pin, a point and a property, for example v1.label=Room 12"),
        ("v3=13.4,\t52.5", "write 13.4,52.5 without a space"),
        ("v3=13.4, 52.5, 7", NO_LOCATION),
        ("v3=13.4,x", NO_LOCATION),
        ("23.5 40", "write each value on a line of its own with its pin, for example v1=23.5"),
        ("pin 255=5", "write v255 for this pin"),
        ("pin 256=5", "pins are v0 to v255: write one of them, for example v1=100"),
        ("v1=2147483647", OUT_OF_RANGE),
        ("v1=-2147483648", OUT_OF_RANGE),
        ("v1=2147483648", INT_RANGE),
        ("v1=-2147483649", INT_RANGE),
    ],
)
def test_common_mistakes_have_their_own_hint(line: str, expected: str) -> None:
    assert of(line) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\xff\xfe\xfd", "is the baud rate the one in"),
        (b"x" * 1201, "Serial.println()"),
        (b"hello", "v1=100"),
        (b"hello, 5 worlds", "v1=100"),
        (b"5, five", "v1=100"),
        (b"dsx=1", "ds7=100"),
        (b"v99=1", "unknown_pins"),
        (b"v1=", "same line"),
        (b"v1.label=a\tb", "perhaps a tab"),
        (b"v1=many", "write one such as 100"),
        (b"v1=3.5", "round 3.5 in the sketch"),
        (b"v1=2,5", "round 2.5 in the sketch"),
        (b"v1=2,5 V", "round 2.5 in the sketch"),
        (b"v2=many", "write one such as 3.14"),
        (b"v2=nan", "check its wiring"),
        (b"v1=-INF", 'printed "-INF"'),
        (b"v3=north", "13.4,52.5"),
        (b"v3=13.4 52.5", "13.4,52.5"),
        (b"v3=999,1", "longitude first"),
        (b"v1=101", "check the sensor"),
        (b"v4=7", "bench file"),
        (b"v1=3000000000", "2147483647"),
        (b"v1.label=" + b"a" * 1025, "1024 bytes"),
        (b"event.too hot=x", "event.overheat=Too hot"),
        (b"event.hot=" + b"a" * 301, "300 characters"),
    ],
)
def test_every_reason_has_a_hint_that_helps(line: bytes, words: str) -> None:
    assert words in of(line)


@pytest.mark.parametrize("reason", Reason)
@given(text=st.text(max_size=40) | st.sampled_from(["", "=", "v1=" + "9" * 1190, "v1=0x" + "f" * 1190]))
def test_any_line_has_one_sentence_for_any_reason(reason: Reason, text: str) -> None:
    sentence = str(hint(reason, text))
    assert sentence
    assert not sentence.endswith(".")

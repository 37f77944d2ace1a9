"""A line in the format of a plotter or a log has a hint with the values that were measured, and no others."""

from __future__ import annotations

import pytest

from app.wire.readings import Grammar, Kind
from tests.wire.hints.sentences import LINES, NO_EQUALS

NAME = '"{}" is not a pin: write the virtual pin of its datastream, for example v1={}'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # A comma is a decimal comma if another sign separates the numbers.
        ("23,5;44,0", f"{LINES}v1=23.5 and v2=44.0"),
        ("23,5 44,0", f"{LINES}v1=23.5 and v2=44.0"),
        ("23,50\t44,10", f"{LINES}v1=23.50 and v2=44.10"),
        ("23,5, 44,0", f"{LINES}v1=23.5 and v2=44.0"),
        ("Temp: 23,5, Hum: 44,0", f"{LINES}v1=23.5 and v2=44.0"),
        ("23,5 C", "write the pin too, for example v1=23.5"),
        # Otherwise it separates numbers.
        ("ADC: 512,498", f"{LINES}v1=512 and v2=498"),
        ("Accel: 12,34,56", f"{LINES}v1=12 and v2=34"),
        ("Accel: 1.5, 2.5, 3.5", f"{LINES}v1=1.5 and v2=2.5"),
        ('{"name":"dht","data":[1,2,3]}', f"{LINES}v1=1 and v2=2"),
        ('{"data":[1,2]}', f"{LINES}v1=1 and v2=2"),
        ("1_20_30", "write the pin too, for example v1=100"),
        # What is around columns, and units in them.
        ("(23.5, 44)", f"{LINES}v1=23.5 and v2=44"),
        ("[23.5, nan]", f"{LINES}v1=23.5"),
        ("23.5C 55%", f"{LINES}v1=23.5 and v2=55"),
        ("5.0V", "write the pin too, for example v1=5.0"),
        ("1A 2B 3C", "write the pin too, for example v1=100"),
        ("$1 2 3;", f"{LINES}v1=1 and v2=2"),
        ("12in, 30cm", f"{LINES}v1=12 and v2=30"),
        ("23.5,44;ok", f"{LINES}v1=23.5 and v2=44"),
        ("512,498;ok", f"{LINES}v1=512 and v2=498"),
        # A time before columns with decimal commas.
        ("2024-05-01 12:00:00;23,4;55,1", f"{LINES}v1=23.4 and v2=55.1"),
        ("01.05.2024|12:00|23,45 C|55", f"{LINES}v1=23.45 and v2=55"),
        ("12:00:00\t23;55,1", f"{LINES}v1=23 and v2=55.1"),
        ("2024-05-01 12:00:00;23,4", "write the pin too, for example v1=100"),
        # A frame of Serial Studio.
        ("/*23.4,55.1,1013*/", f"{LINES}v1=23.4 and v2=55.1"),
        ("/*node,23.4,55.1*/", f"{LINES}v1=23.4 and v2=55.1"),
        ("/* 23.4 */", "write the pin too, for example v1=23.4"),
        ("/* setup done */", NO_EQUALS),
        # What a modem answers.
        ("+CSQ: 21,0", f"{LINES}v1=21 and v2=0"),
        ("+CREG:0,1", f"{LINES}v1=0 and v2=1"),
        ('+CBC: 0,93,"full"', f"{LINES}v1=0 and v2=93"),
        ("+CME ERROR: 10", NAME.format("CME ERROR", "10")),
        # The colon and the equals sign of Chinese and Japanese.
        ("温度\uff1a23.5", NAME.format("温度", "23.5")),
        ("温度\uff1a23.5℃ 湿度\uff1d44%", f"{LINES}v1=23.5 and v2=44"),
        # Labels without a sign.
        ("Temp 23.5 Hum 44", f"{LINES}v1=23.5 and v2=44"),
        ("Temp 23.5, Hum 44", f"{LINES}v1=23.5 and v2=44"),
        ("Temp|23.5", NAME.format("Temp", "23.5")),
        ("Temp, 23.5", NAME.format("Temp", "23.5")),
        ('"Temp", 23.5', NAME.format("Temp", "23.5")),
        ("/*Temp,23.5*/", NAME.format("Temp", "23.5")),
        ("Temp 23 Hum 44", f"{LINES}v1=23 and v2=44"),
        ("Temp 23 C", NAME.format("Temp", "23")),
        ("connected to network 2 after 5 tries", NO_EQUALS),
        ("one 1 !two 2", NO_EQUALS),
        # Letters right before numbers.
        ("T23.5H44", f"{LINES}v1=23.5 and v2=44"),
        ("t23.5, h-4", f"{LINES}v1=23.5 and v2=-4"),
        ("T23.5", NAME.format("T", "23.5")),
        ("T23 H44", NO_EQUALS),
        ("v1.2", NO_EQUALS),
        ("G28 X0.5", NO_EQUALS),
        ("x1.5e3", NO_EQUALS),
        ("ESP32.5", NO_EQUALS),
        # The last of several samples of Teleplot.
        (">temp:1;2", NAME.format("temp", "2")),
        (">temp:100:1;200.5:2§C|g", NAME.format("temp", "2")),
        (">:hello", NO_EQUALS),
        # What a log prints before a text is not measured, nor is a date.
        ("I (1234) main: temp 23.5", NAME.format("temp", "23.5")),
        ("[00:00:01.123,456] <inf> main: temp 23.5", NAME.format("temp", "23.5")),
        ("15:02:11.123 -> temp 23.5", NAME.format("temp", "23.5")),
        ("[  123][I][main.cpp:12] Temp: 23.5", NAME.format("Temp", "23.5")),
        ("[ 12345][E][Wire.cpp:513] requestFrom(): i2cRead returned Error -1", NO_EQUALS),
        ("[12:00:00][D][sensor:093]: sending state", NO_EQUALS),
        ("Date: 2024-01-01", NO_EQUALS),
        ('MQT: {"Time":"2024-01-01T12:00:00","T":23.5,"H":44}', f"{LINES}v1=23.5 and v2=44"),
        # A label with brackets is shown whole.
        ("V1 (Temp) = 23.5", NAME.format("V1 (Temp)", "23.5")),
        ("v[1]=5", NAME.format("v[1]", "5")),
        ("Temp (C): 23.5", NAME.format("Temp (C)", "23.5")),
        ("(Temp: 23.5)", NAME.format("Temp", "23.5")),
        ("f(x: 5", NAME.format("x", "5")),
        # So is one that begins with digits, as the address of a sensor does.
        ("28FF641E8216=23.5", NAME.format("28FF641E8216", "23.5")),
        ("28-0316a279f7ff: 23.5", NAME.format("28-0316a279f7ff", "23.5")),
        ("12:00 T: 23.5", NAME.format("T", "23.5")),
        # A comma is no equals sign if one follows.
        ("v1,label=5", NAME.format("label", "5")),
        ("v1;t=5", NAME.format("t", "5")),
        # A value that is no number.
        ("temp: --1.8", "the number has two signs: print at most one"),
        ("temp: --.-", NO_EQUALS),
        ("temp = %d", 'the sketch printed the format "%d", not a value: use Serial.print() or snprintf()'),
        ("state: on", NO_EQUALS),
    ],
)
def test_a_line_in_another_format_has_a_hint_with_its_values(line: str, expected: str) -> None:
    verdict = Grammar().judge(line.encode())
    assert verdict.kind is Kind.REJECTED
    assert str(verdict.hint) == expected

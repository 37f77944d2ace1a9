"""The type of a value is guessed from the code of the sketch, where it is plain."""

from __future__ import annotations

import pytest

from app.wire.datastreams import DatastreamType
from app.wire.sketches.sketch import datastreams_of

T = DatastreamType


def found(text: str) -> list[tuple[int | None, DatastreamType | None]]:
    """The pins and the types of what a sketch prints."""
    return [(each.virtual_pin, each.type) for each in datastreams_of(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('printf("v1=%d")', T.INT),
        ('printf("v1=%i")', T.INT),
        ('printf("v1=%lu\\n")', T.INT),
        ('printf("v1=%-05lld C")', T.INT),
        ('printf("v1=%hhu")', T.INT),
        ('printf("v1=%zu")', T.INT),
        ('printf("v1=%f")', T.DOUBLE),
        ('printf("v1=%+6.2f")', T.DOUBLE),
        ('printf("v1=%*.1lf")', T.DOUBLE),
        ('printf("v1=%g")', T.DOUBLE),
        ('printf("v1=%e")', T.DOUBLE),
        ('printf("v1=%d.%02d")', T.DOUBLE),
        ('printf("v1=%s")', None),
        ('printf("v1=%x")', None),
        ('printf("v1=%c")', None),
        ('printf("v1=%%")', None),
        ('printf("v1=up %d s")', None),
        ('printf("v1=%" PRId32 "\\n", x)', T.INT),
        ('printf("v1=%-5" PRIu8)', T.INT),
        ('printf("v1=" "%d")', T.INT),
        ('printf("v1=" "%" PRIi32)', T.INT),
        ('printf("v1=%" PRIx32)', None),
        ('printf("v1=%" FORMAT)', None),
        ('printf("v1=5" PRId32)', T.INT),
        ('printf("v1=" FORMAT)', None),
        ('println("v1=100")', T.INT),
        ('println("v1=-21.5")', T.DOUBLE),
        ('println("v1=1e999")', None),
        ('println("v1=on")', T.STRING),
        ('println("v1=-")', None),
        ('println("v1=\\n")', None),
        ('println("v1=" + "on")', T.STRING),
        ('println("v1=" + 5)', T.INT),
        ('println("v1=" + 5.0)', T.DOUBLE),
        ('println("v1=" + String(millis()))', T.INT),
        ('println("v1=" + String(x, 2))', T.DOUBLE),
        ('println("v1=" + String(millis(), HEX))', None),
        ('println("v1=" + String(millis(), DEC))', T.INT),
        ('println(String("v1=") + sin(x) + " C")', T.DOUBLE),
        ('println("v1=" + x)', None),
        ('println("v1=", millis())', T.INT),
        ('out << "v1=" << millis() << endl', T.INT),
        ('print("v1="); println(5)', None),
        ('s.print("v1="); s.println(5)', T.INT),
        ('s->print("v1="); s->print(5);', T.INT),
        ('s.print(F("v1=")); s.print(5.5)', T.DOUBLE),
        ('s.print("v1="); s.printf("%d", x)', None),
        ('s.print("v1="); s.write("on")', T.STRING),
        ('s.print("v1="); s.flush(5)', None),
        ('s.print("v1="); s.print = (5)', None),
        ('s.print("v1="); s.print[5]', None),
        ('s.print("v1="); delay(5)', None),
        ('s.print("v1="); s,print(5)', None),
        ('s.print("v1="); (5)', None),
        ('s.print("v1=") - 5', None),
        ('s.print("v1=");', None),
        ('s.print("v1=")', None),
        ('s.print("v1="); s.print(x, 2);', T.DOUBLE),
        ('s.print("v1="); s.print(x, y);', None),
        ('s.print("v1="); s.print(x, 2 + y);', None),
        ('s.print("v1="); s.print(sin(x), y);', T.DOUBLE),
        ('s.print("v1="); s.print(millis(), 2);', None),
        ('s.print("v1="); s.print(millis(), 10);', T.INT),
        ('s += "v1="; s += millis();', T.INT),
        ('s += "v1="; s = millis();', None),
        ("Blynk.virtualWrite(V1, millis());", T.INT),
        ('Blynk.virtualWrite(V1, "on");', T.STRING),
        ("Blynk.virtualWrite(V1, 13.4, 52.5);", None),
        ("Blynk.virtualWrite(V1, x);", None),
        ('f((((((((("v1=")))))))), 5)', T.INT),
        ('f(((((((((("v1="))))))))), 5)', None),
    ],
)
def test_the_type_is_guessed_from_what_is_printed(text: str, kind: DatastreamType | None) -> None:
    assert found(text) == [(1, kind)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("f", T.DOUBLE),
        ("g", T.DOUBLE),
        ("d", T.DOUBLE),
        ("i", T.INT),
        ("u", T.INT),
        ("b", T.INT),
        ("w", T.INT),
        ("p", T.INT),
        ("r", T.DOUBLE),
        ("list[3]", T.INT),
        ("list[3], 2", None),
        ("twice", None),
        ("unknown", None),
        ("volts()", T.DOUBLE),
        ("readings.volts()", T.DOUBLE),
        ("sensor->value", None),
        ("i + u", T.INT),
        ("i + 1", T.INT),
        ("i * 0.5", T.DOUBLE),
        ("i * 2f", T.DOUBLE),
        ("i * 1e3", T.DOUBLE),
        ("i + 0xFF", T.INT),
        ("i + unknown", None),
        ("unknown * 5.0", T.DOUBLE),
        ("(i + u) / 2", T.INT),
        ("(i)", T.INT),
        ("(float)i", T.DOUBLE),
        ("(int)f", T.INT),
        ("(int)f * 2.5", T.DOUBLE),
        ("float(i)", T.DOUBLE),
        ("int(f)", T.INT),
        ("int(f) + 1", T.INT),
        ("analogRead(A0)", T.INT),
        ("analogRead(A0) * 5.0 / 1023.0", T.DOUBLE),
        ("map(f, 0.0, 1.0, 0, 100)", T.INT),
        ("dht.readTemperature()", T.DOUBLE),
        ("sensors.getTempCByIndex(0)", T.DOUBLE),
        ("s.toInt()", T.INT),
        ("abs(i)", None),
        ("max(max(i, 1), 2)", None),
        ('i ? "on" : "off"', None),
        ("i < 5", None),
        ("i > 5", None),
        ("!b", None),
        ("i == 5", None),
        ("i != 5", None),
        ("i + " * 11 + "i", T.INT),
        ("i + " * 12 + "i", None),
        ("volts(" + "1" * 9, T.DOUBLE),
        ("volts(5;", T.DOUBLE),
        ('(i + "on")', None),
        ('"on"', T.STRING),
        ("-5", T.INT),
        ("'a'", None),
        ("", None),
    ],
)
def test_the_type_is_that_of_the_expression(value: str, kind: DatastreamType | None) -> None:
    declarations = """
        float f = 1.5 * (2 + 3), g; double d; int i = 0; unsigned long u; bool b; const uint16_t w = 3;
        int *p; float &r = f; int list[5]; float twice; int twice; float volts() { return 1; }
    """
    assert found(f'{declarations} Serial.print("v1="); Serial.print({value});') == [(1, kind)]


@pytest.mark.parametrize(
    ("declaration", "kind"),
    [
        ("int a, b, c, d, e, f, g, x;", T.INT),
        ("int a, b, c, d, e, f, g, h, x;", None),
        ("int a = f(1, 2), x;", T.INT),
        ("int a, float x;", T.DOUBLE),
        ("int a; x;", None),
        ("int a x;", None),
        ("void f(int a, float x) {}", T.DOUBLE),
        ("int = 5, x;", None),
        ("int a = b + c + d + e + f + g + h + i + j + k + l + m + n, x;", None),
        ("float x; float x;", T.DOUBLE),
        ("float x; int x; float x;", None),
    ],
)
def test_several_variables_of_one_declaration_are_known(
    declaration: str, kind: DatastreamType | None
) -> None:
    assert found(f'{declaration} s.print("v1="); s.print(x);') == [(1, kind)]


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        ("%d %d", T.INT),
        ("%d %f", T.DOUBLE),
        ("%f %d %s", T.DOUBLE),
        ("%s %d", T.INT),
        ("%s %s", None),
        ("%d on", None),
        ("%d %f on", None),
    ],
)
def test_a_target_that_is_printed_twice_has_the_type_of_all(kinds: str, kind: DatastreamType | None) -> None:
    text = "\n".join(f'printf("v1={each}");' for each in kinds.split())
    assert found(text) == [(1, kind)]


WHOLE = (
    "int long short byte word bool boolean unsigned size_t time_t "
    "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t"
)
OF_WHOLE = "analogRead digitalRead millis micros random map round lround toInt atoi"
OF_FRACTION = (
    "sin cos tan sqrt pow exp log log10 fabs atof toFloat toDouble "
    "readTemperature readHumidity readPressure readAltitude getTempCByIndex getTempFByIndex"
)


@pytest.mark.parametrize(("names", "kind"), [(WHOLE, T.INT), ("float double", T.DOUBLE)])
def test_every_type_of_numbers_is_known(names: str, kind: DatastreamType) -> None:
    for name in names.split():
        assert found(f'{name} x; s.print("v1="); s.print(x);') == [(1, kind)], name


@pytest.mark.parametrize(("names", "kind"), [(OF_WHOLE, T.INT), (OF_FRACTION, T.DOUBLE)])
def test_what_well_known_functions_return_is_known(names: str, kind: DatastreamType) -> None:
    for name in names.split():
        assert found(f's.print("v1="); s.print({name}(x));') == [(1, kind)], name

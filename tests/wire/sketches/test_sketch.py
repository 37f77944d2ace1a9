"""The datastreams that a sketch seems to print are found, whatever else is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.announced import unit_of
from app.wire.datastreams import Datastream, DatastreamType
from app.wire.sketches.sketch import MOST_DATASTREAMS, datastreams_of

T = DatastreamType


def found(text: str) -> list[tuple[str, DatastreamType | None]]:
    """The targets and the types of what a sketch prints."""
    return [
        (f"ds{each.id}" if each.virtual_pin is None else f"v{each.virtual_pin}", each.type)
        for each in datastreams_of(text)
    ]


def targets(text: str) -> list[str]:
    return [target for target, _ in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        'Serial.print("v1=");',
        'Serial.println("v1=" + String(x));',
        'Serial.printf("v1=%s", x);',
        'Serial.print(F("v1="));',
        'String s = String("v1=") + x;',
        'Serial.print( " v1 = " );',
        'Serial.print("V1=");',
        'Serial1.write("v1=");',
        'out << "v1=" << x;',
        'out += "v1=";',
        'const char *format = "v1=%s";',
        '#define FORMAT "v1=%s"',
        'Serial.print("\\nv1=");',
        'Serial.print(",v1=");',
        "Blynk.virtualWrite(V1, x);",
        "Blynk.virtualWrite(1, x);",
        "#define PIN V1\nBlynk.virtualWrite(PIN, x);",
        "const int PIN = 1;\nBlynk.virtualWrite(PIN, x);",
        "int PIN = 1; Blynk.virtualWrite(PIN, x);",
        'if (a == b) { Serial.print("v1="); }',
        'if (s.startsWith("get")) Serial.print("v1=");',
        'if (s.startsWith("get" { Serial.print("v1=");',
        'if (s.startsWith("get" } Serial.print("v1=");',
        ') Serial.print("v1=");',
    ],
)
def test_a_target_is_found_in_each_way_to_print(text: str) -> None:
    assert targets(text) == ["v1"]


@pytest.mark.parametrize(
    "text",
    [
        '// Serial.print("v1=");',
        '/* Serial.print("v1=");\n*/',
        '#if 0\nSerial.print("v1=");\n#endif',
        'Serial.print("v256=");',
        'Serial.print("v01=");',
        'Serial.print("ds0=");',
        'Serial.print("v1");',
        'Serial.print("v1.label=Air");',
        'Serial.print("# v1=");',
        'Serial.print("pv1=");',
        'Serial.print("temperature v1=");',
        'if (line.startsWith("v1=")) x();',
        'if (strncmp(line, "v1=", 3) == 0) x();',
        'if (line.indexOf(F("v1=")) >= 0) x();',
        'if (line == "v1=") x();',
        'if (line != "v1=") x();',
        "Blynk.virtualWrite(V256, x);",
        "Blynk.virtualWrite(V01, x);",
        "Blynk.virtualWrite(PIN, x);",
        "Blynk.virtualWrite(V1);",
        "BLYNK_WRITE(V1) {}",
        "v1=5;",
        "",
    ],
)
def test_what_is_not_printed_is_not_found(text: str) -> None:
    assert targets(text) == []


def test_every_function_that_prints_or_compares_is_known() -> None:
    for name in ("print", "println", "printf", "write", "concat"):
        assert datastreams_of(f's.print("v1="); s.{name}(5);')[0].type is T.INT, name
    names = "startsWith endsWith indexOf equals strcmp strncmp strstr strtok find"
    for name in names.split():
        assert targets(f'if ({name}(x, "v1=")) y();') == [], name


def test_every_unit_in_a_comment_is_known() -> None:
    units = (
        "% degC degF deg deg/s K V mV uV A mA uA W mW kW W/m2 Wh kWh ohm kohm Mohm Hz kHz MHz Pa hPa kPa bar "
        "mbar lx lux ppm ppb rpm m cm mm um km m2 m3 cm3 s ms us min h m/s km/h m/s2 mm/h l L ml mL l/min "
        "L/min g kg mg ug ug/m3 mg/m3 N J T mT uT dB dBm pH uSv/h"
    )
    for unit in units.split():
        (only,) = datastreams_of(f'print("v1="); // Air ({unit})')
        assert (only.name, only.unit) == ("Air", unit_of(unit)), unit


def test_several_values_of_one_literal_are_found() -> None:
    assert found('printf("v1=%d,v2=%f;v3=on & ds7=4\\nv4=%u\\r\\n v5=\\n", a, b);') == [
        ("v1", T.INT),
        ("v2", T.DOUBLE),
        ("v3", T.STRING),
        ("ds7", T.INT),
        ("v4", T.INT),
        ("v5", None),
    ]
    assert found('Serial.print("v1=,v2="); Serial.print(analogRead(0));') == [("v1", None), ("v2", T.INT)]
    assert targets('print("v1=1,v300=2,v3=3");') == ["v1", "v3"]
    assert targets('print("v1=1v2=2");') == ["v1"]


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ('print("v1="); // Temperature', "Temperature", ""),
        ('print("v1="); /* Temperature */', "Temperature", ""),
        ('print("v1="); //! Air   temperature -->', "Air temperature -->", ""),
        ('print("v1="); ///< Air temperature', "Air temperature", ""),
        ('s.print("v1=");\ns.println(t); // Temperature', "Temperature", ""),
        ('s.print("v1="); // Air\ns.println(t); // Temperature', "Air", ""),
        ('printf("v1=%d",\n x); // Temperature', "", ""),
        ('s.print("v1="); s.print(x +\n y // Temperature', "", ""),
        ('print("v1="); // Temperature (degC)', "Temperature", "°C"),
        ('print("v1="); // Temperature [°C]', "Temperature", "°C"),
        ('print("v1="); // Temperature in degC', "Temperature", "°C"),
        ('print("v1="); // Humidity, %', "Humidity", "%"),
        ('print("v1="); // degC', "", "°C"),
        ('print("v1="); // ug/m3', "", "µg/m³"),
        ('print("v1="); // Temperature (outside)', "Temperature (outside)", ""),
        ('print("v1="); // In the garden', "In the garden", ""),
        ('print("v1="); // Light, raw', "Light, raw", ""),
        ("Blynk.virtualWrite(V1, t); // Temperature", "Temperature", ""),
        ("Blynk.virtualWrite(V1,\n t); // Temperature", "Temperature", ""),
        ('print("v1="); // print("v2=");', "", ""),
        ('print("v1="); // x = 5', "", ""),
        ('print("v1="); // delay(5)', "", ""),
        ('print("v1="); // { }', "", ""),
        ('print("v1="); // TODO calibrate', "", ""),
        ('print("v1="); // FIXME', "", ""),
        ('print("v1="); // see https://example.org', "", ""),
        (f'print("v1="); // {"n" * 40}', "n" * 40, ""),
        (f'print("v1="); // {"n" * 41}', "", ""),
        ('print("v1="); // a\x07b', "", ""),
        ('print("v1="); // ', "", ""),
        ('// Temperature\nprint("v1=");', "", ""),
        ('print("v1="); // x = 5\nprint("v1="); // Air', "Air", ""),
        # Beside several targets, a comment is about none of them.
        ('print("v1="); print("v2="); // Temperature', "", ""),
        ('s.print("v1=");\ns.print(t); print("v2="); // Temperature', "", ""),
        ('print("v1="); print("v1="); // Temperature', "Temperature", ""),
    ],
)
def test_the_name_and_the_unit_are_those_in_the_comment(text: str, name: str, unit: str) -> None:
    first = datastreams_of(text)[0]
    assert (first.name, first.unit) == (name, unit)


def test_the_datastreams_of_a_whole_sketch() -> None:
    text = """
        #include <DHT.h>
        #define LIGHT V3 // virtual pin
        DHT dht(2, DHT22);
        void setup() { Serial.begin(115200); Serial.println(F("# sketch=garden")); }
        void loop() {
          float t = dht.readTemperature();
          Serial.print("v1=");            // Temperature (degC)
          Serial.println(t, 2);
          Serial.print(F("ds7=")); Serial.println(dht.readHumidity()); // Humidity, %
          // Serial.print("v9="); Serial.println(t);
          Blynk.virtualWrite(LIGHT, analogRead(A0)); // Light
          delay(1000);
        }
    """
    assert datastreams_of(text) == (
        Datastream(virtual_pin=1, type=T.DOUBLE, name="Temperature", unit="°C"),
        Datastream(id=7, type=T.DOUBLE, name="Humidity", unit="%"),
        Datastream(virtual_pin=3, type=T.INT, name="Light"),
    )


def test_our_own_sketch_is_understood() -> None:
    path = Path(__file__).parents[3] / "firmware" / "signal_generator" / "signal_generator.ino"
    assert found(path.read_text(encoding="utf-8")) == [
        ("v0", T.DOUBLE),
        ("v1", T.INT),
        ("v2", T.INT),
        ("v3", T.STRING),
    ]


def test_a_define_without_a_value_names_no_pin() -> None:
    assert targets("#define PIN\nV1\nBlynk.virtualWrite(PIN, x);") == []
    assert targets("#undef PIN V1\nBlynk.virtualWrite(PIN, x);") == []
    assert targets("PIN = 1 + 1; Blynk.virtualWrite(PIN, x);") == []
    assert targets("PIN - 1; Blynk.virtualWrite(PIN, x);") == []
    assert targets("#define PIN V1\nint PIN = 2; Blynk.virtualWrite(PIN, x);") == ["v1"]


def test_a_bounded_number_of_datastreams_is_found() -> None:
    text = "\n".join(f'print("ds{number}=");' for number in range(1, 1000))
    assert len(datastreams_of(text + 'printf("ds1=%d");')) == MOST_DATASTREAMS
    assert found(text + 'printf("ds1=%d");')[0] == ("ds1", T.INT)


@pytest.mark.untraced
@pytest.mark.parametrize(
    "piece",
    [
        '"v1=',
        '"v1="<<',
        "/*",
        '"v1=%0',
        '"v1=1,v1=',
        "int a=b,",
        "(",
        "virtualWrite(V1,",
        '"v1=")))',
        "#if 0\n",
    ],
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    """It takes a fraction of a second. If it grew with the square of the length, it would take hours."""
    assert len(datastreams_of(piece * (30_000 // len(piece)))) <= 1
    assert len(datastreams_of(f'"v1={piece[-1] * 30_000}')) <= 1


@given(
    st.text()
    | st.text(alphabet="\"'/*\\\n #if0v1=ds+;()<,%d.V")
    | st.builds('x("v1={}"); // {}'.format, st.text(), st.text())
)
def test_any_text_gives_datastreams(text: str) -> None:
    found = datastreams_of(text)
    assert len({(each.virtual_pin, each.id) for each in found}) == len(found)
    assert all((each.name + each.unit).isprintable() for each in found)

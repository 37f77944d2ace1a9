"""A board announces datastreams in comments; nonsense announces nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.announced import MAX_ANNOUNCED, Announced, datastream_of, unit_of
from app.wire.batches import Intake
from app.wire.datastreams import INT_MAX, Datastream, DatastreamType
from app.wire.readings import Grammar, Verdict

T = DatastreamType


@pytest.mark.parametrize(
    ("line", "datastream"),
    [
        (
            "# datastream v1 double degC Temperature",
            Datastream(virtual_pin=1, type=T.DOUBLE, unit="°C", name="Temperature"),
        ),
        (
            "# datastream v255 int - Air  quality, indoors ",
            Datastream(virtual_pin=255, type=T.INT, name="Air  quality, indoors"),
        ),
        ("#datastream\tds7\tlocation\t-", Datastream(id=7, type=T.LOCATION)),
        ("  #  datastream  V0  string  ", Datastream(virtual_pin=0, type=T.STRING)),
        (
            f"# datastream ds{INT_MAX} enum % - x",
            Datastream(id=INT_MAX, type=T.ENUM, unit="%", name="- x"),
        ),
        (
            "# datastream v1 double °C Größe",
            Datastream(virtual_pin=1, type=T.DOUBLE, unit="°C", name="Größe"),
        ),
        (
            f"# datastream v1 int {'u' * 100} {'n' * 100}",
            Datastream(virtual_pin=1, type=T.INT, unit="u" * 100, name="n" * 100),
        ),
    ],
)
def test_a_comment_announces_a_datastream(line: str, datastream: Datastream) -> None:
    assert datastream_of(line) == datastream


@pytest.mark.parametrize(
    "line",
    [
        "# datastream",
        "# datastream v1",
        "# datastream v1 is broken",
        "# datastream v1 float degC Temperature",
        "# datastream v1 Double degC Temperature",
        "# datastream v256 double degC Temperature",
        "# datastream v01 double",
        "# datastream ds0 double",
        "# datastream ds2147483648 double",
        "# datastream v1.label string - Label",
        "# datastream event.hot string - Hot",
        "# datastream 1 double",
        "# datastream double v1",
        "# datastreams v1 double",
        "# datastream: v1 double",
        "# a datastream v1 double",
        "datastream v1 double",
        "v1=5",
        "# sketch=x version=1",
        "",
        "# datastream v1 int - \x1b[31mred",
        "# datastream v1 int \x07 beep",
        "# datastream v1 int - a\u202eb",
        f"# datastream v1 int {'u' * 101}",
        f"# datastream v1 int - {'n' * 101}",
    ],
)
def test_nonsense_announces_nothing(line: str) -> None:
    assert datastream_of(line) is None


@given(
    st.text()
    | st.builds(
        "# datastream {} {} {} {}".format,
        st.text() | st.sampled_from(["v1", "ds7"]),
        st.text() | st.sampled_from(T),
        st.text(),
        st.text(),
    )
)
def test_any_line_gives_a_datastream_or_none(line: str) -> None:
    found = datastream_of(line)
    assert found is None or (found.type in list(T) and (found.name + found.unit).isprintable())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *(
            ("degC", "°C"),
            ("degF", "°F"),
            ("deg", "°"),
            ("deg/s", "°/s"),
            ("°C", "°C"),
            ("degrees", "degrees"),
        ),
        *(("ohm", "Ω"), ("Ohm", "Ω"), ("ohms", "Ω"), ("kohm", "kΩ"), ("MOhm", "MΩ"), ("uohm", "µΩ")),
        *(("um", "µm"), ("us", "µs"), ("uA", "µA"), ("uV", "µV"), ("uF", "µF"), ("ug", "µg"), ("uL", "µL")),
        *(("ul", "µl"), ("uW", "µW"), ("uT", "µT"), ("uPa", "µPa"), ("uSv/h", "µSv/h"), ("umol", "µmol")),
        *(("uS/cm", "µS/cm"), ("um2", "µm²"), ("ug/m3", "µg/m³"), ("uHz", "µHz"), ("uH", "µH"), ("uJ", "µJ")),
        *(("uN", "µN"), ("uC", "µC"), ("unit", "unit"), ("mu", "mu"), ("u", "u"), ("lux", "lux")),
        *(("m2", "m²"), ("cm3", "cm³"), ("m/s2", "m/s²"), ("W/m2", "W/m²"), ("m20", "m20"), ("m3h", "m3h")),
        *(("percent", "%"), ("%", "%"), ("ppm", "ppm"), ("CO2", "CO2"), ("PM2.5", "PM2.5"), ("V2", "V2")),
        *(("kWh", "kWh"), ("m30", "m30"), ("percents", "percents"), ("ohmic", "ohmic"), ("", "")),
    ],
)
def test_a_unit_in_ascii_is_shown_with_its_signs(written: str, shown: str) -> None:
    assert unit_of(written) == shown


def heard(announced: Announced, *lines: str) -> list[str]:
    """Let a board send comments. Returns the names that are announced then."""
    announced.add([Grammar().judge(line.encode()) for line in lines])
    return [each.name for each in announced.datastreams]


def test_the_last_announcement_for_a_pin_or_an_id_counts_and_the_order_is_kept() -> None:
    announced = Announced()
    assert heard(announced) == []
    assert heard(announced, "# datastream v2 int - two", "v1=5", "# datastream v1 int - one", "# hi") == [
        "two",
        "one",
    ]
    assert heard(announced, "# datastream ds2 int - id", "# datastream v2 double - new two") == [
        "new two",
        "one",
        "id",
    ]
    # What is not a comment announces nothing, even if its text looks so.
    announced.add([Verdict("# datastream v5 int - five", Grammar().judge(b"\xff").kind)])
    assert heard(announced, "# datastream v2 is broken") == ["new two", "one", "id"]


def test_another_sketch_begins_anew_with_its_first_announcement() -> None:
    announced = Announced()
    heard(announced, "# datastream v1 int - one")
    announced.opened()
    assert heard(announced, "v1=5", "# hello") == ["one"]
    assert heard(announced, "# datastream v2 int - two") == ["two"]
    assert heard(announced, "# datastream v3 int - three") == ["two", "three"]


def test_a_board_cannot_announce_without_end() -> None:
    announced = Announced()
    names = heard(announced, *(f"# datastream ds{number} int - {number}" for number in range(1, 1000)))
    assert names == [str(number) for number in range(1, MAX_ANNOUNCED + 1)]
    assert heard(announced, "# datastream ds1 int - new")[0] == "new"


def test_a_plain_block_announces_nothing() -> None:
    intake, announced = Intake(Grammar()), Announced()
    for chunk in (b"# datastream v1 int - one\nv1=1\n", b"v1=2\nv1=3\n"):
        announced.add(intake.feed(chunk, 0).lines)
    assert [each.name for each in announced.datastreams] == ["one"]

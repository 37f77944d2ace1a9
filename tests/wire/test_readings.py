"""The grammar: each rule of the line format, the order of the reasons, and a verdict for any bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.wire.datastreams import (
    INT_MAX,
    Datastream,
    DatastreamType,
    OutOfRange,
    Reason,
    Value,
    is_number,
    sent_as,
)
from app.wire.readings import Grammar, Kind, Verdict

T = DatastreamType
ENTRIES = (
    Datastream(virtual_pin=1, id=7, type=T.INT, min=-40.0, max=85.0),
    Datastream(virtual_pin=2, type=T.DOUBLE, min=0.0, max=1.0, out_of_range=OutOfRange.CLAMP),
    Datastream(virtual_pin=3, type=T.STRING),
    Datastream(virtual_pin=4, type=T.ENUM, values=(1, 2)),
    Datastream(virtual_pin=5, type=T.LOCATION),
    Datastream(virtual_pin=6, type=T.INT, min=-1.5, max=1.5, out_of_range=OutOfRange.CLAMP),
    Datastream(virtual_pin=8, type=T.DOUBLE, max=10.0, out_of_range=OutOfRange.FORWARD),
    Datastream(virtual_pin=9, min=0.2, max=0.8, out_of_range=OutOfRange.CLAMP),
    Datastream(id=10, type=T.INT, max=5.0),
)
FREE = Grammar()
STRICT = Grammar(ENTRIES, reject_unknown=True)
LINES = (
    st.builds(
        bytes.__add__,
        st.sampled_from(b"v1= V2= ds7= v1.label= event.a= event.= v256= ds0= # = v9 v3= v5=".split()),
        st.sampled_from(b"100 -0 1e999 nan 3,14 13.4,52.5 \x00 \xff 0x1F  =1".split(b" "))
        | st.binary(max_size=30)
        | st.text(max_size=30).map(str.encode),
    )
    | st.binary(max_size=60)
    | st.integers(1190, 1210).map(lambda count: b"v1=" + b"1" * count)
)  # fmt: skip


def reason(line: str | bytes, grammar: Grammar = FREE) -> Reason | None:
    verdict = grammar.judge(line if isinstance(line, bytes) else line.encode())
    assert (verdict.kind is Kind.REJECTED) == (verdict.reason is not None)
    return verdict.reason


def accepted(line: str, grammar: Grammar = FREE) -> tuple[str | None, Value | None]:
    verdict = grammar.judge(line.encode())
    assert verdict.kind is Kind.ACCEPTED, verdict
    assert verdict.hint is None
    return verdict.target, verdict.value


@pytest.mark.parametrize(
    ("line", "target", "value"),
    [
        ("v1=100", "v1", 100),
        ("V1=100", "v1", 100),
        ("v0=0", "v0", 0),
        ("v255=1", "v255", 1),
        ("ds7=100", "ds7", 100),
        ("ds2147483647=1", "ds2147483647", 1),
        ("v1.label=Room 12", "v1.label", "Room 12"),
        ("V1.isDisabled=true", "v1.isDisabled", "true"),
        ("v1.a1B2=x", "v1.a1B2", "x"),
        (" \t v1 \t = \t 100 \t ", "v1", 100),
        ("v1=a=b", "v1", "a=b"),
        ("v1==", "v1", "="),
        ("v1=# no comment", "v1", "# no comment"),
        ("v1=007", "v1", 7),
        ("v1=Grüße, 世界", "v1", "Grüße, 世界"),
        ("v1.label=  12.0  ", "v1.label", "12.0"),
        ("event.overheat=Too hot", "event.overheat", "Too hot"),
        (" event.A_9 = 12 ", "event.A_9", "12"),
        ("event.nan=nan", "event.nan", "nan"),
        ("event.v1=a,v1=2", "event.v1", "a,v1=2"),
        ("event." + "x" * 64 + "=y", "event." + "x" * 64, "y"),
        ("event.hot=" + "a" * 300, "event.hot", "a" * 300),
        ("event.hot=" + "é" * 300, "event.hot", "é" * 300),
        ("event.hot=" + "🔥" * 290, "event.hot", "🔥" * 290),
    ],
)
def test_assignments(line: str, target: str, value: Value) -> None:
    assert accepted(line) == (target, value)


@pytest.mark.parametrize("line", ["# anything", "#", "  # v1=1", "\t#v256=1", "#é"])
def test_comments(line: str) -> None:
    assert FREE.judge(line.encode()) == Verdict(line, Kind.COMMENT)


@pytest.mark.parametrize("line", ["", " ", "\t", " \t \t"])
def test_blank_lines(line: str) -> None:
    assert FREE.judge(line.encode()) == Verdict(line, Kind.BLANK)


@pytest.mark.parametrize("white", ["\x0b", "\x0c", "\xa0", "\u2003", "\ufeff", "\x1c", "\x85", "\r"])
def test_white_space_is_space_and_tab_and_nothing_else(white: str) -> None:
    assert reason(white) is Reason.NO_ASSIGNMENT
    assert reason(f"{white}v1=1") is Reason.WRONG_PIN
    assert reason(f"{white}# x") is Reason.NO_ASSIGNMENT
    assert reason(f"v1=1{white}", STRICT) is Reason.NOT_AN_INTEGER


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("v1", Reason.NO_ASSIGNMENT),
        ("v1: 100", Reason.NO_ASSIGNMENT),
        ("ds0=1", Reason.WRONG_DATASTREAM_ID),
        ("ds=1", Reason.WRONG_DATASTREAM_ID),
        ("dsx=1", Reason.WRONG_DATASTREAM_ID),
        ("ds07=1", Reason.WRONG_DATASTREAM_ID),
        ("ds+7=1", Reason.WRONG_DATASTREAM_ID),
        ("ds 7=1", Reason.WRONG_DATASTREAM_ID),
        ("ds7x=1", Reason.WRONG_DATASTREAM_ID),
        ("ds2147483648=1", Reason.WRONG_DATASTREAM_ID),
        ("ds99999999999=1", Reason.WRONG_DATASTREAM_ID),
        ("ds٣=1", Reason.WRONG_DATASTREAM_ID),
        ("ds0.label=x", Reason.WRONG_DATASTREAM_ID),
        ("v1.=x", Reason.WRONG_PROPERTY),
        ("v1.5=1", Reason.WRONG_PROPERTY),
        ("v1.a_b=1", Reason.WRONG_PROPERTY),
        ("v1.a.b=1", Reason.WRONG_PROPERTY),
        ("v1. label=1", Reason.WRONG_PROPERTY),
        ("v1.é=1", Reason.WRONG_PROPERTY),
        ("ds7.label=x", Reason.WRONG_PROPERTY),
        ("ds7.=x", Reason.WRONG_PROPERTY),
        ("event.=x", Reason.WRONG_EVENT),
        ("event. hot=x", Reason.WRONG_EVENT),
        ("event.too hot=x", Reason.WRONG_EVENT),
        ("event.a.b=x", Reason.WRONG_EVENT),
        ("event.a-b=x", Reason.WRONG_EVENT),
        ("event.é=x", Reason.WRONG_EVENT),
        ("event." + "x" * 65 + "=y", Reason.WRONG_EVENT),
        ("event=x", Reason.WRONG_PIN),
        ("event .hot=x", Reason.WRONG_PIN),
        ("Event.hot=x", Reason.WRONG_PIN),
        ("events.hot=x", Reason.WRONG_PIN),
        ("v256=1", Reason.WRONG_PIN),
        ("v999=1", Reason.WRONG_PIN),
        ("v01=1", Reason.WRONG_PIN),
        ("v00=1", Reason.WRONG_PIN),
        ("v-1=1", Reason.WRONG_PIN),
        ("v+1=1", Reason.WRONG_PIN),
        ("v1x=1", Reason.WRONG_PIN),
        ("x=1", Reason.WRONG_PIN),
        ("=1", Reason.WRONG_PIN),
        ("v=1", Reason.WRONG_PIN),
        ("v 1=1", Reason.WRONG_PIN),
        ("v1 .label=x", Reason.WRONG_PIN),
        ("v256.label=x", Reason.WRONG_PIN),
        ("v1x.label=x", Reason.WRONG_PIN),
        ("DS7=1", Reason.WRONG_PIN),
        ("Ds7=1", Reason.WRONG_PIN),
        ("v١=1", Reason.WRONG_PIN),
        ("v1=", Reason.EMPTY_VALUE),
        ("ds7= \t ", Reason.EMPTY_VALUE),
        ("v1.label=", Reason.EMPTY_VALUE),
        ("event.hot= ", Reason.EMPTY_VALUE),
        ("v1=a\tb", Reason.CONTROL_CHARACTER),
        ("v1=a\x7fb", Reason.CONTROL_CHARACTER),
        ("v1=a\u0085b", Reason.CONTROL_CHARACTER),
        ("v1.label=a\x00", Reason.CONTROL_CHARACTER),
        ("event.hot=a\tb", Reason.CONTROL_CHARACTER),
        ("v1=nan", Reason.NOT_A_NUMBER),
        ("v1=-INF", Reason.NOT_A_NUMBER),
        ("v1=ovf", Reason.NOT_A_NUMBER),
        ("v1=1e999", Reason.NOT_A_NUMBER),
        ("v1=" + "a" * 1025, Reason.VALUE_TOO_LONG),
        ("v1.label=" + "é" * 513, Reason.VALUE_TOO_LONG),
        ("event.hot=" + "a" * 301, Reason.VALUE_TOO_LONG),
        ("event.hot=" + "é" * 301, Reason.VALUE_TOO_LONG),
    ],
)
def test_rejections_without_a_bench_file(line: str, expected: Reason) -> None:
    assert reason(line) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("v77=1", Reason.UNKNOWN_PIN),
        ("ds77=1", Reason.UNKNOWN_PIN),
        ("v77.label=x", Reason.UNKNOWN_PIN),
        ("v10=1", Reason.UNKNOWN_PIN),  # pin 10 and id 10 are different datastreams
        ("v1=100.0", Reason.NOT_AN_INTEGER),
        ("ds7=1e1", Reason.NOT_AN_INTEGER),
        ("v4=one", Reason.NOT_AN_INTEGER),
        ("v2=3,14", Reason.NOT_A_NUMBER),
        ("v2=0x10", Reason.NOT_A_NUMBER),
        ("v5=13.4 52.5", Reason.NOT_A_LOCATION),
        ("v1=86", Reason.OUT_OF_RANGE),
        ("ds7=-41", Reason.OUT_OF_RANGE),
        ("v4=3", Reason.OUT_OF_RANGE),
        ("v5=181,0", Reason.OUT_OF_RANGE),
        ("v6=2147483648", Reason.OUT_OF_RANGE),  # a number of more than 32 bits is rejected even with clamp
        ("ds10=6", Reason.OUT_OF_RANGE),
        ("v3=" + "a" * 1025, Reason.VALUE_TOO_LONG),
    ],
)
def test_rejections_with_a_bench_file(line: str, expected: Reason) -> None:
    assert reason(line, STRICT) is expected


# Each line has the mistake of its reason, and all mistakes of later reasons that can be combined with it.
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"\xff" * 1201, Reason.TOO_LONG),
        (b" " * 1201, Reason.TOO_LONG),
        (b"#" * 1201, Reason.TOO_LONG),
        (b"# \xff", Reason.BAD_ENCODING),
        (b" \xff", Reason.BAD_ENCODING),
        (b"ds0 \xc3", Reason.BAD_ENCODING),
        (b"v1=\xed\xa0\x80", Reason.BAD_ENCODING),
        (b"ds0.x", Reason.NO_ASSIGNMENT),
        (b"v256.", Reason.NO_ASSIGNMENT),
        (b"event.", Reason.NO_ASSIGNMENT),
        (b"event.=", Reason.WRONG_EVENT),
        (b"event.hot=", Reason.EMPTY_VALUE),
        (b"event.hot=\x00" + b"a" * 400, Reason.CONTROL_CHARACTER),
        (b"ds0.5=", Reason.WRONG_DATASTREAM_ID),
        (b"ds77.label=", Reason.WRONG_PROPERTY),
        (b"v77.5=", Reason.WRONG_PROPERTY),
        (b"v256.5=", Reason.WRONG_PIN),
        (b"v256=", Reason.WRONG_PIN),
        (b"v77=", Reason.UNKNOWN_PIN),
        (b"v77=\x00", Reason.UNKNOWN_PIN),
        (b"v1=", Reason.EMPTY_VALUE),
        (b"v3=\x00" + b"a" * 1100, Reason.CONTROL_CHARACTER),
        (b"v1.label=\x00" + b"a" * 1100, Reason.CONTROL_CHARACTER),
        (b"v1=" + b"9" * 1100 + b".", Reason.NOT_AN_INTEGER),
        (b"v2=" + b"9" * 1100, Reason.NOT_A_NUMBER),
        (b"v5=999,99999,", Reason.NOT_A_LOCATION),
        (b"v1=" + b"9" * 1100, Reason.OUT_OF_RANGE),
    ],
)
def test_the_order_of_the_reasons(line: bytes, expected: Reason) -> None:
    assert reason(line, STRICT) is expected


def test_reasons_are_in_the_order_of_the_line_format() -> None:
    assert [*Reason] == [
        "too_long", "bad_encoding", "no_assignment", "wrong_datastream_id", "wrong_property", "wrong_event",
        "wrong_pin", "unknown_pin", "too_many_datastreams", "empty_value", "control_character",
        "not_an_integer", "not_a_number", "not_a_location", "out_of_range", "value_too_long",
    ]  # fmt: skip
    assert [*Kind] == ["accepted", "rejected", "comment", "blank", "partial"]


def test_a_line_of_1200_bytes_is_not_too_long() -> None:
    assert reason(b"v1=1" + b" " * 1196) is None
    assert reason(b"v1=1" + b" " * 1197) is Reason.TOO_LONG
    assert len(FREE.judge(b"\xff" + b"a" * 5000).text) == 1200


def test_unreadable_bytes_become_replacement_characters() -> None:
    assert FREE.judge(b"v1=\xff").text == "v1=\ufffd"


def test_a_pin_and_its_id_are_one_datastream() -> None:
    assert STRICT.datastream("v1") is STRICT.datastream("ds7") is STRICT.datastream("v1.label") is ENTRIES[0]
    assert STRICT.datastream("v10") is None
    assert FREE.datastream("v1") is None
    assert accepted("ds7=85", STRICT) == ("ds7", 85)


def test_a_property_is_a_string_whatever_its_datastream() -> None:
    assert accepted("v1.label=1000", STRICT) == ("v1.label", "1000")
    assert accepted("v1.min=nan", STRICT) == ("v1.min", "nan")
    assert STRICT.judge(b"v1.label=1000").type is T.STRING


def test_an_event_needs_no_entry_in_the_bench_file() -> None:
    assert accepted("event.v77=x", STRICT) == ("event.v77", "x")
    assert STRICT.judge(b"event.hot=5").type is T.STRING


def test_unknown_pins_are_accepted_unless_the_device_rejects_them() -> None:
    assert accepted("v77=1", Grammar(ENTRIES)) == ("v77", 1)


@pytest.mark.parametrize(
    ("line", "value", "said", "kind"),
    [
        (b"v2=1.5", 1.0, 1.5, T.DOUBLE),
        (b"v2=-7", 0.0, -7.0, T.DOUBLE),
        (b"v2=0.5", 0.5, None, T.DOUBLE),
        (b"v6=7", 1, 7, T.INT),
        (b"v6=-7", -1, -7, T.INT),
        (b"v8=11", 11.0, None, T.DOUBLE),
        (b"v9=7", 0.8, 7, T.DOUBLE),
        (b"v9=-7.5", 0.2, -7.5, T.DOUBLE),
        (b"v9=text", "text", None, T.STRING),
        (b"v5=-180,90", (-180.0, 90.0), None, T.LOCATION),
    ],
)
def test_a_clamped_number_keeps_what_the_board_wrote(
    line: bytes, value: Value, said: Value | None, kind: DatastreamType
) -> None:
    verdict = STRICT.judge(line)
    assert (verdict.kind, verdict.value, verdict.said, verdict.type) == (Kind.ACCEPTED, value, said, kind)
    assert type(verdict.value) is type(value)


@pytest.mark.parametrize("line", ["v1=1", "v1=-0.5", "v7=.5", "ds7=12", "  V1 = 5 ", "# boot", "v99=3e5"])
def test_a_first_line_counts_if_it_is_a_comment_or_assigns_a_number(line: str) -> None:
    grammar = Grammar(ENTRIES[1:])
    assert grammar.judge_first(line.encode()) == grammar.judge(line.encode())
    assert grammar.judge_first(line.encode()).kind is not Kind.PARTIAL


@pytest.mark.parametrize("line", ["v1=100", "v1=5.5", "v77=1", "v4=3", "v2=1e999", "v5=5", "ds10=6"])
def test_a_first_line_with_a_rejected_number_counts_too(line: str) -> None:
    verdict = STRICT.judge_first(line.encode())
    assert verdict.kind is Kind.REJECTED
    assert verdict == STRICT.judge(line.encode())


@pytest.mark.parametrize(
    "line",
    [
        b"", b" ", b"v1", b"1=100", b"=100", b"v1=", b"v1=nan", b"v1=hello", b"v3=100", b"v3=hello",
        b"v1.label=12", b"v77.label=12", b"v5=13.4,52.5", b"v5=999,0", b"v1=10v1=100", b"v1=3,14",
        b"event.hot=5", b"event.hot=Too hot", b"v256=1", b"\xff\xfe", b"s7=1", b"x" * 1201, b"v1=1\xff",
    ],
)  # fmt: skip
def test_any_other_first_line_is_partial(line: bytes) -> None:
    verdict = STRICT.judge_first(line)
    assert verdict == Verdict(STRICT.judge(line).text, Kind.PARTIAL, is_first=bool(line.strip()))
    assert bool(verdict.hint) == verdict.is_first


@pytest.mark.parametrize(
    "line", [b"v1=100", b"ds7=85", b"v3=hello", b"v5=13.4,52.5", b"v1.label=Room 12", b"# boot"]
)
def test_a_line_without_its_end_never_gives_a_value(line: bytes) -> None:
    for end in range(len(line) + 1):
        verdict = STRICT.judge_rest(line[:end])
        assert verdict == Verdict(line[:end].decode(), Kind.PARTIAL)


@given(LINES)
@example(b"")
@example(b"v1=\x00")
@example("ds²=1".encode())
@pytest.mark.parametrize("grammar", [FREE, STRICT], ids=["free", "strict"])
def test_any_bytes_get_one_verdict_and_never_an_exception(grammar: Grammar, line: bytes) -> None:
    verdict = grammar.judge(line)
    has_value = verdict.target is not None and verdict.value is not None and verdict.type is not None
    assert (verdict.kind is Kind.ACCEPTED) == has_value
    assert (verdict.kind is Kind.REJECTED) == (verdict.reason is not None)
    assert bool(verdict.hint) == (verdict.kind is Kind.REJECTED or verdict.is_doubtful)
    assert verdict.kind is not Kind.PARTIAL
    assert verdict.kind is not Kind.ACCEPTED or not line.strip(b" \t").startswith(b"#")
    assert grammar.judge_first(line).kind in (verdict.kind, Kind.PARTIAL)
    assert grammar.judge_rest(line).kind is Kind.PARTIAL
    assert grammar.judge_rest(line).value is None


@given(st.integers(0, 255), st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**31), INT_MAX))
def test_a_number_as_it_is_sent_is_judged_as_the_same_number(pin: int, number: float) -> None:
    verdict = FREE.judge(f"v{pin}={sent_as(number)}".encode())
    assert (verdict.target, verdict.value) == (f"v{pin}", number)


@given(st.from_regex(r"[+-]?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_every_number_of_the_grammar_is_pythons_number(text: str) -> None:
    assert is_number(text)
    assert accepted(f"v1={text}") == ("v1", float(text))


def test_grammars_with_equal_rules_are_equal() -> None:
    entry = Datastream(virtual_pin=1, min=0.0)
    same = [Grammar([entry], reject_unknown=True), Grammar(iter([entry]), reject_unknown=True)]
    assert same[0] == same[1]
    assert len({*same, Grammar([entry]), Grammar([]), Grammar()}) == 3
    assert {same[0].judge(b"x=1"), same[1].judge(b"x=1")} == {same[0].judge(b"x=1")}
    assert same[0] != "a grammar"

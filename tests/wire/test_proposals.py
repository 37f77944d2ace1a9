"""A line in a hint is one that the grammar accepts, with the pin and the number that the sketch printed."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.datastreams import Datastream, DatastreamType, OutOfRange
from app.wire.readings import Grammar, Kind
from tests.wire.test_bad_input import HOSTILE, NEARLY

GRAMMARS = {
    "free": Grammar(),
    "typed": Grammar(
        [
            Datastream(virtual_pin=1, type=DatastreamType.INT),
            Datastream(virtual_pin=2, id=9, type=DatastreamType.DOUBLE, name="Humidity"),
            Datastream(virtual_pin=3, type=DatastreamType.LOCATION),
            Datastream(virtual_pin=4, type=DatastreamType.ENUM, values=(5, 7)),
            Datastream(virtual_pin=5, type=DatastreamType.STRING),
            Datastream(virtual_pin=6, type=DatastreamType.DOUBLE, min=200.0, max=300.0),
            Datastream(id=7, min=0.0, max=50.0, out_of_range=OutOfRange.CLAMP),
            Datastream(virtual_pin=8, type=DatastreamType.INT, scale=3.0, offset=1.0, min=500.0, max=550.0),
        ]
    ),
    "strict": Grammar(
        [Datastream(virtual_pin=6, min=200.0, max=300.0), Datastream(id=7)], reject_unknown=True
    ),
    "nothing": Grammar(reject_unknown=True),
}


class Said(NamedTuple):
    """A number as a sketch with a mistake prints it."""

    text: str
    number: float


def proposals(line: bytes, grammar: Grammar) -> list[str]:
    """The lines in the hint for `line`, also those that are only examples."""
    hint = grammar.judge(line).hint
    if hint is None:
        return []
    shown = [hint.params.get("line"), *(hint.params.get("lines") or ())]  # type: ignore[misc]
    return [str(line) for line in shown if line and "=" in str(line)]


def assert_accepted(line: bytes, name: str) -> None:
    for proposal in proposals(line, GRAMMARS[name]):
        verdict = GRAMMARS[name].judge(proposal.encode())
        assert (verdict.kind, verdict.hint) == (Kind.ACCEPTED, None), proposal


@pytest.mark.parametrize("name", [name for name in GRAMMARS if name != "nothing"])
@given(line=NEARLY)
def test_what_a_hint_for_almost_a_line_shows_is_accepted(name: str, line: bytes) -> None:
    for part in line.splitlines():
        assert_accepted(part, name)


@pytest.mark.parametrize("name", [name for name in GRAMMARS if name != "nothing"])
def test_what_a_hint_for_hostile_bytes_shows_is_accepted(name: str) -> None:
    for line in b"\n".join(HOSTILE.values()).split(b"\n"):
        assert_accepted(line[:1201], name)


def test_a_grammar_that_accepts_no_pin_at_all_still_gives_hints() -> None:
    for line in (b"V1: 5", b"hello", b"v1.=x", b"ds0=1", b"23.5", b"temp=5", b"V1", b"1 2", b"v01=5"):
        assert str(GRAMMARS["nothing"].judge(line).hint)


NUMBERS = (Said("5", 5), Said("23.5", 23.5), Said("-0.25", -0.25), Said("1e-3", 0.001), Said("+12.", 12))
AFTER = (
    "",
    ";",
    ",",
    " C",
    "C",
    " °C",
    "%",
    " // x",
    " # 3 x",
    " (ok)",
    " m/s2",
    "\u00a0V",
    "\xad",
    "\x1b[0m",
    ' "',
)
BEFORE = ("", "\ufeff", "\u200b", "\u00a0", "15:02:11.123 -> ", "I (1234) main: ", "\x1b[0;32m", "[", "x;")
NAMES = (
    "v7={}",
    "V7: {}",
    "v07 : {}",
    "v07={}",
    "v 7 = {}",
    "pin 7={}",
    "V7 {}",
    "v7=={}",
    "7={}",
)
WRITTEN = (
    *NUMBERS,
    *(Said("3,14", 3.14), Said("1,234.5", 1234.5), Said("1_000", 1000), Said("0x1F", 31), Said("-0b11", -3)),
    *(
        Said('"23.5"', 23.5),
        Said("(4.5)", 4.5),
        Said("\u22125", -5),
        Said("\uff11\uff12", 12),
        Said("- 5", -5),
    ),
)


@pytest.mark.parametrize(("name", "said"), [*itertools.product(NAMES, WRITTEN)])
def test_every_mistake_alone_and_with_others_is_repaired(name: str, said: Said) -> None:
    """Each form of the name with each form of the number, one thing before them, and one thing after them."""
    # A prefix is recognised only before a name and an equals sign.
    for before, after in itertools.product(BEFORE if name.startswith("v7=") else ("",), AFTER):
        if said.text == "0x1F" and after == "C":
            # That is another number, 0x1FC.
            continue
        line = before + name.format(said.text) + after
        verdict = GRAMMARS["free"].judge(line.encode())
        if verdict.kind is Kind.ACCEPTED and verdict.hint is None:
            assert (verdict.target, verdict.value) == ("v7", said.number), line
            continue
        (proposal,) = proposals(line.encode(), GRAMMARS["free"])
        meant = GRAMMARS["free"].judge(proposal.encode())
        assert (meant.kind, meant.hint) == (Kind.ACCEPTED, None), line
        assert (meant.target, meant.value) == ("v7", said.number), line


@given(
    st.lists(st.tuples(st.integers(0, 255), st.sampled_from(NUMBERS)), min_size=2, max_size=5),
    st.sampled_from([", ", ",", ";", " ; ", " ", "\t", "&", " | "]),
    st.sampled_from(["v{}={}", "V{}: {}", "V{}:{}", "v{} = {} V"]),
)
def test_each_of_several_values_gets_a_line_of_its_own(
    values: list[tuple[int, Said]], separator: str, form: str
) -> None:
    line = separator.join(form.format(pin, said.text) for pin, said in values)
    shown = proposals(line.encode(), GRAMMARS["free"])
    assert len(shown) == 2
    for proposal, (pin, said) in zip(shown, values, strict=False):
        verdict = GRAMMARS["free"].judge(proposal.encode())
        assert (verdict.target, verdict.value, verdict.hint) == (f"v{pin}", said.number, None)


@given(st.text(max_size=30).filter(lambda text: "=" not in text), st.sampled_from(NUMBERS))
def test_any_line_with_a_value_keeps_its_number(before: str, said: Said) -> None:
    """Whatever is before an assignment, a hint shows its pin and its number, or no line at all."""
    line = f"{before} -> v8={said.text};".encode()
    hint = GRAMMARS["free"].judge(line).hint
    if hint and hint.code in ("hint_prefix", "hint_invisible", "hint_escape_sequence"):
        assert proposals(line, GRAMMARS["free"])[0].startswith("v8=")
        verdict = GRAMMARS["free"].judge(proposals(line, GRAMMARS["free"])[0].encode())
        assert verdict.value == said.number

"""A verdict for each line of a file, as JSON and as text."""

from __future__ import annotations

import io

import pytest

from app.commands.checking import as_json, in_words, verdicts
from app.messages.message import Message
from app.wire.datastreams import Datastream, DatastreamType, OutOfRange
from app.wire.readings import Grammar, Kind, Verdict

CLAMPING = Datastream(
    virtual_pin=1, type=DatastreamType.DOUBLE, min=0.0, max=1.5, out_of_range=OutOfRange.CLAMP
)
VOLTS = Datastream(virtual_pin=3, unit="V", scale=0.0048828125, max=4.0, out_of_range=OutOfRange.CLAMP)
PLAIN = Datastream(virtual_pin=4, offset=-1.0)
GRAMMAR = Grammar([CLAMPING, VOLTS, PLAIN])


class Chunks(io.BytesIO):
    """A file that notes the sizes that are passed to `read`."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked = set[int | None]()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.add(size)
        return super().read(size)


def test_a_file_is_read_in_pieces_and_its_last_line_counts() -> None:
    count = 30_000
    file = Chunks(b"".join(b"v2=%d\r\n" % number for number in range(count)) + b"v2=last\n\nv2=no end")
    found = list(verdicts(file, GRAMMAR))
    assert [verdict.value for verdict in found[:count]] == list(range(count))
    assert [(verdict.kind, verdict.text) for verdict in found[count:]] == [
        (Kind.ACCEPTED, "v2=last"),
        (Kind.BLANK, ""),
        (Kind.ACCEPTED, "v2=no end"),
    ]
    assert file.asked == {65536}
    assert list(verdicts(io.BytesIO(b"v2=1\n"), GRAMMAR)) == [GRAMMAR.judge(b"v2=1")]
    assert list(verdicts(io.BytesIO(b""), GRAMMAR)) == []


def judged(line: bytes) -> Verdict:
    (verdict,) = verdicts(io.BytesIO(line), GRAMMAR)
    return verdict


HINT = judged(b"v1=nan").hint
UNIT = "the unit is not part of the value: write only "
assert HINT


@pytest.mark.parametrize(
    ("line", "entry", "words"),
    [
        (
            b" v2 = 1 ",
            {"text": " v2 = 1 ", "verdict": "accepted", "target": "v2", "value": 1, "type": "int"},
            "7: accepted: v2 = 1",
        ),
        (b"# hi", {"text": "# hi", "verdict": "comment"}, "7: comment: # hi"),
        (
            b"v1=2",
            {
                "text": "v1=2",
                "verdict": "accepted",
                "target": "v1",
                "value": 1.5,
                "type": "double",
                "said": 2.0,
            },
            "7: accepted: v1=2\n    clamped to 1.5",
        ),
        (
            b"v1=-2",
            {
                "text": "v1=-2",
                "verdict": "accepted",
                "target": "v1",
                "value": 0.0,
                "type": "double",
                "said": -2.0,
            },
            "7: accepted: v1=-2\n    clamped to 0",
        ),
        (
            b"v3=512",
            {
                "text": "v3=512",
                "verdict": "accepted",
                "target": "v3",
                "value": 2.5,
                "type": "double",
                "said": 512,
            },
            "7: accepted: v3=512\n    512 → 2.5 V by scale and offset",
        ),
        (
            b"v3=1024",
            {
                "text": "v3=1024",
                "verdict": "accepted",
                "target": "v3",
                "value": 4.0,
                "type": "double",
                "said": 1024,
            },
            "7: accepted: v3=1024\n    1024 → 5 V by scale and offset, clamped to 4 V",
        ),
        (
            b"v4=1",
            {
                "text": "v4=1",
                "verdict": "accepted",
                "target": "v4",
                "value": 0,
                "type": "int",
                "said": 1,
            },
            "7: accepted: v4=1\n    1 → 0 by scale and offset",
        ),
        (
            b"v1=nan",
            {
                "text": "v1=nan",
                "verdict": "rejected",
                "reason": "not_a_number",
                "hint": str(HINT),
                "hint_code": HINT.code,
            },
            f"7: rejected: v1=nan\n    not_a_number: {HINT}",
        ),
        (
            b"v2=5 C",
            {
                "text": "v2=5 C",
                "verdict": "accepted",
                "target": "v2",
                "value": "5 C",
                "type": "string",
                "hint": f"{UNIT}v2=5",
                "hint_code": "hint_unit",
            },
            f"7: accepted: v2=5 C\n    kept as a text, not as a number: {UNIT}v2=5",
        ),
    ],
)
def test_a_verdict_as_json_and_as_text(line: bytes, entry: dict[str, object], words: str) -> None:
    verdict = judged(line)
    assert as_json(7, verdict) == {"line": 7, **entry}
    assert in_words(7, verdict) == words


def test_a_first_line_from_a_port_has_its_hint_too() -> None:
    verdict = GRAMMAR.judge_first(b"v2=on")
    hint = (
        "a reset may have cut the first line after the port was opened: "
        "texts count only from the second line on"
    )
    entry = {"line": 1, "text": "v2=on", "verdict": "partial", "hint": hint, "hint_code": "hint_first_line"}
    assert as_json(1, verdict) == entry
    assert in_words(1, verdict) == f"1: partial: v2=on\n    {hint}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_byte_order_mark_says_how_a_file_is_read(encoding: str) -> None:
    text = "v1=1\r\nv2=温度 é😀\r\n" * 9000 + "v1=1.5"
    mark = "" if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff"
    found = list(verdicts(io.BytesIO((mark + text).encode(encoding)), GRAMMAR))
    assert [verdict.text for verdict in found] == text.split("\r\n")
    assert {verdict.kind for verdict in found} == {Kind.ACCEPTED}


def test_a_file_in_utf_16_that_is_cut_keeps_its_lines() -> None:
    cut = "v1=1\nv1=1\n".encode("utf-16")[:-1]
    assert [verdict.text for verdict in verdicts(io.BytesIO(cut), GRAMMAR)] == ["v1=1", "v1=1\ufffd"]


def test_utf_16_without_a_mark_is_named() -> None:
    found = list(verdicts(io.BytesIO("v1=1\r\nv1=2\r\n".encode("utf-16-le")), GRAMMAR))
    assert {verdict.kind for verdict in found} == {Kind.REJECTED}
    assert found[0].hint == found[2].hint == Message("hint_utf16")

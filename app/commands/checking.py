"""Judges each line of a file for `pinbridge check`, and formats the verdicts.

Invariants: the first and the last line of a file count as complete, unlike those read from a running board.
Memory use does not grow with the file. A byte-order mark is no part of the first line: it says in which
encoding the file is, and files in UTF-16 and UTF-32 are read as their text in UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO

from app.messages.languages import text, text_of
from app.messages.visible import visible
from app.wire.datastreams import Value, sent_as
from app.wire.lines import LineSplitter, split_block
from app.wire.readings import Grammar, Kind, Verdict

_CHUNK_BYTES = 65536
_CODES = {
    Kind.ACCEPTED: "check_accepted",
    Kind.REJECTED: "check_rejected",
    Kind.COMMENT: "check_comment",
    Kind.BLANK: "check_blank",
    Kind.PARTIAL: "check_partial",
}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    # These come before UTF-16, because the mark of UTF-32 begins with that of UTF-16.
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte-order marks, and the encodings of the text after them."""


def verdicts(file: BinaryIO, grammar: Grammar) -> Iterator[Verdict]:
    """Yield a verdict for each line of `file`, in order."""
    splitter = LineSplitter()
    for chunk in _in_utf8(file):
        yield from map(grammar.judge, split_block(splitter.feed(chunk)))
    if rest := splitter.close():
        yield grammar.judge(rest)


def _in_utf8(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of `file`, or its text in UTF-8 if a byte-order mark names another encoding."""
    chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
    first = next(chunks, b"")
    mark = next(filter(first.startswith, _MARKS), b"")
    encoding = _MARKS.get(mark, "utf-8")
    yield first[len(mark) :] if encoding == "utf-8" else b""
    if encoding == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in (first[len(mark) :], *chunks):
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def as_json(number: int, verdict: Verdict) -> dict[str, Any]:
    """The verdict on line `number`, as `check --json` prints it."""
    entry: dict[str, Any] = {"line": number, "text": verdict.text, "verdict": verdict.kind}
    if verdict.kind is Kind.ACCEPTED:
        entry |= {"target": verdict.target, "value": verdict.value, "type": verdict.type}
        if verdict.said is not None:
            entry["said"] = verdict.said
    if verdict.reason:
        entry["reason"] = verdict.reason
    if verdict.hint:
        entry |= {"hint": str(verdict.hint), "hint_code": verdict.hint.code}
    return entry


def in_words(number: int, verdict: Verdict) -> str:
    """The verdict on line `number`, as `check` prints it without `--json`."""
    shown = text(_CODES[verdict.kind], number=number, line=visible(verdict.text.strip()))
    if verdict.hint and verdict.reason:
        return f"{shown}\n    {verdict.reason}: {text_of(verdict.hint)}"
    if verdict.hint and verdict.kind is Kind.ACCEPTED:
        return f"{shown}\n    {text('check_kept_as_text', hint=verdict.hint)}"
    if verdict.hint:
        return f"{shown}\n    {text_of(verdict.hint)}"
    if verdict.said is not None and verdict.value is not None:
        return f"{shown}\n    {_changed(verdict.said, verdict.value, verdict)}"
    return shown


def _changed(said: Value, value: Value, verdict: Verdict) -> str:
    """How `value` came from the number that the board `said`, by scale and offset or by the range."""
    if verdict.scaled is None:
        return text("check_clamped", value=sent_as(value))
    unit = f" {visible(verdict.unit)}" if verdict.unit else ""
    before, scaled, after = sent_as(said), f"{sent_as(verdict.scaled)}{unit}", f"{sent_as(value)}{unit}"
    if not verdict.is_clamped:
        return text("check_scaled", said=before, value=after)
    return text("check_scaled_clamped", said=before, scaled=scaled, value=after)

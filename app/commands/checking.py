"""Judges each line of a file for `pinbridge check`, and formats the verdicts.

Invariants: the first and the last line of a file count as complete, unlike those read from a running board.
Memory use does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from app.messages.languages import text, text_of
from app.wire.datastreams import sent_as
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


def verdicts(file: BinaryIO, grammar: Grammar) -> Iterator[Verdict]:
    """Yield a verdict for each line of `file`, in order."""
    splitter = LineSplitter()
    while chunk := file.read(_CHUNK_BYTES):
        yield from map(grammar.judge, split_block(splitter.feed(chunk)))
    if rest := splitter.close():
        yield grammar.judge(rest)


def as_json(number: int, verdict: Verdict) -> dict[str, Any]:
    """The verdict on line `number`, as `check --json` prints it."""
    entry: dict[str, Any] = {"line": number, "text": verdict.text, "verdict": verdict.kind}
    if verdict.kind is Kind.ACCEPTED:
        entry |= {"target": verdict.target, "value": verdict.value, "type": verdict.type}
        if verdict.said is not None:
            entry["said"] = verdict.said
    if verdict.hint:
        entry |= {"reason": verdict.reason, "hint": str(verdict.hint), "hint_code": verdict.hint.code}
    return entry


def in_words(number: int, verdict: Verdict) -> str:
    """The verdict on line `number`, as `check` prints it without `--json`."""
    shown = text(_CODES[verdict.kind], number=number, line=verdict.text.strip())
    if verdict.hint:
        return f"{shown}\n    {verdict.reason}: {text_of(verdict.hint)}"
    if verdict.said is not None and verdict.value is not None:
        return f"{shown}\n    {text('check_clamped', value=sent_as(verdict.value))}"
    return shown

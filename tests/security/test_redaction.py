"""No text for the user contains a token, in whatever spelling, and all else in the text is unchanged."""

from __future__ import annotations

import html
import io
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.bench.status import LinkState
from app.messages.message import Message, verbatim
from app.program import crashes
from app.security import redaction, standard_error
from app.security.redaction import REDACTED, Redaction
from app.security.standard_error import RedactedStream

TOKEN = "a'b\"c/d\\e+f%g&h=i<j"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "quoted": lambda text: quote(text, safe=""),
    "quoted in part": quote,
    "quoted, small letters": lambda text: quote(text, safe="").lower(),
    "quoted for a form": quote_plus,
    "quoted twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every letter quoted": lambda text: "".join(f"%{ord(letter):02X}" for letter in text),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, escaped": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "Python": lambda text: repr(text)[1:-1],
    "Python, bytes": lambda text: repr(text.encode())[2:-1],
    "HTML": html.escape,
}


@given(token=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40))
@example(TOKEN)
@example("".join(map(chr, range(0x21, 0x7F))))
def test_a_token_is_found_in_every_spelling(token: str) -> None:
    known = Redaction()
    known.learn([token])
    for name, spell in SPELLINGS.items():
        if name != "quoted, small letters" or token == token.lower():
            assert (
                known.redact(f"\N{SNOWMAN}{spell(token)}\N{SNOWMAN}") == f"\N{SNOWMAN}{REDACTED}\N{SNOWMAN}"
            ), name


def test_the_longest_goes_first_and_nothing_else_changes() -> None:
    known = Redaction()
    known.learn(["abc", "", "abcdef"])
    assert known.redact("xabcdef abc abx") == f"x{REDACTED} {REDACTED} abx"
    assert Redaction().redact("abc") == "abc"
    assert known.redact_raw(b"\xff abcdef abc \x00") == b"\xff ****** *** \x00"
    assert Redaction().redact_raw(b"abc") == b"abc"


MARKED = st.lists(st.sampled_from(["[token]", *"[token]", "a", "x[", "]x", "oken]", "a[token]b"]), max_size=9)


@given(
    tokens=st.lists(st.sampled_from(["a", "o", "t", "[", "]", "token", "x[", "]x", "a[token]b"])),
    parts=MARKED,
)
@example(tokens=["x["], parts=["x", "a"])
def test_a_redacted_text_is_not_redacted_again(tokens: list[str], parts: list[str]) -> None:
    known = Redaction()
    known.learn(tokens)
    once = known.redact("".join(parts))
    assert known.redact(once) == once
    left = once.split(REDACTED)
    assert not [token for token in tokens for part in left if token in part]


def test_of_a_token_with_a_mark_in_it_all_else_is_redacted() -> None:
    known = Redaction()
    known.learn(["update?token=[token]&v1", "[token]"])
    assert known.redact("GET update?token=[token]&v1=5") == "GET [token][token][token]=5"


class Pair(NamedTuple):
    target: str
    text: str


class Part(msgspec.Struct, frozen=True):
    name: str
    state: LinkState
    value: object
    lines: tuple[Pair, ...] = ()
    number: float = float("nan")


def test_nested_texts_are_redacted_and_names_stay() -> None:
    known = Redaction()
    part = Part("good", LinkState.GOOD, "is good", (Pair("good", "not good"),))
    assert known.shown(part) is part
    known.learn(['x"y'])
    assert known.shown(part) is part
    known.learn(["good"])
    shown, *told = known.shown([part, "good", 5])
    assert told == [REDACTED, 5]
    assert isinstance(shown, Part)
    assert (shown.name, shown.state) == ("good", LinkState.GOOD)
    assert shown.value == f"is {REDACTED}"
    assert shown.lines == (Pair("good", f"not {REDACTED}"),)
    assert known.shown(Part("a", LinkState.GOOD, (1, "good"))).value == (1, REDACTED)


def test_messages_are_redacted_with_the_messages_in_them() -> None:
    known = Redaction()
    damage = Message("journal_damaged", path="/good/j.db", damage=verbatim("it says good"))
    told = Message("about", subject="good", message=damage)
    listed = Message("list_start", first=("good", verbatim("good")), rest=7)
    assert known.shown(told) is told
    known.learn(["bad"])
    assert known.shown(told) is told
    known.learn(["good", "about", "code"])
    damage = Message("journal_damaged", path=f"/{REDACTED}/j.db", damage=verbatim(f"it says {REDACTED}"))
    assert known.shown(told) == Message("about", subject=REDACTED, message=damage)
    assert known.shown(listed) == Message("list_start", first=(REDACTED, verbatim(REDACTED)), rest=7)
    shown = known.shown(Part("good", LinkState.GOOD, told))
    assert (shown.name, shown.value) == ("good", known.shown(told))
    # Unlike the field `name`, a device's name in a message is redacted, and so is text that is not UTF-8.
    assert known.shown(Message("journal_not_found", device="good")).params == {"device": REDACTED}
    assert str(known.shown(verbatim("\udc80 good"))) == f"\udc80 {REDACTED}"


def test_what_a_fix_makes_of_a_message_stays() -> None:
    known = Redaction()
    known.learn(["o", "1", "g"])
    for named in (
        Message("cloud_region", server="https://good.blynk.cloud"),
        Message("fix_wrong_pin", targets=("v1",)),
        Message("user_not_in_port_group", group="good"),
    ):
        assert known.shown(named) == named


class Named(NamedTuple):
    name: str = "good"
    path: str = "good"
    targets: tuple[str, ...] = ("good",)
    vid_pid: str = "good"
    serial_number: str = "good"
    location: str = "good"
    device: str = "good"
    target: str = "good"
    port: str = "good"
    server: str = "good"
    journal: str = "good"
    text: str = "good"


def test_names_of_things_stay() -> None:
    known = Redaction()
    known.learn(["good"])
    shown = known.shown(Named())
    assert shown == Named(text=REDACTED)
    assert type(shown) is Named


def test_texts_that_are_not_utf_8_are_redacted_too() -> None:
    known = Redaction()
    known.learn(["a\udcffb", "good"])
    assert known.redact_raw(b"xa\xffb") == b"x***"
    assert known.open_end(b"xa\xff") == 2
    assert known.shown(("a file \udc80", "is good")) == ("a file \udc80", f"is {REDACTED}")


class Terminal(io.StringIO):
    """A stream that claims to be a terminal, and counts how often it is flushed."""

    flushed = 0

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.flushed += 1


def test_a_redacted_stream_passes_calls_on() -> None:
    redaction.learn(["good"])
    below = Terminal()
    stream = RedactedStream(below)
    assert stream.write("good morning") == len("good morning")
    assert below.getvalue() == f"{REDACTED} morning"
    assert stream.isatty()
    flushed = below.flushed
    stream.flush()
    assert below.flushed == flushed + 1


def test_nothing_on_standard_error_controls_the_terminal_unless_it_draws() -> None:
    redaction.learn(["good"])
    below = Terminal()
    stream = RedactedStream(below)
    print("good \x1b[31m\u009b\u202e", file=stream)
    print("good \x1b[31m", file=stream.for_drawing)
    assert below.getvalue() == f"{REDACTED} \ufffd[31m\ufffd\ufffd\n{REDACTED} \x1b[31m\n"


def test_a_program_with_a_window_may_have_no_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    standard_error.guard()
    assert sys.stderr is None


def test_standard_error_cannot_be_bypassed(monkeypatch: pytest.MonkeyPatch) -> None:
    redaction.learn([TOKEN])
    below = io.StringIO()
    monkeypatch.setattr(sys, "stderr", below)
    standard_error.guard()
    guarded = sys.stderr
    assert isinstance(guarded, RedactedStream)
    standard_error.guard()
    assert sys.stderr is guarded
    assert not hasattr(guarded, "buffer")
    print("a", TOKEN, quote(TOKEN, safe=""), file=guarded, flush=True)
    print("x".join([TOKEN, "y"]), file=guarded)
    assert below.getvalue() == f"a {REDACTED} {REDACTED}\n{REDACTED}xy\n"
    assert guarded.writable()
    assert not guarded.isatty()


def test_a_crash_is_reported_in_the_log_and_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    redaction.learn([TOKEN])
    below = io.StringIO()
    monkeypatch.setattr(sys, "stderr", RedactedStream(below))
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    crashes.install()

    def fail() -> None:
        raise OSError(f"https://blynk.cloud/update?token={quote(TOKEN, safe='')}")

    thread = threading.Thread(target=fail, name="port x")
    thread.start()
    thread.join()
    try:
        fail()
    except OSError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    written = below.getvalue()
    assert written.count("Internal error in port x: please report it") == 1
    assert written.count("Internal error: please report it") == 1
    assert written.count("OSError: https://blynk.cloud/update?token=[token]") == 2
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL] * 2
    assert quote(TOKEN, safe="") not in written
    assert traceback.format_exc() == "NoneType: None\n"


def test_the_end_of_a_chunk_may_be_the_beginning_of_a_token() -> None:
    known = Redaction()
    assert known.open_end(b"abc") == 0
    known.learn(["abcd", "bcx"])
    assert known.open_end(b"xyz") == 0
    assert known.open_end(b"xyzabc") == 3
    assert known.open_end(b"abcd") == 0
    assert known.open_end(b"xb") == 1
    # `open_end` counts bytes, not letters, because a chunk may end within a letter.
    known.learn(["schlüssel"])
    for cut in range(1, len("schlüssel".encode())):
        assert known.open_end(b"x " + "schlüssel".encode()[:cut]) == cut


def test_the_process_has_one_set_of_tokens_and_its_streams_are_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    redaction.learn(["abc"])
    with monkeypatch.context() as patch:
        # For tokens that are known already, no new pattern is compiled.
        patch.setattr(re, "compile", lambda pattern: pytest.fail(f"{pattern} was compiled again"))
        redaction.learn(["abc", ""])
    redaction.learn(["xyz"])
    assert redaction.shown("abc xyz") == "[token] [token]"
    with (tmp_path / "out").open("w", encoding="latin-1", errors="replace") as below:
        stream = RedactedStream(below)
        assert (stream.encoding, stream.errors, stream.fileno()) == ("latin-1", "replace", below.fileno())

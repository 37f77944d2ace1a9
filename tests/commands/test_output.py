"""The output of commands: on standard output, on standard error, and the progress bar."""

from __future__ import annotations

import errno
import io
import json
import sys

import click
import pytest

from app.bench.status import ledger
from app.commands.output import as_json_text, print_ledger, progress_bar, say, show, stream_of_data
from app.commands.running.run import in_words
from tests.scripted import bench, device

STATUS = bench(device(), device("b"))


def test_text_for_people_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    say("The port is open.")
    assert capsys.readouterr() == ("", "The port is open.\n")


def test_a_broken_standard_error_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_text: str, *, err: bool) -> None:
        assert err
        raise OSError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(click, "echo", fail)
    say("The port is open.")


def test_the_ledger_is_one_line_of_json_or_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_ledger(STATUS, as_json=True)
    print_ledger(STATUS, as_json=False)
    first, *words = capsys.readouterr().out.splitlines()
    assert json.loads(first) == json.loads(as_json_text(ledger(STATUS)))
    assert words == in_words(STATUS)


def test_text_for_people_is_visible_and_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show("a\x1b[31m\tb\nc\u202e")
    say("d\u009be")
    assert capsys.readouterr() == ("a\ufffd[31m b\nc\ufffd\n", "d\ufffde\n")


@pytest.mark.parametrize("text", ["é温 → 😀", "\x7f\u009b\u202e\u2028", "\U000e0041", "a\udc80", '"\\\x1b"'])
def test_json_is_visible_and_says_the_same(text: str) -> None:
    written = as_json_text({"text": text, "number": 1.5})
    assert written.isprintable()
    assert json.loads(written) == {"text": text, "number": 1.5}
    assert (text in written) == text.startswith("é")


def test_data_are_visible_on_a_terminal_and_unchanged_elsewhere() -> None:
    for is_terminal, expected in ((False, "1,a\u202e\r\n"), (True, "1,a\ufffd\n")):
        below = Terminal(is_terminal)
        assert stream_of_data(below).write("1,a\u202e\r\n") == 6
        assert below.getvalue() == expected


class Terminal(io.StringIO):
    """A text stream that is a terminal if `is_terminal` is true."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


def test_a_progress_bar_needs_a_terminal_and_leaves_standard_output_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal(True)
    for is_terminal, is_told in ((False, True), (True, True), (True, False)):
        terminal = Terminal(is_terminal)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress_bar("Exporting") as tell:
            assert (sys.stdout, sys.stderr) == (out, terminal)
            assert (tell is not None) is is_terminal
            if tell and is_told:
                tell(1, 4)
        monkeypatch.undo()
        shown = terminal.getvalue()
        assert ("Exporting" in shown, "25%" in shown) == (is_terminal, is_terminal and is_told)
        # Before the first call the total is not known.
        assert is_told or "%" not in shown
        assert out.getvalue() == ""

"""What goes to standard output and what to standard error, and the bar for a person who waits."""

from __future__ import annotations

import errno
import io
import json
import sys

import click
import pytest

from app.bench.status import ledger
from app.commands.output import as_json_text, print_ledger, progress_bar, say
from app.commands.run import in_words
from tests.scripted import bench, device

STATUS = bench(device(), device("b"))


def test_a_person_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    say("The port is open.")
    assert capsys.readouterr() == ("", "The port is open.\n")


def test_where_nobody_can_be_told_the_bridge_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_text: str, *, err: bool) -> None:
        assert err
        raise OSError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(click, "echo", fail)
    say("The port is open.")


def test_the_ledger_is_one_line_for_a_script_and_words_for_a_person(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_ledger(STATUS, as_json=True)
    print_ledger(STATUS, as_json=False)
    first, *words = capsys.readouterr().out.splitlines()
    assert json.loads(first) == json.loads(as_json_text(ledger(STATUS)))
    assert words == in_words(STATUS)


class Terminal(io.StringIO):
    """A standard error at which a person looks, or does not."""

    def __init__(self, has_person: bool) -> None:
        super().__init__()
        self.has_person = has_person

    def isatty(self) -> bool:
        return self.has_person


def test_a_bar_is_for_a_person_and_leaves_standard_output_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal(True)
    for has_person, is_told in ((False, True), (True, True), (True, False)):
        terminal = Terminal(has_person)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress_bar("Exporting") as tell:
            assert (sys.stdout, sys.stderr) == (out, terminal)
            assert (tell is not None) is has_person
            if tell and is_told:
                tell(1, 4)
        monkeypatch.undo()
        shown = terminal.getvalue()
        assert ("Exporting" in shown, "25%" in shown) == (has_person, has_person and is_told)
        # How much it is in all is not known before it is told.
        assert is_told or "%" not in shown
        assert out.getvalue() == ""

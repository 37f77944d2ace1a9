"""A token is asked for unseen, and a bridge goes on where nobody is there to be asked or told."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import click
import pytest
from click import termui

from app.commands import token
from app.commands.bridge import ask_for_token
from app.commands.output import say
from app.messages.message import verbatim
from app.security import tokens


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who types a token, which fails the test where it would be seen."""

    def unseen(prompt: str) -> str:
        sys.stdout.write(prompt)
        return "a token"

    def seen(_prompt: str) -> str:
        pytest.fail("the token is seen on the screen")

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(termui, "hidden_prompt_func", unseen)
    monkeypatch.setattr(termui, "visible_prompt_func", seen)


@pytest.mark.usefixtures("terminal")
def test_a_run_asks_for_a_token_unseen_and_leaves_standard_output_to_scripts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ask_for_token()
    assert ask
    assert ask(verbatim("Auth token of board")) == "a token"
    told = capsys.readouterr()
    assert (told.out, told.err.strip()) == ("", "Auth token of board:")


@pytest.mark.usefixtures("terminal")
def test_a_token_that_is_set_is_typed_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[str, str, str]] = []
    monkeypatch.setattr(tokens, "store", lambda *what: kept.append(what))
    assert token.set_token.callback
    click.Context(token.set_token).invoke(token.set_token.callback, "greenhouse", None)
    assert kept == [("greenhouse", "https://fra1.blynk.cloud", "a token")]


@pytest.mark.parametrize("stdin", [None, SimpleNamespace(isatty=lambda: False)])
def test_where_nobody_sits_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert ask_for_token() is None


def test_a_bridge_goes_on_where_nobody_can_be_told_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(click, "echo", broken)
    say("the cloud takes readings.")

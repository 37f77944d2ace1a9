"""Tokens are asked for without echo, and a run works without a terminal and with a broken standard error."""

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
    """A terminal at which the user types a token. A prompt that would echo it fails the test."""

    def unseen(prompt: str) -> str:
        sys.stdout.write(prompt)
        return "a token"

    def seen(_prompt: str) -> str:
        pytest.fail("the token is seen on the screen")

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(termui, "hidden_prompt_func", unseen)
    monkeypatch.setattr(termui, "visible_prompt_func", seen)


@pytest.mark.usefixtures("terminal")
def test_a_run_asks_for_a_token_without_echo_and_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = ask_for_token()
    assert ask
    assert ask(verbatim("Auth token of board")) == "a token"
    told = capsys.readouterr()
    assert (told.out, told.err.strip()) == ("", "Auth token of board:")


@pytest.mark.usefixtures("terminal")
def test_a_token_to_store_is_typed_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[str, str, str]] = []
    monkeypatch.setattr(tokens, "store", lambda *what: kept.append(what))
    assert token.set_token.callback
    click.Context(token.set_token).invoke(token.set_token.callback, "greenhouse", None)
    assert kept == [("greenhouse", "https://blynk.cloud", "a token")]


@pytest.mark.parametrize("stdin", [None, SimpleNamespace(isatty=lambda: False)])
def test_without_a_terminal_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert ask_for_token() is None


def test_a_bridge_goes_on_with_a_broken_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(click, "echo", broken)
    say("the cloud takes readings.")

"""The commands for auth tokens in the operating system's keyring: `token set`, `clear` and `check`.

Invariants: no token is ever printed, and no token is an argument of a command, because every user of the
computer can read the arguments of a running program.
"""

from __future__ import annotations

import sys

import click

from app.cloud.blynk import acceptance
from app.commands.errors import CommandError
from app.commands.output import ask_hidden, say
from app.commands.translated import Group, argument, option
from app.config.addresses import BLYNK, check_server
from app.errors import InvalidValueError
from app.messages.languages import text, text_of
from app.messages.message import Message
from app.security import tokens


def _checked(_context: click.Context, _option: click.Parameter, server: str | None) -> str | None:
    try:
        if server is not None:
            check_server(server)
    except InvalidValueError as error:
        raise CommandError.of(error.message) from None
    return server


_server = option("--server", callback=_checked, help="help_token_server")


@click.group(cls=Group, help="help_token")
def token() -> None:
    """The group of the commands for auth tokens."""


@token.command("set", help="help_token_set")
@argument("name")
@_server
def set_token(name: str, server: str | None) -> int:
    """Store a token in the keyring under `name`, for `server` (None: for all of Blynk's servers).

    If standard input is a terminal, the user is asked for the token. If not, the token is the first line of
    the input.
    """
    _check_name(name)
    question = Message("label_auth_token")
    typed = ask_hidden(question) if sys.stdin.isatty() else sys.stdin.readline()
    server = server or BLYNK
    tokens.store(name, server, typed.strip())
    say(text("token_stored", name=name, bound=tokens.scope(server)))
    return 0


@token.command(help="help_token_clear")
@argument("name")
def clear(name: str) -> int:
    """Remove the token `name` from the keyring."""
    tokens.clear(name)
    say(text("token_removed", name=name))
    return 0


@token.command(help="help_token_check")
@argument("name")
@_server
@option("--online", is_flag=True, help="help_token_online")
def check(name: str, server: str | None, online: bool) -> int:
    """Print whether the keyring has the token `name`, and for which server. The token is not shown.

    With `online`, the server is asked whether it accepts the token.
    """
    bound = tokens.stored_scope(name)
    if bound is None:
        say(text("token_not_stored", name=name))
        return 1
    if server and not tokens.is_within(bound, server):
        say(text("token_for_other_server", name=name, bound=bound, server=server))
        return 1
    if not online:
        say(text("token_stored_for", name=name, bound=bound))
        return 0
    asked = server or tokens.servers_of(bound)[0]
    answer = acceptance.ask(asked, tokens.stored(name, asked) or "")
    if not answer.accepted:
        say(text("token_there_but", name=name, bound=bound, message=answer.message))
        return 1
    say(text("token_works", name=name, bound=bound))
    if answer.server:
        say(text_of(answer.message))
    return 0


def _check_name(name: str) -> None:
    if not name or any(character.isspace() or character == ":" for character in name):
        raise CommandError("token_name_unusable")

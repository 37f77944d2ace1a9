"""The commands for auth tokens in the operating system's keyring: `token set`, `clear` and `check`.

Invariant: no token is ever printed, and none is taken from the command line, which everybody can read.
"""

from __future__ import annotations

import sys

import click

from app.cloud.blynk.calls import is_connected
from app.cloud.blynk.client import Client, Server
from app.cloud.destination import OutcomeKind
from app.commands.output import say
from app.config.addresses import check_server, is_clear_text, is_loopback
from app.security import tokens

_BLYNK = "https://fra1.blynk.cloud"


def _checked(_context: click.Context, _option: click.Parameter, server: str | None) -> str | None:
    try:
        if server is not None:
            check_server(server)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return server


_server = click.option(
    "--server", callback=_checked, help="The one it is for; without it Blynk, all regions."
)


@click.group()
def token() -> None:
    """Auth tokens in the operating system's keyring."""


@token.command("set")
@click.argument("name")
@_server
def set_token(name: str, server: str | None) -> int:
    """Keep a token under NAME, for one server. It is asked for, or read from standard input."""
    _check_name(name)
    if sys.stdin.isatty():
        typed = click.prompt("Auth token", hide_input=True, err=True)
    else:
        typed = sys.stdin.readline()
    server = server or _BLYNK
    tokens.store(name, server, typed.strip())
    say(f"The token {name} is kept for {tokens.scope(server)}: write keyring:{name} in the bench file.")
    return 0


@token.command()
@click.argument("name")
def clear(name: str) -> int:
    """Remove the token NAME."""
    tokens.clear(name)
    say(f"The token {name} is gone.")
    return 0


@token.command()
@click.argument("name")
@_server
@click.option("--online", is_flag=True, help="Ask the cloud whether it takes the token.")
def check(name: str, server: str | None, online: bool) -> int:
    """Say whether the token NAME is there and for which server, and show nothing of it."""
    bound = tokens.stored_scope(name)
    if bound is None:
        say(f'The keyring holds no token {name}: run "pinbridge token set {name}".')
        return 1
    if server and tokens.scope(server) != bound:
        say(f"The token {name} is there, for {bound}, and not for {server}.")
        return 1
    if not online:
        say(f"The token {name} is there, for {bound}.")
        return 0
    asked = server or _server_of(bound)
    client = Client(Server(asked), tokens.stored(name, asked) or "")
    outcome = client.send(is_connected())
    client.close()
    if outcome.kind is OutcomeKind.ACCEPT:
        say(f"The token {name} is there, for {bound}, and the cloud takes it.")
        return 0
    say(f"The token {name} is there, for {bound}, but: {outcome.message!s}")
    return 1


def _server_of(bound: str) -> str:
    """Where to ask about a token that is bound to a host, or to all of Blynk."""
    if bound == tokens.scope(_BLYNK):
        return _BLYNK
    if is_clear_text(bound):
        return bound
    return f"http://{bound}" if is_loopback(f"http://{bound}") else f"https://{bound}"


def _check_name(name: str) -> None:
    if not name or any(character.isspace() or character == ":" for character in name):
        raise click.UsageError("NAME has no spaces and no colon, so that a bench file can say keyring:NAME")

"""Runs the local cloud as a command, with the devices in a devices file, until a signal ends it.

Invariants: all output goes through `echo`; generated tokens are printed once, tokens from the devices file
never; an error that the user can fix is a CloudCommandError or a ConfigError with one line of text.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from app.config import documents
from app.errors import PinbridgeError
from app.localcloud.devices import Device
from app.localcloud.devices_file import DeviceEntry, load
from app.localcloud.faults.file import FaultsFile
from app.localcloud.names import is_loopback
from app.localcloud.server import LocalCloud
from app.messages.languages import text

DEFAULT_LISTEN = "127.0.0.1:8080"


class CloudCommandError(PinbridgeError, ValueError):
    """The error for an address on which the local cloud cannot listen."""


def parse_listen(listen: str) -> tuple[str, int]:
    """Split `HOST:PORT` or `[IPV6]:PORT` into host and port. Raises CloudCommandError.

    Port 0 stands for any free port.
    """
    host, _, port = listen.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    good_port = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65535
    if not host.isprintable() or not host or not good_port or (":" in host and not bracketed):
        raise CloudCommandError("listen_invalid", listen=listen, example=DEFAULT_LISTEN)
    return (host[1:-1] if bracketed else host), int(port)


def run_cloud(
    listen: str,
    devices_file: Path | None,
    echo: Callable[[str], None],
    faults_file: Path | None = None,
    learn: Callable[[Iterable[str]], None] = lambda _: None,
) -> None:
    """Run the local cloud on the address `listen` until SIGINT or SIGTERM.

    Without a devices file, there is one device, named `board`, which accepts any pin or id. `learn` is called
    with all tokens before the first of them is used, so that they can be kept out of logs.

    Raises CloudCommandError or ConfigError before anything is printed.
    """
    host, port = parse_listen(listen)
    played = documents.load(faults_file, FaultsFile) if faults_file else None
    entries = load(devices_file) if devices_file else (DeviceEntry(name="board"),)
    made: list[Device] = []
    devices = []
    for entry in entries:
        token = entry.auth_token or secrets.token_urlsafe(24)
        device = Device(entry.name, token, entry.datastream, open=entry.open)
        devices.append(device)
        if not entry.auth_token:
            made.append(device)
    learn(device.auth_token for device in devices)
    cloud = LocalCloud(devices, host, port, faults=played)

    try:
        cloud.listen()
    except OSError as error:
        words = (error.strerror or type(error).__name__).partition(" (while")[0]
        raise CloudCommandError("listen_failed", listen=listen, words=words) from None

    def say() -> None:
        echo(text("cloud_answers", url=cloud.url))
        if not is_loopback(host):
            echo(text("cloud_for_other_computers", url=f"http://{socket.gethostname()}:{cloud.port}"))
        if played and played.fault:
            echo(text("cloud_plays_faults", count=len(played.fault)))
        for device in made:
            # The token stays outside the message: messages may be logged.
            echo(f"{text('label_made_token', device=device.name)} {device.auth_token}")

    cloud.serve_forever(say)

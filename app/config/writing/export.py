"""Makes of a bench the one that can be opened on another computer. Pure.

Invariant: nothing that has a meaning only on this computer is left without a message. Tokens are not in a
bench file; their places stay, and the other computer asks for the tokens.
"""

from __future__ import annotations

import re

import msgspec

from app.config.addresses import is_loopback, recording_path
from app.config.bench_file import BenchConfig, DeviceConfig
from app.config.usb import parse
from app.config.writing.new_file import new_text
from app.messages.message import Message

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
"""The beginning of a path that does not start at the folder of the bench file, on any system."""


def exported(config: BenchConfig) -> tuple[BenchConfig, list[Message]]:
    """`config` for another computer, and what the user has to know about it.

    `config` has the paths as they are in the bench file. An absolute path of the journal is left out, so that
    the journal there is in the folder for the user's data.
    """
    messages = []
    if _ABSOLUTE.match(config.bench.journal):
        messages.append(Message("export_without_journal", path=config.bench.journal))
        section = msgspec.structs.replace(config.bench, journal="")
        config = msgspec.structs.replace(config, bench=section)
    for device in config.device:
        messages += _of_device(device)
    if names := tuple(device.name for device in config.device if device.auth_token.startswith("keyring:")):
        messages.append(Message("export_asks_for_tokens", devices=names))
    return config, messages


def export_text(config: BenchConfig) -> tuple[str, list[Message]]:
    """The bench file for another computer, and what the user has to know about it (see `exported`).

    It is written anew: comments of the user's own file may have anything in them, even a token.
    """
    config, messages = exported(config)
    return new_text(config), messages


def _of_device(device: DeviceConfig) -> list[Message]:
    messages = []
    usb = parse(device.port)
    if path := recording_path(device.port):
        messages.append(Message("export_needs_recording", device=device.name, path=path))
    elif usb.place if usb else _is_local(device.port):
        messages.append(Message("export_has_port", device=device.name, port=device.port))
    if is_loopback(device.server):
        messages.append(Message("export_has_local_server", device=device.name, server=device.server))
    if device.auth_token.startswith("env:"):
        variable = device.auth_token.removeprefix("env:")
        messages.append(Message("export_needs_variable", device=device.name, variable=variable))
    return messages


def _is_local(port: str) -> bool:
    """Whether a port has a meaning only on this computer. `port` is neither a USB address nor a recording."""
    return ":" not in port or port.startswith("/") or is_loopback(port)

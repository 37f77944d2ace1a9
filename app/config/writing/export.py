"""Makes of a bench the one that can be opened on another computer. Pure.

Invariant: nothing that has a meaning only on this computer is left without a message. Tokens are not in a
bench file; their places stay, and the other computer asks for the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from app.config.addresses import is_loopback, recording_path
from app.config.bench_file import BenchConfig, DeviceConfig
from app.config.usb import parse
from app.messages.message import Message

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
"""The beginning of a path that does not start at the folder of the bench file, on any system."""


def exported(config: BenchConfig) -> tuple[BenchConfig, tuple[Message, ...]]:
    """`config` for another computer, and what the user has to do there; the messages are parts of a sentence.

    `config` has the paths as they are in the bench file. An absolute path of the journal is left out, so that
    the journal there is in the folder for the user's data.
    """
    todo = tuple(_todo(config))
    if _ABSOLUTE.match(config.bench.journal):
        section = msgspec.structs.replace(config.bench, journal="")
        config = msgspec.structs.replace(config, bench=section)
    return config, todo


def _todo(config: BenchConfig) -> Iterator[Message]:
    devices = config.device
    if _ABSOLUTE.match(config.bench.journal):
        yield Message("export_without_journal")
    kinds = (
        ("export_asks_for_tokens", [d for d in devices if d.auth_token.startswith("keyring:")]),
        ("export_has_port", [d for d in devices if _has_local_port(d)]),
        ("export_needs_recording", [d for d in devices if recording_path(d.port)]),
        ("export_has_local_server", [d for d in devices if is_loopback(d.server)]),
    )
    for code, concerned in kinds:
        if concerned:
            yield Message(code, devices=tuple(device.name for device in concerned))
    if variables := tuple(_variables(devices)):
        yield Message("export_needs_variables", variables=variables)


def _variables(devices: Iterable[DeviceConfig]) -> Iterator[str]:
    return (d.auth_token.removeprefix("env:") for d in devices if d.auth_token.startswith("env:"))


def _has_local_port(device: DeviceConfig) -> bool:
    """Whether the port of a device, which is no recording, has a meaning only on this computer."""
    port, usb = device.port, parse(device.port)
    if usb or recording_path(port):
        return bool(usb and usb.place)
    return ":" not in port or port.startswith("/") or is_loopback(port)

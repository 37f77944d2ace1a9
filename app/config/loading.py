"""Reads a bench file from the disk or from text, and makes its paths absolute.

Invariant: every error is a ConfigError of one line that names the file, the key and the mend.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from app.config import folders
from app.config.addresses import REPLAY, file_name, is_device, recording_path
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError, explain, explain_syntax, one_line

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_BYTES = 4_000_000


def load(path: Path) -> BenchConfig:
    """The bench file at `path`, with the journal's path made absolute.

    Raises ConfigError, in one line, where it cannot be read or is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError("verbatim", text=one_line(f"{path}: cannot be read: {error.strerror}")) from None
    if len(text) > _MOST_BYTES:
        raise ConfigError(
            "verbatim", text=one_line(f"{path}: is too large for a bench file: name another file")
        )
    return parse(text, str(path), path.parent.absolute())


def parse(text: bytes, source: str, folder: Path) -> BenchConfig:
    """The bench file `text`; errors name `source`, and a relative journal lies in `folder`."""
    try:
        return with_paths(_decode(text), folder)
    except ValueError as error:
        raise ConfigError("verbatim", text=one_line(f"{source}: {error}")) from None


def _decode(text: bytes) -> BenchConfig:
    try:
        document = tomllib.loads(text.removeprefix(_BYTE_ORDER_MARK).decode())
    except UnicodeDecodeError:
        raise ConfigError("verbatim", text="is not UTF-8 text: save it with the encoding UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("verbatim", text=explain_syntax(error)) from None
    except (ValueError, RecursionError):
        # Thousands of digits, or lists within lists: no mistake, but a file may be a stranger's.
        raise ConfigError(
            "verbatim", text="is not TOML that can be read: a number or a nesting in it is too large"
        ) from None
    try:
        return msgspec.convert(document, BenchConfig)
    except msgspec.ValidationError as error:
        raise ConfigError("verbatim", text=explain(error, document, BenchConfig)) from None


def with_paths(config: BenchConfig, folder: Path) -> BenchConfig:
    """`config` with the paths of its journal and recordings made absolute; a journal that has none lies in
    the user's data folder.

    Raises ConfigError where a path climbs out of `folder` and into a device.
    """
    section = config.bench
    if section.journal:
        journal = _within(folder, section.journal, "bench: journal")
    else:
        journal = folders.data_folder() / f"{file_name(section.name, 'bench')}.db"
    devices = [
        msgspec.structs.replace(device, port=f"{REPLAY}{_within(folder, path, 'port')}")
        if (path := recording_path(device.port))
        else device
        for device in config.device
    ]
    try:
        section = msgspec.structs.replace(section, journal=str(journal))
    except ValueError as error:
        # The folder itself may be a share: that of the file, or the user's own.
        raise ConfigError("verbatim", text=f"{journal}: {error}") from None
    return msgspec.structs.replace(config, bench=section, device=tuple(devices))


def _within(folder: Path, path: str, key: str) -> Path:
    """`path` of a bench file that lies in `folder`."""
    found = folder / path
    if ".." in found.parts and is_device(str(found)):
        raise ConfigError("verbatim", text=f"{key} names a device: name a file on this computer")
    return found

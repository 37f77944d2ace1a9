"""Loads a bench file and makes its paths absolute.

Invariant: `load` and `parse` raise only ConfigError: one line that names the file, the key and the fix.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.config import documents, folders
from app.config.addresses import REPLAY, file_name, is_device, recording_path
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError, about
from app.errors import InvalidValueError


def load(path: Path) -> BenchConfig:
    """The bench file at `path`, with its paths made absolute. Raises ConfigError."""
    return _with_paths_of(documents.load(path, BenchConfig), str(path), path.parent.absolute())


def parse(text: bytes, source: str, folder: Path) -> BenchConfig:
    """The bench file with the content `text`. Relative paths in it start at `folder`.

    Raises ConfigError, which names `source` as the file.
    """
    return _with_paths_of(documents.parse(text, source, BenchConfig), source, folder)


def with_paths(config: BenchConfig, folder: Path) -> BenchConfig:
    """`config` with absolute paths of the journal and of recordings. Relative paths start at `folder`.

    A journal without a path is placed in the user's data folder. Raises ConfigError or InvalidValueError if
    the absolute path is on a network share, or names a system device such as `/dev/tty`.
    """
    section = config.bench
    if section.journal:
        journal = _within(folder, section.journal, "journal")
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
    except InvalidValueError as error:
        # The folder of the bench file, or the user's data folder, may itself be on a network share.
        raise about(str(journal), error.message) from None
    return msgspec.structs.replace(config, bench=section, device=tuple(devices))


def _with_paths_of(config: BenchConfig, source: str, folder: Path) -> BenchConfig:
    try:
        return with_paths(config, folder)
    except (ConfigError, InvalidValueError) as error:
        raise about(source, error.message) from None


def _within(folder: Path, path: str, key: str) -> Path:
    """`folder / path`.

    Raises ConfigError if `path` leads to a system device (see `is_device`) by way of `..`. The error names
    `key`, the setting that contains `path`.
    """
    found = folder / path
    if ".." in found.parts and is_device(str(found)):
        raise ConfigError("path_is_device", key=key)
    return found

"""Records what SQLite asks of the disk: every write and every sync of the files in a folder, in order.

SQLite calls the file system through a layer (a VFS, https://sqlite.org/vfs.html). This module puts its own
layer above SQLite's: it passes all calls on, and records those that matter after a power cut. So the tests
see what is durable without relying on the program, and they need neither privileges nor another tool.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int64, c_void_p
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Kind(Enum):
    """The kinds of events; `Disk.note` adds a NOTE, all others but MAKE are operations of SQLite."""

    CREATE = "create"
    MAKE = "make"
    """The program itself has made a file, whole and on the disk, before SQLite opens it."""
    WRITE = "write"
    RESIZE = "resize"
    SYNC = "sync"
    DELETE = "delete"
    SYNC_FOLDER = "sync folder"
    NOTE = "note"


class Event(NamedTuple):
    """One operation on a file or its folder, or a note."""

    kind: Kind
    file: str
    """The name of the file or folder, without its path; for a note, its text."""
    at: int = 0
    """The offset of a write, or the new size of a resize, in bytes."""
    data: bytes = b""


class Disk:
    """Records the operations in one folder, and notes, in the order in which they happen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.events: list[Event] = []

    def note(self, words: str) -> None:
        """Add an event for something that happens outside the folder at this moment, such as a request."""
        self.events.append(Event(Kind.NOTE, words))

    def put(self, kind: Kind, path: Path, at: int = 0, data: bytes = b"") -> None:
        self.events.append(Event(kind, path.name, at, data))

    def knows(self, path: Path) -> bool:
        """Whether the file at `path` was created within the recording."""
        return any(
            event.kind in (Kind.CREATE, Kind.MAKE) and event.file == path.name for event in self.events
        )

    def holds(self, path: Path) -> bool:
        return path.resolve().parent == self.folder


class _Methods(ctypes.Structure):
    """The C struct `sqlite3_io_methods`: SQLite's functions for one open file."""

    _fields_ = (
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size")),
        *((f"other{n}", c_void_p) for n in range(12)),
    )


class _File(ctypes.Structure):
    """The start of the C struct `sqlite3_file`, to which SQLite's own layer adds more fields."""

    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(ctypes.Structure):
    """The C struct `sqlite3_vfs`: SQLite's interface to the file system."""

    _fields_ = (
        *((name, c_int) for name in ("version", "file_bytes", "longest_path")),
        *((name, c_void_p) for name in ("next", "name", "data", "open", "delete")),
        *((f"other{n}", c_void_p) for n in range(10)),
        ("time_int64", c_void_p),
        *((name, c_void_p) for name in ("set_call", "get_call", "next_call")),
    )


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_SET_CALL = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)
_OPEN_FOLDER = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))
_CREATES = 0x00000004
_FOLDER_CALL = b"openDirectory"
"""The name of the call with which SQLite's unix layer opens a folder, which it does only to sync it."""

_kept: list[object] = []
"""Objects that must stay alive, because SQLite may still call the methods of an open file."""


def library() -> ctypes.CDLL:
    """Load the same SQLite library that Python's `sqlite3` module uses."""
    place = getattr(_sqlite3, "__file__", None)
    if sys.platform == "win32":
        place = str(Path(place or sys.executable).with_name("sqlite3.dll"))
    found = ctypes.CDLL(place)
    found.sqlite3_vfs_find.restype = POINTER(_Vfs)
    return found


@contextmanager
def recorded(folder: Path) -> Iterator[Disk]:
    """Record what SQLite does to files in `folder`, for every connection that is opened within the block."""
    disk = Disk(folder)
    sqlite = library()
    below = sqlite.sqlite3_vfs_find(None)
    layer = _Vfs.from_buffer_copy(below.contents)
    name = ctypes.create_string_buffer(b"recorded")
    layer.name = ctypes.addressof(name)
    opened, deleted = _open(disk, below), _delete(disk, below)
    layer.open, layer.delete = _address(opened), _address(deleted)
    _kept.append((layer, name, opened, deleted))
    assert sqlite.sqlite3_vfs_register(byref(layer), 1) == 0
    try:
        with _folder_syncs(disk, below):
            yield disk
    finally:
        assert sqlite.sqlite3_vfs_unregister(byref(layer)) == 0
        assert sqlite.sqlite3_vfs_register(below, 1) == 0


def _address(function: object) -> int | None:
    return ctypes.cast(function, c_void_p).value  # type: ignore[arg-type]


def _path(address: int) -> Path:
    return Path(os.fsdecode(ctypes.string_at(address)))


def _open(disk: Disk, below: ctypes._Pointer[_Vfs]) -> object:
    open_below = _OPEN(below.contents.open)

    def opened(_: int, path: int | None, file: ctypes._Pointer[_File], flags: int, out: object) -> int:
        # `path` is passed on as it is, because the layer below keeps a pointer to that string.
        name = _path(path) if path else None
        is_new = name and flags & _CREATES and not name.exists()
        is_unknown = name and disk.holds(name) and name.is_file() and not disk.knows(name)
        code: int = open_below(below, path, file, flags, out)
        if code == 0 and name and disk.holds(name):
            if is_new:
                disk.put(Kind.CREATE, name)
            elif is_unknown:
                # That the program syncs such a file is tested in `tests/journal/file/test_new_file.py`.
                disk.put(Kind.MAKE, name, 0, name.read_bytes())
            file.contents.methods = ctypes.pointer(_methods(disk, name, file.contents.methods.contents))
        return code

    return _OPEN(opened)


def _delete(disk: Disk, below: ctypes._Pointer[_Vfs]) -> object:
    delete_below = _DELETE(below.contents.delete)

    def deleted(_: int, path: int, syncs: int) -> int:
        name = _path(path)
        if disk.holds(name) and name.exists():
            disk.put(Kind.DELETE, name)
        code: int = delete_below(below, path, syncs)
        return code

    return _DELETE(deleted)


def _methods(disk: Disk, path: Path, below: _Methods) -> _Methods:
    """Copy the methods of an open file; in the copy, `write`, `truncate` and `sync` record events.

    A sync is recorded only after it has succeeded.
    """
    methods = _Methods.from_buffer_copy(below)
    write_below, truncate_below, sync_below = (
        _WRITE(below.write),
        _TRUNCATE(below.truncate),
        _SYNC(below.sync),
    )

    def write(file: int, data: int, size: int, at: int) -> int:
        disk.put(Kind.WRITE, path, at, ctypes.string_at(data, size))
        code: int = write_below(file, data, size, at)
        return code

    def truncate(file: int, size: int) -> int:
        disk.put(Kind.RESIZE, path, size)
        code: int = truncate_below(file, size)
        return code

    def sync(file: int, flags: int) -> int:
        code: int = sync_below(file, flags)
        if code == 0:
            disk.put(Kind.SYNC, path)
        return code

    functions = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
    methods.write, methods.truncate, methods.sync = map(_address, functions)
    _kept.append((methods, functions))
    return methods


@contextmanager
def _folder_syncs(disk: Disk, below: ctypes._Pointer[_Vfs]) -> Iterator[None]:
    """Record each sync of the folder within the block. Only SQLite's unix layer syncs folders."""
    original = _GET_CALL(below.contents.get_call)(below, _FOLDER_CALL) if below.contents.get_call else None
    if not original:
        yield
        return
    open_below = _OPEN_FOLDER(original)

    def open_folder(path: bytes, number: object) -> int:
        if disk.holds(Path(os.fsdecode(path))):
            disk.put(Kind.SYNC_FOLDER, disk.folder)
        code: int = open_below(path, number)
        return code

    function = _OPEN_FOLDER(open_folder)
    _kept.append(function)
    set_call = _SET_CALL(below.contents.set_call)
    assert set_call(below, _FOLDER_CALL, _address(function)) == 0
    try:
        yield
    finally:
        assert set_call(below, _FOLDER_CALL, None) == 0

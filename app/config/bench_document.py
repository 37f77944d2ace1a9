"""A bench file that is opened, changed and saved.

Invariants: the file has its earlier content or the new one as a whole, whatever happens. What another program
has written into it is never replaced unasked, and always kept beside it. Everything that is written loads to
the bench that was to be saved.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from app.config import documents, loading
from app.config.bench_file import BenchConfig
from app.config.errors import ConfigError, about
from app.config.writing.matching import Changes, Source
from app.config.writing.replacing import replace_file
from app.errors import InvalidValueError
from app.messages.message import Message


class BenchDocument:
    """A bench file and the bench that it describes."""

    def __init__(self, path: Path, content: bytes | None, config: BenchConfig) -> None:
        self.path = path
        self.config = config
        """The bench as it was last read or saved, with paths as in the file."""
        self._content = content
        """The file as it was last read or saved; None if it is not written yet."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """The bench file at `path`. Raises ConfigError."""
        content = documents.read(path)
        loading.parse(content, str(path), path.parent.absolute())
        return cls(path, content, documents.parse(content, str(path), BenchConfig))

    @classmethod
    def new(cls, path: Path) -> Self:
        """A bench file that does not exist before it is saved."""
        return cls(path, None, BenchConfig())

    def moved(self, path: Path, change: Callable[[str], str] | None = None) -> Self:
        """The same file at `path`, where it is not written before it is saved.

        Its comments stay as they are, or are changed by `change`.
        """
        from app.config.writing.statements import with_comments  # see `_content_for`

        content = self._content
        if content is not None and change is not None:
            content = with_comments(content.decode(), change).encode()
        return type(self)(path, content, self.config)

    @property
    def previous_path(self) -> Path:
        """The file beside the bench file that keeps what the last saving has replaced."""
        place = self._real_path
        return place.with_name(f"{place.name}.previous")

    def loaded(self) -> BenchConfig:
        """The bench with absolute paths, as it is connected. Raises ConfigError."""
        return loading.with_paths(self.config, self.path.parent.absolute())

    def journal_of(self, config: BenchConfig) -> Path:
        """The journal of `config`, which has paths as in the file. Raises ConfigError."""
        return Path(loading.with_paths(config, self.path.parent.absolute()).bench.journal)

    def has_changed_outside(self) -> bool:
        """Whether the file has another content than it had when it was last read or saved.

        False if it was deleted or cannot be read, because then it has nothing that saving would replace.
        """
        try:
            return documents.read(self.path) != self._content
        except ConfigError:
            return False

    @property
    def is_gone(self) -> bool:
        """Whether the file was there when it was last read or saved, and is not any more."""
        return self._content is not None and not self.path.exists()

    def put_back(self) -> None:
        """Write a file that is gone again, as it was last read or saved. Raises ConfigError."""
        if self._content is not None:
            self._write(self._content, overwrite=False)

    def save(
        self,
        config: BenchConfig,
        renamed: Mapping[str, str] | None = None,
        *,
        datastreams: Mapping[str, Sequence[Source]] | None = None,
        organisations: Mapping[str, str] | None = None,
        overwrite: bool = False,
    ) -> None:
        """Write `config`, which has paths as in the file, with all comments of the file kept.

        `renamed`, `datastreams` and `organisations` say what became of what (see `Changes`). Raises
        ConfigError, and changes nothing, if the file cannot be written, or if another program has changed it,
        unless `overwrite` is true. The earlier content is kept in `previous_path`.
        """
        config = msgspec.convert(msgspec.to_builtins(config), BenchConfig)
        changes = Changes(renamed or {}, datastreams or {}, organisations or {})
        content = self._content_for(config, changes)
        loading.parse(content, str(self.path), self.path.parent.absolute())
        if documents.parse(content, str(self.path), BenchConfig) != config:
            raise RuntimeError("the bench file would not load to the same bench")
        self._write(content, overwrite=overwrite)
        self._content = content
        self.config = config

    @property
    def _real_path(self) -> Path:
        """The file that `path` is a symbolic link to, or `path` itself."""
        return Path(os.path.realpath(self.path))

    def _content_for(self, config: BenchConfig, changes: Changes) -> bytes:
        # Imported only here, because the window opens sooner without the rules of writing.
        from app.config.writing.editing import edited
        from app.config.writing.new_file import new_text

        try:
            if self._content is None:
                return new_text(config).encode()
            return edited(self._content.decode(), config, changes).encode()
        except InvalidValueError as error:
            raise about(str(self.path), error.message) from None

    def _write(self, content: bytes, *, overwrite: bool) -> None:
        place = self._real_path
        try:
            found = place.read_bytes() if place.exists() else None
            if found == content:
                return
            if found is not None and found != self._content and not overwrite:
                code = "bench_file_exists" if self._content is None else "bench_file_changed"
                raise about(str(self.path), Message(code))
            replace_file(place, content, self.previous_path)
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise about(str(self.path), Message("file_unwritable", words=words)) from None

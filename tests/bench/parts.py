"""The parts that a bench is made of, for tests in which one of them must fail or hang."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from app.bench import at_rest as at_rest_module
from app.bench import bench as bench_module
from app.bench import devices as devices_module
from app.bench.session import DeviceSession
from app.journal.journal import Journal
from app.journal.writer import JournalWriter

_T = TypeVar("_T")


class Parts:
    """The journal, the writer and the sessions (by device) of the newest bench, noted when they are made."""

    journal: Journal
    writer: JournalWriter

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sessions: dict[str, DeviceSession] = {}

        def note_session(session: DeviceSession) -> None:
            self.sessions[session.device.name] = session

        monkeypatch.setattr(
            at_rest_module, "Journal", _noting(Journal, lambda it: setattr(self, "journal", it))
        )
        monkeypatch.setattr(
            bench_module, "JournalWriter", _noting(JournalWriter, lambda it: setattr(self, "writer", it))
        )
        monkeypatch.setattr(devices_module, "DeviceSession", _noting(DeviceSession, note_session))


def _noting(make: Callable[..., _T], note: Callable[[_T], object]) -> Callable[..., _T]:
    def made(*arguments: Any, **options: Any) -> _T:
        part = make(*arguments, **options)
        note(part)
        return part

    return made

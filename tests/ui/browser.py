"""A stand-in for the user's browser and file manager: records the addresses that the window opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

_SCHEMES = ("http", "https", "file")


class Browser(QObject):
    """Keeps every address that it is asked to open in `opened`."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@contextmanager
def browser() -> Iterator[Browser]:
    """A context in which the window opens addresses in the yielded `Browser`."""
    shown = Browser()
    for scheme in _SCHEMES:
        QDesktopServices.setUrlHandler(scheme, shown, "show")  # type: ignore[arg-type]  # the stubs want bytes
    try:
        yield shown
    finally:
        for scheme in _SCHEMES:
            QDesktopServices.unsetUrlHandler(scheme)

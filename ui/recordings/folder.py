"""Shows a file in the file manager of the desktop."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def show_file(path: Path) -> bool:
    """Open the folder of `path`, with the file selected where the system can. Returns False if it fails."""
    if path.exists() and sys.platform == "win32":
        # Not as one quoted argument: Explorer wants the quotes around the path alone.
        explorer = QProcess()
        explorer.setProgram("explorer")
        explorer.setNativeArguments(f'/select,"{path}"')
        return bool(explorer.startDetached()[0])
    if path.exists() and sys.platform == "darwin":
        return bool(QProcess.startDetached("open", ["-R", str(path)])[0])
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

"""What is imported until the window is open: only what it shows. The rest is imported when it is needed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

SCRIPT = """
import gc, json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.__main__ import main

def look():
    window = next(widget for widget in QApplication.topLevelWidgets() if widget.isVisible())
    print(json.dumps([type(window).__name__, gc.isenabled(), gc.get_freeze_count() > 0, sorted(sys.modules)]))
    window.close()

application = QApplication(sys.argv[:1])
QTimer.singleShot(0, look)
main()
"""
LATER = (
    # What a bench needs when it runs: numbers, ports, the journal, the cloud.
    *("numpy", "app.bench.bench", "app.boards.link", "app.history", "app.journal.journal", "sqlite3"),
    *("app.program.logs", "logging.handlers"),
    *("app.cloud.forwarder", "app.cloud.blynk", "requests", "urllib3", "truststore", "ssl", "keyring"),
    # What says more about a line, or about a mistake in a bench file.
    *("app.wire.diagnosis", "app.wire.hints", "hashlib", "difflib"),
    # What shows its readings, or a recording.
    *("ui.plot.plot", "ui.plot.strips", "app.bench.player"),
    # The demo, and commands without a window.
    *("app.demo", "app.localcloud", "starlette", "uvicorn", "app.doctor", "app.commands.sessions", "rich"),
    # What the user opens.
    *("ui.bench.editor", "ui.help.dialog", "ui.help.about", "ui.dialogs.updates", "ui.dialogs.token_dialog"),
    *("ui.dialogs.token_test", "ui.dialogs.server_dialog", "ui.recordings.name_dialog", "tomlkit", "wakepy"),
)
MOST = 262
"""The number of the program's own modules. More modules take longer: import what is seldom needed later."""
BENCH = """
[[device]]
name = "greenhouse"
port = "/dev/none"
server = "http://127.0.0.1:9"
auth_token = "keyring:greenhouse"
[[device.datastream]]
virtual_pin = 1
"""


@pytest.mark.parametrize("bench", [None, BENCH], ids=["nothing set up", "bench file"])
def test_the_window_opens_without_what_is_needed_later(bench: str | None, tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(bench or "")
    arguments = ["gui", str(path)] if bench else []
    env = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=True)
    kind, collects, has_frozen, modules = json.loads(done.stdout)
    assert (kind, collects, has_frozen) == ("MainWindow", True, True)
    assert not sorted(set(LATER) & set(modules))
    ours = [name for name in modules if name.partition(".")[0] in ("app", "ui")]
    assert "ui.window" in ours
    assert len(ours) <= MOST, ours


@pytest.mark.parametrize("name", LATER)
def test_what_is_needed_later_exists(name: str) -> None:
    assert importlib.util.find_spec(name)
